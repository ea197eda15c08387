"""Recurring revenue on any days, by anything it can be asked by: from the facts alone, no tenant's schema is opened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from reports.models import RevenueDay, RevenueMove, RevenueStand
from reports.rules.figures import Day, Figures, Kept, Month, Turned, figures, joined, months_until, trend, turned
from reports.rules.revenue import MoveKind

DIMENSIONS = ("product", "plan", "province", "cohort", "channel", "variant")
IN_SUMS = {"product", "channel"}  # the same, as far as the days' sums tell it
Groups = dict[Any, tuple[Kept, Kept]]
# What a customer brought on a day is what it brings now less the movements since: nobody adds a whole life up again. Movements
# are summed up first, so that those of whom there are none cost one row. The groups of both never meet as unknown ones: who
# brings something has a cohort, all else is text.
_BROUGHT = """
WITH brought AS MATERIALIZED
(SELECT tenant_id, asked, (coalesce(yearly, 0) - coalesce(older, 0))::bigint AS older,
        (coalesce(yearly, 0) - coalesce(before, 0))::bigint AS before,
        (coalesce(yearly, 0) - coalesce(after, 0))::bigint AS after
 FROM (SELECT tenant_id, {dimension} AS asked, yearly FROM reports_revenuestand WHERE yearly <> 0 AND {where}) AS stands
 FULL JOIN
 (SELECT tenant_id, {dimension} AS asked, sum(yearly) AS older, sum(yearly) FILTER (WHERE "on" >= %(first)s) AS before,
         sum(yearly) FILTER (WHERE "on" > %(last)s) AS after
  FROM reports_revenuemove WHERE "on" >= %(older)s AND {where} GROUP BY tenant_id, {dimension}) AS moved
 USING (tenant_id, asked))
"""
_KEPT = """
count(*) FILTER (WHERE {before} > 0), count(*) FILTER (WHERE {after} > 0),
count(*) FILTER (WHERE {before} > 0 AND {after} <= 0), count(*) FILTER (WHERE {before} <= 0 AND {after} > 0),
sum({before}), sum({after}), sum({after}) FILTER (WHERE {before} > 0), sum(least({before}, {after})) FILTER (WHERE {before} > 0)
"""
_BY_GROUP = "SELECT false, asked, {shown} FROM brought GROUP BY asked"
_IN_ALL = """
UNION ALL SELECT true, NULL, {shown} FROM
(SELECT sum(older)::bigint AS older, sum(before)::bigint AS before, sum(after)::bigint AS after FROM brought GROUP BY tenant_id)
AS customers
"""
_EVERYBODY = "''::text"
# A customer is in one of these groups for good: all of them together are everybody, and nobody is counted again.
_FOR_GOOD = (_EVERYBODY, "product")
_WINDOWS = (("before", "after"), ("older", "before"))
_CUSTOMERS = """
SELECT tenant_id, sum(after), count(*) OVER (), sum(sum(after)) OVER () FROM brought
GROUP BY tenant_id HAVING sum(after) > 0 ORDER BY sum(after) DESC, tenant_id LIMIT %(most)s OFFSET %(skipped)s
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


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of some days and of those just before, the months (or other periods) up to the last day, the groups of a
    dimension, and the customers of both.
    """

    now: Figures
    then: Figures
    months: list[Month]
    groups: Groups
    kept: tuple[Kept, Kept]


def report_of(scope: Scope, by: str = "", months: int = 13, starts: Sequence[date] = ()) -> Report:
    """All that a dashboard shows; two queries. The trend is of so many months, or of the periods that begin on `starts`."""
    groups, (now, then) = kept_by(scope, by)
    shown, before = starts or months_until(scope.last, months), scope.before
    days = days_since(min(shown[0], before.first), scope)
    return Report(
        figures(now, turned(days, scope.first, scope.last)),
        figures(then, turned(days, before.first, before.last)),
        trend(now.after, days, shown),
        groups,
        (now, then),
    )


def days_since(first: date, scope: Scope) -> list[Day]:
    """What each kind of movement added and took away on each day up to the last; one query. A day may come in parts."""
    return [
        Day(on, MoveKind(kind), Turned(int(more or 0), int(less or 0)))
        for on, kind, more, less in _turned(first, scope)
    ]


def _turned(first: date, scope: Scope) -> Iterable[Any]:
    """The days' sums, and movements that are not in them yet; by what sums do not tell, the movements alone."""
    moves = scope.moves().filter(on__gte=first).order_by().values_list("on", "kind")
    gained, lost = Sum("yearly", filter=Q(yearly__gt=0)), Sum("yearly", filter=Q(yearly__lt=0))
    if not set(scope.where) <= IN_SUMS:
        return moves.annotate(more=gained, less=lost)
    days = RevenueDay.objects.filter(on__range=(first, scope.last), **scope.where).order_by().values_list("on", "kind")
    asked = days if scope.tests else days.filter(is_test=False)
    others = moves.filter(summed=False).annotate(more=gained, less=lost)
    return asked.annotate(more=Sum("gained"), less=Sum("lost")).union(others, all=True)


