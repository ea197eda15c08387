"""What churn and conversion seem to say of each product's price (K17), with the figures behind it."""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q

from reports.rules.figures import Kept, share
from reports.rules.projections import Limits, Signal, churn_signal, conversion_signal
from reports.rules.retention import lasting
from reports.selectors.cash import whose
from reports.selectors.retention import months_in
from reports.selectors.revenue import Scope, kept_now
from tenants.models import Tenant

CHURN = Limits(Fraction(1, 100), Fraction(5, 100))
CONVERSION = Limits(Fraction(10, 100), Fraction(30, 100))
FREE, UNDECIDED = "free", ("", "trialing")


@dataclass(frozen=True, slots=True)
class PriceSignal:
    """A product: churn of customers a month, trials that are over and how many of them came to pay, and what each says."""

    product: str
    customers: int
    churn: Fraction | None
    decided: int
    paying: int
    of_churn: Signal | None
    of_conversion: Signal | None

    @property
    def conversion(self) -> Fraction | None:
        """The part of the trials that are over that came to pay."""
        return share(self.paying, self.decided)


def signals(scope: Scope) -> list[PriceSignal]:
    """By product, of the days of the scope; two queries."""
    groups, _whole = kept_now(scope, "product")
    trials, months = _trials(scope), months_in(scope)
    return [_signal(code, groups, trials, months) for code in sorted({*groups, *trials})]


def _signal(code: str, groups: dict[str, Kept], trials: dict[str, tuple[int, int]], months: Fraction) -> PriceSignal:
    kept = groups.get(code)
    churn = lasting(kept, months).logo_churn if kept is not None else None
    decided, paying = trials.get(code, (0, 0))
    of = (churn_signal(churn, CHURN), conversion_signal(share(paying, decided), CONVERSION))
    return PriceSignal(code, kept.opened if kept is not None else 0, churn, decided, paying, *of)


def _trials(scope: Scope) -> dict[str, tuple[int, int]]:
    """Who signed up in the days, is neither on trial any more nor free, and of these who ever brought something."""
    signed_up = Tenant.objects.filter(created_at__date__range=(scope.first, scope.last), **whose(scope, "revenue__"))
    rows = signed_up.exclude(status__in=UNDECIDED)
    paying = Q(revenue__first_on__isnull=False)
    found = rows.exclude(~paying, status=FREE).order_by().values_list("product_code")
    return {
        code: (decided, paid) for code, decided, paid in found.annotate(n=Count("pk"), paid=Count("pk", filter=paying))
    }
