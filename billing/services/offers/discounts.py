"""Offers that a tenant is given after its sign-up (C3, K12, C7), and taken back; each leaves its reason."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billing.errors import WrongState
from billing.models import Subscription
from billing.rules.discounts import Granted
from billing.selectors.accounts import living_subscription
from billing.selectors.offers import with_offer
from billing.services.standing import record, refresh
from plans.rules.catalogue import Discount
from plans.rules.eligibility import find_discount
from plans.selectors.catalogue import catalogue_of
from plans.services.discounts import Taking, give_back, redeem
from tenants.context import writing
from tenants.models import Tenant
from tenants.rows import keep
from tenants.services.steering import check_reason

OFFER, TAKEN_BACK = "offer", "offer_taken_back"


def grant_discount(*, tenant: Tenant, code: str, reason: str, today: date) -> Subscription:
    """Give a tenant an offer from its next invoice on; one on trial has it from its first.

    Staff may give what no code opens, outside its window and to whom it is not for; the number of places, the plan and
    what combines hold for them, too. A `CatalogueError` says why not.
    """
    with writing(tenant) as locked:
        subscription = living_subscription()
        give_discount(locked, subscription, code, reason=reason, today=today, because="staff")
        refresh(locked, subscription, today)
    return subscription


def give_discount(
    tenant: Tenant, subscription: Subscription, code: str, *, reason: str, today: date, because: str = ""
) -> None:
    """As `grant_discount`, within a write; the agreement, `subscription.changed` and the redemption are one transaction."""
    discount = find_discount(catalogue_of(subscription.product_code), code)
    put_discount(tenant, subscription, discount, reason=reason, today=today, because=because)


def put_discount(
    tenant: Tenant,
    subscription: Subscription,
    discount: Discount,
    *,
    reason: str,
    today: date,
    because: str = "",
    combines: bool = False,
    earned: bool = False,
) -> None:
    """Put an offer into the agreement, within a write.

    `because` is what the customer is told it is for: staff, document, group or reward; empty, nobody is told. `combines`: it
    goes with whatever is held; `earned`: whatever the limits are.
    """
    agreement = with_offer(subscription, discount, today, combines=combines)
    redeem(discounts=[discount], taking=Taking(tenant, today, reason), earned=earned)
    subscription.agreement = agreement
    keep(subscription)
    granted = next(item for item in agreement.discounts if item.discount.code == discount.code)
    facts = _facts(granted) | {"change": OFFER, "because": because}
    record(tenant, subscription, "subscription.changed", today, cause=reason, **facts)


def take_back_discount(*, tenant: Tenant, code: str, reason: str, today: date) -> Subscription:
    """End an offer with what is billed already, with a reason: no invoice changes, the next one is without it.

    Where nothing was billed with it yet, it is as if it had not been given: its place is free again.
    """
    said = check_reason(reason)
    with writing(tenant) as locked:
        subscription = living_subscription()
        agreement, start = subscription.terms, subscription.next_period_on
        held = next((item for item in agreement.discounts if item.discount.code == code), None)
        if held is None or (held.to is not None and start is not None and held.to <= start):
            raise WrongState(_("Tenant ini tidak memiliki penawaran itu lagi."), field="offer", code="offer_not_held")
        stopped = held.stopped(start)
        left = [stopped if item is held else item for item in agreement.discounts]
        discounts = tuple(item for item in left if item is not None)
        subscription.agreement = agreement.model_copy(update={"discounts": discounts})
        keep(subscription)
        if stopped is None:
            give_back(tenant=locked, code=code)
        facts = _facts(held) | {"change": TAKEN_BACK, "effective": start.isoformat() if start else None}
        record(locked, subscription, "subscription.changed", today, cause=said, reason=said, **facts)
        refresh(locked, subscription, today)
    return subscription


def _facts(granted: Granted) -> dict[str, Any]:
    discount = granted.discount
    facts: dict[str, Any] = {"offer": discount.code, "offer_name": discount.name.model_dump()}
    return facts | ({"effective": granted.from_.isoformat()} if granted.from_ else {})
