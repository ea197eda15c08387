"""What became of those who signed up in some days: from where each tenant stands, no event is read again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, DateField, F, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncMonth

from billing.rules.lifecycle import Status
from reports.models import RevenueStand
from reports.rules.growth import Funnel, Outcome, funnel, funnels
from reports.selectors.cash import whose
from reports.selectors.revenue import Scope
from tenants.models import Tenant

DIMENSIONS = ("product", "province", "channel", "variant", "month")
WON = "won"
REACHED: dict[str, dict[str, bool]] = {
    "tried": {"tried_on__isnull": False},
    "paid": {"paid_on__isnull": False},
    "tried_paid": {"tried_on__isnull": False, "paid_on__isnull": False},
}


@dataclass(frozen=True, slots=True)
class Signup:
    """Somebody who signed up, and how far it came."""

    tenant: UUID
    name: str
    product: str
    province: str
    channel: str
    signed_up_on: date
    tried_on: date | None
    paid_on: date | None

    @property
    def days(self) -> int | None:
        """From sign-up to the first payment."""
        return None if self.paid_on is None else (self.paid_on - self.signed_up_on).days


def growth_of(scope: Scope, by: str) -> tuple[Funnel, dict[Any, Funnel]]:
    """Those who signed up in these days, as far as they have come by now: of all, and by a dimension; one query."""
    if by not in DIMENSIONS:
        raise ValueError(f"no funnel is asked by {by}")
    group = TruncMonth("signed_up_on") if by == "month" else F(by)
    outcomes = _outcomes(scope, group)
    return funnel(outcomes), dict(funnels(outcomes))


def growth_over(scope: Scope, starts: Sequence[date]) -> list[Funnel]:
    """The same of the periods that begin on these days, the last one ending with the scope; one query."""
    cases = [When(signed_up_on__gte=start, then=Value(start)) for start in reversed(starts)]
    found = funnels(_outcomes(replace(scope, first=starts[0]), Case(*cases, output_field=DateField())))
    return [found.get(start, Funnel()) for start in starts]


def _outcomes(scope: Scope, group: Combinable) -> list[Outcome]:
    rows = _signed_up(scope).values(group=group, days=F("paid_on") - F("signed_up_on"))
    counted = rows.annotate(customers=Count("pk"), tried=Count("tried_on"))
    found = counted.values_list("group", "days", "customers", "tried")
    return [
        Outcome(name, None if days is None else days.days, customers, tried) for name, days, customers, tried in found
    ]


def on_trial(scope: Scope) -> dict[str, int]:
    """How many try now, by product; one query. The days of the scope do not matter."""
    trying = Tenant.objects.filter(status=Status.TRIALING, **whose(scope, "revenue__")).order_by()
    return dict(trying.values_list("product_code").annotate(count=Count("pk")))


def signups_in(scope: Scope, step: str = "") -> QuerySet[RevenueStand]:
    """Those who signed up in these days and came as far as `step` (of REACHED; empty: all), newest first; with WON those who
    paid for the first time in them, whenever they signed up."""
    if step == WON:
        return _whose(
            RevenueStand.objects.filter(paid_on__range=(scope.first, scope.last), signed_up_on__isnull=False), scope
        )
    return _signed_up(scope).filter(**REACHED.get(step, {})).order_by("-signed_up_on", "tenant_id")


def signup_of(row: RevenueStand) -> Signup:
    """A row of `signups_in`, read with its tenant."""
    if row.signed_up_on is None:
        raise ValueError(f"{row} never signed up")
    return Signup(
        row.tenant_id,
        row.tenant.name,
        row.product,
        row.province,
        row.channel,
        row.signed_up_on,
        row.tried_on,
        row.paid_on,
    )


def _signed_up(scope: Scope) -> QuerySet[RevenueStand]:
    return _whose(RevenueStand.objects.filter(signed_up_on__range=(scope.first, scope.last)), scope).order_by()


def _whose(rows: QuerySet[RevenueStand], scope: Scope) -> QuerySet[RevenueStand]:
    rows = rows.filter(**scope.where).order_by("-paid_on", "tenant_id")
    return rows if scope.tests else rows.filter(is_test=False)
