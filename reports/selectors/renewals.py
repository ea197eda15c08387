"""Terms that ended, and renewals ahead that are at risk: from public facts, no tenant's schema is opened."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

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
_TERM = ("payer__months", "payer__first_on", "payer__period_to")
_SEEN = (
    "payer__late",
    "payer__heard_on",
    "payer__debit_off_on",
    "payer__rise_on",
    "payer__rise_from",
    "payer__rise_to",
)


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
    found: Any = terms_in(scope).order_by().values_list("on", "months", "state").annotate(count=Count("pk"))
    counts = Counter[tuple[date, int, str]]()
    for on, months, state, count in found:
        counts[on.replace(day=1), months, state] += count
    return [Ended(month, months, TermState(state), count) for (month, months, state), count in counts.items()]


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
    return rows.order_by().values_list(*_ROW, *_TERM, *_SEEN)


def _at_risk(today: date, row: tuple[Any, ...], overdue: dict[UUID, Overdue], shrunk: dict[UUID, int]) -> AtRisk | None:
    key, name, product, status, agenda, yearly, known, first_on, period_to, late, heard_on, off_on, rise_on, *rise = row
    renews_on = period_to if known else agenda
    months = rhythm(known, first_on, renews_on)
    if months < SHORTEST:
        return None
    owed = overdue[key].amount if key in overdue else 0
    seen = Seen(renews_on, status == LEAVING, owed, late, -shrunk.get(key, 0), off_on, rise_on, heard_on)
    found = risks(seen, today)
    if not found:
        return None
    return AtRisk(key, name, product, months, yearly, seen, found, (rise[0], rise[1]) if Risk.RISE in found else None)


def _shrunk(today: date, scope: Scope) -> dict[UUID, int]:
    """What each brings less a year by falls of the last ninety days; below zero."""
    falls = RevenueMove.objects.filter(kind=MoveKind.CONTRACTION, on__gt=today - RECENT, **whose(scope)).order_by()
    return dict(falls.values_list("tenant").annotate(lost=Sum("yearly")))
