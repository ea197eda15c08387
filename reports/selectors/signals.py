"""What churn and conversion seem to say of each product's price (K17), with the figures behind it."""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q

from billing.rules.lifecycle import Status
from reports.rules.figures import Kept, share
from reports.rules.projections import Limits, Signal, churn_signal, conversion_signal
from reports.rules.retention import lasting
from reports.selectors.growth import signups_in
from reports.selectors.retention import months_in
from reports.selectors.revenue import Scope, kept_now

CHURN = Limits(Fraction(1, 100), Fraction(5, 100))
CONVERSION = Limits(Fraction(10, 100), Fraction(30, 100))
OPEN = ("", Status.TRIALING, Status.FREE, Status.ACTIVE, Status.PAST_DUE)


@dataclass(frozen=True, slots=True)
class PriceSignal:
    """A product: churn of customers a month, of how many sign-ups it is decided and how many of them paid, what each says."""

    product: str
    customers: int
    churn: Fraction | None
    decided: int
    paying: int
    of_churn: Signal | None
    of_conversion: Signal | None

    @property
    def conversion(self) -> Fraction | None:
        """The part of those that are decided that paid."""
        return share(self.paying, self.decided)


def signals(scope: Scope) -> list[PriceSignal]:
    """By product, of the days of the scope; two queries."""
    groups, _whole = kept_now(scope, "product")
    decided, months = _decided(scope), months_in(scope)
    return [_signal(code, groups, decided, months) for code in sorted({*groups, *decided})]


def _signal(code: str, groups: dict[str, Kept], found: dict[str, tuple[int, int]], months: Fraction) -> PriceSignal:
    kept = groups.get(code)
    churn = lasting(kept, months).logo_churn if kept is not None else None
    decided, paying = found.get(code, (0, 0))
    of = (churn_signal(churn, CHURN), conversion_signal(share(paying, decided), CONVERSION))
    return PriceSignal(code, kept.opened if kept is not None else 0, churn, decided, paying, *of)


def _decided(scope: Scope) -> dict[str, tuple[int, int]]:
    """Of who signed up in the days: how many have paid or do not use it any more, and how many of these have paid."""
    rows = signups_in(scope).filter(Q(paid_on__isnull=False) | ~Q(tenant__status__in=OPEN)).order_by()
    found = rows.values_list("product").annotate(decided=Count("pk"), paid=Count("paid_on"))
    return {code: (decided, paid) for code, decided, paid in found}
