"""Terms that ended, and renewals ahead that are at risk: from public facts, no tenant's schema is opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from reports.models import RevenueMove, Term
from reports.rules.renewals import AHEAD, RECENT, SHORTEST, Ended, Risk, Seen, TermState, risks, urgency
from reports.rules.revenue import MoveKind
from reports.rules.rhythm import rhythm
from reports.selectors.cash import Overdue, overdue_on, whose
from reports.selectors.revenue import Scope
from tenants.models import Tenant

LIVES = ("active", "past_due", "cancelled")
LEAVING = "cancelled"
_ROW = ("pk", "name", "product_code", "status", "billing_due_on", "revenue__yearly")
_PAYER = ("first_on", "months", "period_to", "late", "heard_on", "debit_off_on", "rise_on", "rise_from", "rise_to")


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A customer whose term ends soon, what it brings a year, why it may not renew; `rise` is the price before and after."""

    tenant: UUID
    name: str
    product: str
    months: int
    yearly: int
    seen: Seen
    risks: tuple[Risk, ...]
    rise: tuple[int, int] | None = None


def ended_in(scope: Scope) -> list[Ended]:
    """Terms that ended in these days, by month and length, with what became of them; one query."""
    rows = terms_in(scope).order_by().annotate(year=ExtractYear("on"), month=ExtractMonth("on"))
    found: Any = rows.values_list("year", "month", "months", "state").annotate(count=Count("pk"))
    return [Ended(date(year, month, 1), months, TermState(state), count) for year, month, months, state, count in found]


def terms_in(scope: Scope, state: str = "") -> QuerySet[Term]:
    """The terms themselves, of one state or all, the latest first."""
    rows = Term.objects.filter(on__range=(scope.first, scope.last), **whose(scope))
    return (rows.filter(state=state) if state else rows).select_related("tenant", "event").order_by("-on", "id")


def at_risk(today: date, scope: Scope) -> list[AtRisk]:
    """Whose term ends in the next ninety days with a reason to look after it, the most urgent first; three queries.

    The days of the scope do not matter, only whose customers are asked for.
    """
    overdue, shrunk = overdue_on(today, scope), _shrunk(today, scope)
    found = [item for row in _ending(today, scope) if (item := _at_risk(today, row, overdue, shrunk)) is not None]
    return sorted(found, key=lambda item: (*urgency(item.risks, item.yearly), item.seen.renews_on, item.name))


def _ending(today: date, scope: Scope) -> Iterable[tuple[Any, ...]]:
    """Customers with something that recurs, whose term is longer than a month or not known, and its end is near."""
    near = (today, today + AHEAD)
    known = Q(payer__months__gte=SHORTEST, payer__period_to__range=near)
    first = Q(payer__months__isnull=True, billing_due_on__range=near)
    rows = Tenant.objects.filter(known | first, status__in=LIVES, revenue__yearly__gt=0, **whose(scope, "revenue__"))
    return rows.order_by().values_list(*_ROW, *(f"payer__{name}" for name in _PAYER))


def _at_risk(today: date, row: tuple[Any, ...], overdue: dict[UUID, Overdue], shrunk: dict[UUID, int]) -> AtRisk | None:
    (key, name, product, status, agenda, yearly), payer = (
        row[: len(_ROW)],
        dict(zip(_PAYER, row[len(_ROW) :], strict=True)),
    )
    renews_on = payer["period_to"] if payer["months"] else agenda
    months = rhythm(payer["months"], payer["first_on"], renews_on)
    seen = Seen(
        renews_on,
        leaving=status == LEAVING,
        overdue=overdue[key].amount if key in overdue else 0,
        shrunk=-shrunk.get(key, 0),
        **{field: payer[field] for field in ("late", "debit_off_on", "rise_on", "heard_on")},
    )
    found = risks(seen, today)
    if not found or months < SHORTEST:
        return None
    rise = (payer["rise_from"], payer["rise_to"]) if Risk.RISE in found else None
    return AtRisk(key, name, product, months, yearly, seen, found, rise)


def _shrunk(today: date, scope: Scope) -> dict[UUID, int]:
    """What each brings less a year by falls of the last ninety days; below zero."""
    falls = RevenueMove.objects.filter(kind=MoveKind.CONTRACTION, on__gt=today - RECENT, **whose(scope)).order_by()
    return dict(falls.values_list("tenant").annotate(lost=Sum("yearly")))
