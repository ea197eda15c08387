"""Recurring revenue on any days, by anything it can be asked by: from the facts alone, no tenant's schema is opened."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, IntegerField, Max, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear

from reports.models import RevenueMove
from reports.rules.figures import Figures, Kept, Month, Turned, figures, months_until, trend
from reports.rules.revenue import MoveKind

DIMENSIONS = ("product", "plan", "province", "cohort", "channel", "variant")
_KEPT = """
SELECT asked, count(*) FILTER (WHERE before > 0), count(*) FILTER (WHERE after > 0),
       count(*) FILTER (WHERE before > 0 AND after <= 0), count(*) FILTER (WHERE before <= 0 AND after > 0),
       sum(before), sum(after), sum(after) FILTER (WHERE before > 0), sum(least(before, after)) FILTER (WHERE before > 0)
FROM (SELECT tenant_id, {dimension} AS asked, coalesce(sum(yearly) FILTER (WHERE "on" < %s), 0) AS before, sum(yearly) AS after
      FROM reports_revenuemove WHERE {where} GROUP BY tenant_id, asked) AS customers
GROUP BY asked
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which days (both included), and whose: `where` maps a dimension to its value. Test tenants only if asked for."""

    first: date
    last: date
    where: dict[str, Any] = field(default_factory=dict)
    tests: bool = False

    @property
    def before(self) -> "Scope":
        """As many days just before these; of whole months as many months."""
        months = whole_months(self.first, self.last)
        if months:
            return replace(self, first=months_until(self.first, months + 1)[0], last=day_before(self.first))
        days = (self.last - self.first).days + 1
        return replace(self, first=date.fromordinal(self.first.toordinal() - days), last=day_before(self.first))

    def moves(self) -> QuerySet[RevenueMove]:
        """All movements up to the last day."""
        rows = RevenueMove.objects.filter(on__lte=self.last, **self.where)
        return rows if self.tests else rows.filter(is_test=False)


def day_before(day: date) -> date:
    """The day before."""
    return date.fromordinal(day.toordinal() - 1)


def whole_months(first: date, last: date) -> int:
    """How many calendar months these days are: 1 March – 30 April is two; 0 where they are no whole months."""
    after = date.fromordinal(last.toordinal() + 1)
    if first.day != 1 or after.day != 1:
        return 0
    return (after.year - first.year) * 12 + after.month - first.month


def figures_of(scope: Scope) -> Figures:
    """All figures of some days; two queries."""
    return figures(kept_by(scope).get("", Kept()), turned(scope))


def turned(scope: Scope) -> dict[MoveKind, Turned]:
    """What each kind of movement added and took away, in rupiah a year."""
    rows = scope.moves().filter(on__gte=scope.first).order_by().values("kind")
    rows = rows.annotate(
        gained=Coalesce(Sum("yearly", filter=Q(yearly__gt=0)), 0),
        lost=Coalesce(Sum("yearly", filter=Q(yearly__lt=0)), 0),
    )
    return {MoveKind(row["kind"]): Turned(row["gained"], row["lost"]) for row in rows}


def kept_by(scope: Scope, dimension: str = "") -> dict[Any, Kept]:
    """Customers of before and of now, by a dimension ("" as the key: all of them); one query.

    Who moved from one plan to another is lost to the one and won by the other.
    """
    if dimension and dimension not in DIMENSIONS:
        raise ValueError(f"no figure is asked by {dimension}")
    conditions, values = _where(scope)
    sql = _KEPT.format(dimension=dimension or "''::text", where=conditions)
    with connection.cursor() as cursor:
        cursor.execute(sql, [scope.first, *values])
        return {row[0]: Kept(*(int(value or 0) for value in row[1:])) for row in cursor.fetchall()}


def _where(scope: Scope) -> tuple[str, list[Any]]:
    """The scope as a condition; its names are those of the columns."""
    parts, values = ['"on" <= %s'], [scope.last]
    for name, value in scope.where.items():
        if name not in DIMENSIONS:
            raise ValueError(f"no figure is asked by {name}")
        parts.append(f"{name} = %s")
        values.append(value)
    if not scope.tests:
        parts.append("NOT is_test")
    return " AND ".join(parts), values


def trend_of(scope: Scope, months: int = 13) -> list[Month]:
    """The last so many months up to that of the last day; one query."""
    shown = months_until(scope.last, months)
    at = ExtractYear("on") * 12 + ExtractMonth("on") - 1
    month = Case(When(on__gte=shown[0], then=at), default=Value(0), output_field=IntegerField())
    rows = scope.moves().order_by().annotate(at=month).values("at", "kind").annotate(total=Sum("yearly"))
    sums = [(row["at"], row["kind"], row["total"]) for row in rows]
    before = sum(total for at, _, total in sums if not at)
    return trend(before, [(date(at // 12, at % 12 + 1, 1), kind, total) for at, kind, total in sums if at], shown)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with something that recurs on a day, in rupiah a year; when it last changed."""

    tenant: UUID
    name: str
    product: str
    yearly: int
    moved_on: date


def customers_on(scope: Scope) -> QuerySet[Any]:
    """Those who bring something on the last day, the largest first: rows of (tenant, name, product, yearly, moved_on)."""
    rows = scope.moves().order_by().values("tenant", "tenant__name", "product")
    return rows.annotate(total=Sum("yearly"), moved_on=Max("on")).filter(total__gt=0).order_by("-total", "tenant")


def listed(rows: Iterable[dict[str, Any]]) -> Iterator[Customer]:
    """Rows of `customers_on` as values."""
    for row in rows:
        yield Customer(row["tenant"], row["tenant__name"], row["product"], row["total"], row["moved_on"])


def moves_in(scope: Scope, kinds: Sequence[str] = ()) -> QuerySet[RevenueMove]:
    """The movements of the days, of some kinds or all, newest first, each with its event and its tenant."""
    rows = (
        scope.moves().filter(on__gte=scope.first).select_related("event", "tenant").order_by("-on", "-event_id", "id")
    )
    return rows.filter(kind__in=kinds) if kinds else rows


def values_of(dimension: str, *, tests: bool = False) -> list[Any]:
    """What a filter can choose from."""
    rows = RevenueMove.objects.order_by(dimension).exclude(**{dimension: ""})
    rows = rows if tests else rows.filter(is_test=False)
    return list(rows.values_list(dimension, flat=True).distinct())
