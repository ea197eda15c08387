"""Streams of revenue, what gateways kept and what was given up, by month, product and channel; who paid first: facts alone."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth

from billing.selectors.kept_fees import fees_kept
from reports.models import KEPT, CashDay, CashMove, ClaimPart, RevenueStand
from reports.rules.cash import CashKind
from reports.rules.claim_parts import PartKind
from reports.rules.costs import Key
from reports.rules.economics import BOOKED, GATEWAY, LOSS, Item, Stream, by_month, earned, spans_of
from reports.selectors.revenue import Scope

DIVIDED = ("product", "channel")
DIMENSIONS = (*DIVIDED, "month")
# Where a table has what it is asked by. The product never changes, and is one join nearer on the tenant's row.
STAND = {name: name for name in (*DIVIDED, "is_test")}
DAY = {**STAND, "channel": "origin"}
CASH = {**STAND, "channel": "tenant__revenue__channel"}
PART = {**STAND, "channel": "move__tenant__revenue__channel"}
FEE = {"product": "tenant__product_code", "channel": "tenant__revenue__channel", "is_test": "tenant__is_test"}
# What is brought now, and the movements since the first day, by which it is followed back to that day. By the day: to cut a
# date off at its month costs the database more than to add it up. By product and channel whatever is asked: rounded to the
# rupiah in the same places, a page, its groups and a dashboard add up to the same.
_RECURS = """
SELECT NULL::date, false, product, channel, kind, sum((brought ->> 0)::bigint)
FROM reports_revenuestand, jsonb_each(charges) AS parts (kind, brought) WHERE yearly <> 0 AND {where} GROUP BY 3, 4, 5
UNION ALL
SELECT CASE WHEN "on" <= %(last)s THEN "on" END, true, product, channel, charges, sum(yearly)
FROM (SELECT "on", product, channel, is_test, charges, gained + lost AS yearly FROM reports_revenueday
 UNION ALL SELECT "on", product, channel, is_test, charges, yearly FROM reports_revenuemove WHERE NOT summed) AS moved
