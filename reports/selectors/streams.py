"""Streams of revenue and what gateways kept, by month, product and channel; who paid first. From the facts alone."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, QuerySet, Sum, Value
from django.db.models.functions import TruncMonth

from billing.selectors.kept_fees import fees_kept
from reports.models import CashMove, RevenueStand
from reports.rules.costs import Role
from reports.rules.economics import GATEWAY, Item, Moved, Stream, earned, spans_of
from reports.selectors.revenue import Scope

DIVIDED = ("product", "channel")
DIMENSIONS = (*DIVIDED, "month")
_CASH = {"product": "product", "channel": "tenant__revenue__channel"}
_KEPT = {"product": "tenant__revenue__product", "channel": "tenant__revenue__channel"}
# What is brought now, and the movements since the first day, by which it is followed back to that day.
_RECURS = """
SELECT NULL::date, false, {dimension}, kind, sum((brought ->> 0)::bigint), 0
FROM reports_revenuestand, jsonb_each(charges) AS parts (kind, brought) WHERE yearly <> 0 AND {where} GROUP BY 3, 4
UNION ALL
SELECT date_trunc('month', "on")::date, "on" > %(last)s, {dimension}, charges, sum(yearly), sum(yearly * extract(day FROM "on"))
FROM reports_revenuemove WHERE "on" >= %(first)s AND {where} GROUP BY 1, 2, 3, 4
"""


def streams_of(scope: Scope, by: str) -> list[Item]:
    """Streams, and what gateways kept; two queries."""
    return [*_recurred(scope, by), *_fees(scope, by)]


def spans(scope: Scope) -> list[tuple[date, date]]:
    """The days as parts of months."""
    return spans_of(scope.first, scope.last)


def _recurred(scope: Scope, by: str) -> Iterator[Item]:
    """What recurred in each month, by stream: from what is brought now, back over the movements since; one query."""
    running, moved = Counter[tuple[str, str]](), defaultdict[tuple[str, str], dict[date, Moved]](dict)
    for month, later, group, kind, yearly, by_day in _recurs(scope, by):
        running[group, kind] += int(yearly) if month is None else -int(yearly)
        if month is not None and not later:
            moved[group, kind][month] = Moved(int(yearly), int(by_day))
    for (group, kind), before in running.items():
        for month, amount in earned(before, moved[group, kind], spans(scope)).items():
            if amount:
                yield Item(month, named(by, month, group), Stream(kind), amount)


def _recurs(scope: Scope, by: str) -> list[tuple[Any, ...]]:
    """By group and kind of charge: what is brought now (no month), movements by month, those later than the last day apart.

    All names in it are our own, never a visitor's.
    """
    values = {name: value for name, value in scope.where.items() if name in DIVIDED}
    parts = ["true" if scope.tests else "NOT is_test", *(f"{name} = %({name})s" for name in values)]
    asked = _RECURS.format(dimension=by if by in DIVIDED else "''", where=" AND ".join(parts))
    with connection.cursor() as cursor:
        cursor.execute(asked, {"first": scope.first, "last": scope.last, **values})
        return list(cursor.fetchall())


def _fees(scope: Scope, by: str) -> Iterator[Item]:
    """What payers paid for the method, and what gateways kept; one query."""
    moves = CashMove.objects.filter(on__range=(scope.first, scope.last)).exclude(fee=0)
    paid = asked_of(moves, scope, channel="tenant__revenue__")
    kept = asked_of(fees_kept(scope.first, scope.last), scope, "tenant__revenue__", "tenant__revenue__")
    fees = _summed(paid, by, "on", "fee", _CASH, Stream.FEES)
    for month, group, what, amount in fees.union(_summed(kept, by, "settled_on", "amount", _KEPT, GATEWAY), all=True):
        yield Item(month, named(by, month, group), what, amount, Role.SERVING if what == GATEWAY else None)


def _summed(
    rows: QuerySet[Any], by: str, on: str, amount: str, columns: dict[str, str], what: str
) -> QuerySet[Any, Any]:
    group = F(columns[by]) if by in DIVIDED else Value("")
    listed = rows.order_by().values_list(TruncMonth(on), group, Value(str(what)))
    found: QuerySet[Any, Any] = listed.annotate(total=Sum(amount))
    return found


def won_in(scope: Scope, by: str) -> Iterator[tuple[date, Hashable, int]]:
    """Who paid for the first time in these days; one query."""
    rows = asked_of(RevenueStand.objects.filter(paid_on__range=(scope.first, scope.last)), scope).order_by()
    found: Iterable[Any] = rows.values_list(TruncMonth("paid_on"), _dimension(by)).annotate(count=Count("pk"))
    for month, group, count in found:
        yield month, named(by, month, group), count


def asked_of(rows: QuerySet[Any], scope: Scope, product: str = "", channel: str = "") -> QuerySet[Any]:
    """Those of the product, the channel, and without test tenants unless they are asked for."""
    before = {"product": product, "channel": channel}
    rows = rows.filter(**{f"{before[name]}{name}": scope.where[name] for name in DIVIDED if name in scope.where})
    return rows if scope.tests else rows.filter(**{f"{product}is_test": False})


def _dimension(by: str) -> F | Value:
    return F(by) if by in DIVIDED else Value("")


def named(by: str, month: date, group: Hashable) -> Hashable:
    """What an item is of: its month where it is asked by month, else its product or channel."""
    return month if by == "month" else group
