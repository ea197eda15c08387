"""Taking and giving back offers. Their limits hold over all tenants, so they are counted in the public schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plans.models import Redemption
from plans.rules.discounts import Discount
from plans.rules.eligibility import not_the_first, used_before, used_up
from tenants.models import Tenant
from tenants.services.places import give_back_places, places_series, take_places


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes offers on which day; `reason` where staff give them, who are not asked whether it is a first order."""

    tenant: Tenant
    on: date
    reason: str = ""


def redeem(*, discounts: Sequence[Discount], taking: Taking, earned: bool = False) -> None:
    """Write that a tenant has these offers, inside the transaction that agrees to them; a refusal rolls all of it back.

    K9: each offer's counter is taken first and stays locked, always in order of codes. So the fifty-first customer waits
    for the fiftieth, and two at the same instant can never both have the last place. What was `earned` is
    counted, and refused to nobody.
    """
    tenant = taking.tenant
    for at, discount in sorted(enumerate(discounts), key=lambda pair: pair[1].code):
        taken = take_places(series=places_series(tenant, f"offer:{discount.code}"), count=1)
        if discount.redemptions is not None and taken > discount.redemptions and not earned:
            raise used_up(discount, at)
        if not earned:
            check_customer(discount, taking, at)
        Redemption.objects.create(
            tenant=tenant,
            product_code=tenant.product_code,
            code=discount.code,
            customer=customer_of(tenant),
            redeemed_on=taking.on,
            reason=taking.reason[:300],
        )


def check_customer(discount: Discount, taking: Taking, at: int = 0) -> None:
    """Refuse who has had it as often as it may. Counted after the offer's own counter was taken: who else of this customer is
    at it, waits."""
    tenant, customer = taking.tenant, customer_of(taking.tenant)
    used = Redemption.objects.filter(product_code=tenant.product_code, code=discount.code, customer=customer)
    often = discount.per_customer is not None and used.count() >= discount.per_customer
    # Once for each tenant in any case, also after a new start.
    if often or Redemption.objects.filter(tenant=tenant, code=discount.code).exists():
        raise used_before(discount, at)
    if discount.first_order and not taking.reason and _others_of(tenant):
        raise not_the_first(discount, at)


def _others_of(tenant: Tenant) -> bool:
    """Whether the customer has another tenant of the product."""
    same: dict[str, Any] = (
        {"organisation": tenant.organisation} if tenant.organisation else {"contact_email": tenant.contact_email}
    )
    return Tenant.objects.filter(product_code=tenant.product_code, **same).exclude(pk=tenant.pk).exists()


def customer_of(tenant: Tenant) -> str:
    """Whom a limit per customer counts: its organisation, else its contact's e-mail."""
    return str(tenant.organisation_id) if tenant.organisation_id else tenant.contact_email.lower()


def give_back(*, tenant: Tenant, code: str | None = None) -> None:
    """A sign-up that came to nothing gives its offers back; so does one offer (`code`) that never took hold."""
    named = {} if code is None else {"code": code}
    for redemption in Redemption.objects.filter(tenant=tenant, **named):
        give_back_places(series=places_series(tenant, f"offer:{redemption.code}"), count=1)
        redemption.delete()