def kept_by(scope: Scope, dimension: str = "") -> tuple[Groups, tuple[Kept, Kept]]:
    """Customers of before and of now, and those of the days just before: by a dimension, and of all; one query.

    Who moved from one plan to another is lost to the one and won by the other; in all it has stayed.
    """
    groups, whole = _kept_in(scope, dimension, scope.before.first)
    return {value: (now, then) for value, (now, then) in groups.items()}, (whole[0], whole[1])


def kept_now(scope: Scope, dimension: str = "") -> tuple[dict[Any, Kept], Kept]:
    """The same without the days just before, whose movements are then not read; one query."""
    groups, whole = _kept_in(scope, dimension, scope.first)
    return {value: kept[0] for value, kept in groups.items()}, whole[0]


def _kept_in(scope: Scope, dimension: str, older: date) -> tuple[dict[Any, list[Kept]], list[Kept]]:
    """Customers of the days and, where `older` is before them, of those from there on: by a dimension, and of all."""
    if dimension and dimension not in DIMENSIONS:
        raise ValueError(f"no figure is asked by {dimension}")
    by, windows = dimension or _EVERYBODY, _WINDOWS if older < scope.first else _WINDOWS[:1]
    question = _BY_GROUP if by in _FOR_GOOD else _BY_GROUP + _IN_ALL
    shown = ", ".join(_KEPT.format(before=before, after=after) for before, after in windows)
    rows = _asked(question.format(shown=shown), scope, by, older=older)
    found = {row[:2]: [_kept(row[at : at + 8]) for at in range(2, len(row), 8)] for row in rows}
    whole = found.pop((True, None), None) or [joined(kept) for kept in zip(*found.values(), strict=True)]
    return {value: kept for (_, value), kept in found.items()}, whole or [Kept()] * len(windows)


def _kept(values: Sequence[Any]) -> Kept:
    return Kept(*(int(value or 0) for value in values))


def _asked(question: str, scope: Scope, dimension: str = _EVERYBODY, **more: Any) -> list[tuple[Any, ...]]:
    """A question about what each customer brought; `dimension` and all names in it are our own, never a visitor's."""
    values = {"first": scope.first, "last": scope.last, "older": scope.first, **scope.where, **more}
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT.format(dimension=dimension, where=condition(scope)) + question, values)
        return list(cursor.fetchall())


def condition(scope: Scope) -> str:
    """Whose facts are asked for, in SQL, each value of the scope by its name; no name is a visitor's."""
    if unknown := set(scope.where) - set(DIMENSIONS):
        raise ValueError(f"no figure is asked by {', '.join(sorted(unknown))}")
    return " AND ".join(["true" if scope.tests else "NOT is_test", *(f"{name} = %({name})s" for name in scope.where)])


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with something that recurs on a day, in rupiah a year, and since when it first did."""

    tenant: UUID
    name: str
    product: str
    yearly: int
    since: date | None


def customers_on(scope: Scope, skipped: int = 0, most: int | None = None) -> tuple[list[tuple[UUID, int]], int, int]:
    """Those who bring something on the last day, the largest first, with rupiah a year; how many there are in all, and what
    all of them bring."""
    rows = _asked(_CUSTOMERS, scope, skipped=skipped, most=most)
    return [(row[0], int(row[1])) for row in rows], *((rows[0][2], int(rows[0][3])) if rows else (0, 0))


def named(found: Sequence[tuple[UUID, int]]) -> list[Customer]:
    """These customers by name."""
    rows = RevenueStand.objects.filter(tenant__in=[tenant for tenant, _ in found])
    known = {row[0]: row[1:] for row in rows.values_list("tenant_id", "tenant__name", "product", "first_on")}
    return [Customer(tenant, known[tenant][0], known[tenant][1], yearly, known[tenant][2]) for tenant, yearly in found]


def moves_in(scope: Scope, kinds: Sequence[str] = ()) -> QuerySet[RevenueMove]:
    """The movements of the days, of some kinds or all, newest first, each with its event and its tenant."""
    rows = (
        scope.moves().filter(on__gte=scope.first).select_related("event", "tenant").order_by("-on", "-event_id", "id")
    )
    return rows.filter(kind__in=kinds) if kinds else rows


def provinces() -> list[str]:
    """What a filter can choose from."""
    rows = RevenueStand.objects.exclude(province="").order_by("province")
    return list(rows.values_list("province", flat=True).distinct())
