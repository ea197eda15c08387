"""Groups of buyers at sign-up (C7)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from billing.models import Subscription
from billing.services.offers.owed import mark_given
from billing.services.standing import record
from plans.models import OwedOffer, OwedState
from plans.rules.discounts import Discount
from plans.selectors.groups import groups_of
from plans.services.discounts import Taking, redeem
from plans.services.groups import join_group
from tenants.models import Tenant
from trials.selectors.quotes import Quote


def join_groups(*, made: Quote, offers: Sequence[str], taking: Taking) -> None:
    """Put a new tenant into the groups of its codes, and keep with the sign-up which those are."""
    tenant, typed = taking.tenant, [code.strip().lower() for code in offers]
    joined = dict[str, str]()
    for discount in _for_groups(made):
        stand = next((item for item in made.groups if item.discount.code == discount.code), None)
        code = stand.code if stand else discount.code
        joined[code] = join_group(discount=discount, code=code, taking=taking, at=typed.index(code)).code
    if joined:
        tenant.signup |= {"offers": [joined.get(code, code) for code in typed]}
        tenant.save(update_fields=["signup"])


def _for_groups(made: Quote) -> list[Discount]:
    held = [item.discount for item in made.agreement.discounts]
    return [item for item in (*held, *made.later) if item.group is not None]


def take_what_was_earned(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """The group was complete before the subscription began: its offer is in the agreement already, and is noted as given."""
    held = {item.discount.code for item in subscription.terms.discounts}
    for row in OwedOffer.objects.filter(tenant=tenant, state=OwedState.OWED, code__in=held):
        redeem(discounts=[Discount.model_validate(row.terms)], taking=Taking(tenant, today, row.cause), earned=True)
        mark_given(row, today)
    for stand in groups_of(tenant):
        facts: dict[str, Any] = {
            "offer": stand.discount.code,
            "offer_name": stand.discount.name.model_dump(),
            "group": stand.code,
            "needed": stand.needed,
            "missing": stand.missing,
            "until": stand.closes_on.isoformat(),
        }
        record(tenant, subscription, "offer.group_joined", today, **facts)