WHERE "on" >= %(first)s AND {where} GROUP BY 1, 3, 4, 5
"""


def streams_of(scope: Scope, by: str) -> list[Item]:
    """Streams, what gateways kept and what was given up; two queries."""
    return [*_recurred(scope, by), *_beside(scope, by)]


def spans(scope: Scope) -> list[tuple[date, date]]:
    """The days as parts of months."""
    return spans_of(scope.first, scope.last)


def _recurred(scope: Scope, by: str) -> Iterator[Item]:
    """What recurred in each month, by stream: from what is brought now, back over the movements since; one query."""
    running, moved = Counter[tuple[str, str, str]](), defaultdict[tuple[str, str, str], list[tuple[date, int]]](list)
    for on, is_move, product, channel, kind, yearly in _recurs(scope):
        running[product, channel, kind] += -int(yearly) if is_move else int(yearly)
        if on is not None:
            moved[product, channel, kind].append((on, int(yearly)))
    found = Counter[tuple[date, Hashable, str]]()
    for of, before in running.items():
        for month, amount in earned(before, by_month(moved[of]), spans(scope)).items():
            found[month, group_of(Key(month, *of), by), of[-1]] += amount
    return (Item(month, group, Stream(kind), amount) for (month, group, kind), amount in found.items() if amount)


def _recurs(scope: Scope) -> list[tuple[Any, ...]]:
    """By product, channel and kind of charge: what is brought now, and movements by the day, those later than the last one
    without any. All names in it are our own, never a visitor's.
    """
    values = {name: value for name, value in scope.where.items() if name in DIVIDED}
    parts = ["true" if scope.tests else "NOT is_test", *(f"{name} = %({name})s" for name in values)]
    with connection.cursor() as cursor:
        cursor.execute(_RECURS.format(where=" AND ".join(parts)), {"first": scope.first, "last": scope.last, **values})
        return list(cursor.fetchall())


def _beside(scope: Scope, by: str) -> Iterator[Item]:
    """What was billed beside what recurs, what payers paid for the method, what gateways kept, what was lost; one query."""
    sums = Counter[tuple[date, str, str]]()
    for on, group, what, amount in _in_sums(scope, by).union(*_not_in_sums(scope, by), all=True):
        sums[on.replace(day=1), group, what] += -amount if what == LOSS else amount
    for (month, group, what), amount in sums.items():
        yield Item(month, named(by, month, group), what, amount, BOOKED.get(what))


def parts_in(scope: Scope, kinds: Iterable[str] = ()) -> QuerySet[ClaimPart]:
    """What was claimed beside what recurs, or taken back of it, in these days; of some kinds or all."""
    rows = ClaimPart.objects.filter(on__range=(scope.first, scope.last)).exclude(kind=PartKind.RECURRING)
    rows = asked_of(rows, scope, PART)
    return rows.filter(kind__in=list(kinds)) if kinds else rows


def _in_sums(scope: Scope, by: str) -> QuerySet[Any, Any]:
    """Fees of the method are beside other money, the rest are amounts of their own."""
    days = asked_of(CashDay.objects.filter(on__range=(scope.first, scope.last)), scope, DAY)
    money, others = days.filter(kind__in=list(CashKind)).exclude(fee=0), days.exclude(kind__in=list(CashKind))
    what = Case(When(kind=KEPT, then=Value(GATEWAY)), default=F("kind"))
    fees = _summed(money, by, "on", "fee", DAY, Value(Stream.FEES.value))
    return fees.union(_summed(others, by, "on", "amount", DAY, what), all=True)


def _not_in_sums(scope: Scope, by: str) -> Iterator[QuerySet[Any, Any]]:
    """The same of the facts that are in no sum yet."""
    moves = CashMove.objects.filter(on__range=(scope.first, scope.last), summed=False).exclude(fee=0)
    kept = asked_of(fees_kept(scope.first, scope.last).filter(summed=False), scope, FEE)
    yield _summed(asked_of(moves, scope, CASH), by, "on", "fee", CASH, Value(Stream.FEES.value))
    yield _summed(kept, by, "settled_on", "amount", FEE, Value(GATEWAY))
    yield _summed(parts_in(scope).filter(summed=False), by, "on", "amount", PART, F("kind"))


def _summed(
    rows: QuerySet[Any], by: str, on: str, amount: str, columns: Mapping[str, str], what: Value | F | Case
) -> QuerySet[Any, Any]:
    """By the day, for the same reason."""
    group = F(columns[by]) if by in DIVIDED else Value("")
    parts = rows.order_by().values_list(on, group, what)
    found: QuerySet[Any, Any] = parts.annotate(total=Sum(amount))
    return found


def won_in(scope: Scope, by: str) -> Iterator[tuple[date, Hashable, int]]:
    """Who paid for the first time in these days; one query."""
    rows = asked_of(RevenueStand.objects.filter(paid_on__range=(scope.first, scope.last)), scope).order_by()
    found: Iterable[Any] = rows.values_list(TruncMonth("paid_on"), _dimension(by)).annotate(count=Count("pk"))
    for month, group, count in found:
        yield month, named(by, month, group), count


def asked_of(rows: QuerySet[Any], scope: Scope, columns: Mapping[str, str] = STAND) -> QuerySet[Any]:
    """Those of the product, the channel, and without test tenants unless they are asked for."""
    rows = rows.filter(**{columns[name]: scope.where[name] for name in DIVIDED if name in scope.where})
    return rows if scope.tests else rows.filter(**{columns["is_test"]: False})


def _dimension(by: str) -> F | Value:
    return F(by) if by in DIVIDED else Value("")


def named(by: str, month: date, group: Hashable) -> Hashable:
    """What an item is of: its month where it is asked by month, else its product or channel."""
    return month if by == "month" else group


def group_of(key: Key, by: str) -> Hashable:
    """The same of what is by month, product and channel; empty where it is asked by something else."""
    return getattr(key, by) if by in DIMENSIONS else ""
