"""What a customer sees of those it brought along (K10, C6)."""

from dataclasses import dataclass
from datetime import date

from partners.models import Referral
from plans.models import OwedOffer, OwedState
from plans.rules.discounts import Discount
from plans.rules.referrals import Referral as Programme
from plans.selectors.catalogue import catalogue_of
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Brought:
    """Somebody who signed up with the customer's code: on which day, and when they first paid. Who it is stays with us."""

    on: date
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward: which offer or how much credit (rupiah), why, and whether it is given, waits, or was taken back."""

    discount: Discount | None
    credit: int | None
    cause: str
    state: OwedState
    given_on: date | None


@dataclass(frozen=True, slots=True)
class Referrals:
    """The programme of the product (None: it has none), those brought along, and the rewards."""

    programme: Programme | None
    referrer_gets: Discount | None
    referred_gets: Discount | None
    brought: tuple[Brought, ...]
    rewards: tuple[Reward, ...]


def referrals_of(tenant: Tenant) -> Referrals:
    """All that a tenant's own page shows; nothing of another tenant but the days."""
    catalogue = catalogue_of(tenant.product_code)
    programme = next(iter(catalogue.referrals), None)
    offers = {item.code: item for item in catalogue.offers}
    mine = Referral.objects.filter(referrer=tenant).order_by("-referred_on", "-pk")
    owed = OwedOffer.objects.filter(tenant=tenant, because="reward").order_by("-created_at", "-pk")
    return Referrals(
        programme,
        offers.get(programme.referrer or "") if programme else None,
        offers.get(programme.referred or "") if programme else None,
        tuple(Brought(item.referred_on, item.first_paid_on) for item in mine),
        tuple(Reward(_discount(row), row.credit, row.cause, OwedState(row.state), row.given_on) for row in owed),
    )


def _discount(row: OwedOffer) -> Discount | None:
    return None if row.credit is not None else Discount.model_validate(row.terms)
