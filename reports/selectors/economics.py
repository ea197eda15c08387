"""Streams beside costs of some days, from the facts of revenue and money and the costs that staff entered; seven queries.

What is of all products (or channels) counts in the whole. Asked for one product it is left out, and said.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Case, Count, DateField, F, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, ExtractDay, TruncMonth

from billing.selectors.kept_fees import fees_kept
from plans.rules.periods import add_months
from reports.models import CashMove, RevenueMove, RevenueStand
from reports.rules.costs import Entry, Key, Planned, Role, within
from reports.rules.economics import (
    GATEWAY,
    Item,
    Lacking,
    Moved,
    Statement,
    Stream,
    Told,
    Winning,
    earned,
    ltv_to_cac,
    payback,
    spans_of,
    statement,
    statements,
)
from reports.rules.figures import Kept
from reports.selectors.costs import cost_kinds, costs_in, entries_in
from reports.selectors.retention import months_in
from reports.selectors.revenue import Scope, kept_by

DIVIDED = ("product", "channel")
DIMENSIONS = (*DIVIDED, "month")
_BRING = """
SELECT {dimension}, kind, sum((brought ->> 0)::bigint) FROM reports_revenuestand, jsonb_each(charges) AS parts (kind, brought)
WHERE yearly <> 0 AND {where} GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the facts say of some days: streams and gateway fees, who was won by month and by group, who was kept."""

    scope: Scope
    by: str
    items: list[Item]
    won: list[tuple[date, Hashable, int]]
    kept: Kept
    groups: dict[Hashable, Kept] = field(default_factory=dict)

    @property
    def months(self) -> Fraction:
        """How many months the days are."""
        return months_in(self.scope)


@dataclass(frozen=True, slots=True)
class Group:
    """A product or a channel, or all of it: streams, costs, and whether winning customers pays."""

    told: Statement
    payback: Told
    ltv_to_cac: Told


@dataclass(frozen=True, slots=True)
class Economics:
    """All that the page shows. `left_out` are costs of all products (or channels) where one is asked for."""

    whole: Group
    months: dict[date, Statement]
    groups: dict[Hashable, Group]
    items: list[Item]
    left_out: int


def economics_of(scope: Scope, by: str = "product") -> Economics:
    """Of some days, by `product`, `channel` or `month`."""
    return told(facts_of(scope, by), entries_in(scope.first, scope.last))


def told(facts: Facts, entries: Sequence[Entry]) -> Economics:
    """Facts beside costs."""
    items = [*facts.items, *_cost_items(facts.scope, facts.by, entries)]
    by_month, by_group = Counter[Hashable](), Counter[Hashable]()
    for month, group, count in facts.won:
        by_month[month] += count
        by_group[group] += count
    groups = statements(items, by_group, "group")
    months: dict[Any, Statement] = statements(items, by_month, "month")
    return Economics(
        _group(statement(items, by_month.total()), facts.kept, facts.months),
        {first.replace(day=1): months.get(first.replace(day=1), Statement()) for first, _ in _spans(facts.scope)},
        {name: _group(found, facts.groups.get(name, Kept()), facts.months) for name, found in groups.items()},
        items,
        _left_out(facts.scope, entries),
    )


def _group(found: Statement, kept: Kept, months: Fraction) -> Group:
    return Group(found, payback(found, kept), ltv_to_cac(found, kept, months))


def effect_of(item: Planned, *, tests: bool) -> tuple[Statement, Statement]:
    """The month, product and channel of a cost without and with it as planned."""
    key = item.entry.key
    where = {name: getattr(key, name) for name in DIVIDED if getattr(key, name)}
    last = date.fromordinal(add_months(key.month, 1).toordinal() - 1)
    facts = facts_of(Scope(key.month, last, where, tests), "month")
    stored = entries_in(key.month, last)
    others = [entry for entry in stored if entry.key != key]
    return told(facts, stored).whole.told, told(facts, [*others, item.entry]).whole.told


def winning_of(scope: Scope, by: str = "product") -> tuple[Winning, dict[Hashable, Winning]]:
    """What winning customers cost in some days, in all and by a dimension; one query.

    By what costs are not kept by (a province, say) there are no groups: `cac_of` says why.
    """
    entries, won = list[Entry](), Counter[Hashable]()
    for month, product, channel, kind, amount in _spent_and_won(scope):
        key = Key(month, product, channel, kind)
        if kind:
            entries.append(Entry(key, amount))
        else:
            won[_group_of(key, by)] += amount
    costs = [item for item in _cost_items(scope, by, entries) if item.role is Role.WINNING]
    groups = statements(costs, won, "group") if by in DIMENSIONS else {}
    return statement(costs, won.total()).winning, {name: found.winning for name, found in groups.items()}


def _spent_and_won(scope: Scope) -> QuerySet[Any, Any]:
    """Costs, and without a kind how many paid for the first time, by month, product and channel: one question for both."""
    stands = _of(RevenueStand.objects.filter(paid_on__range=(scope.first, scope.last)), scope).order_by()
    month = Cast(TruncMonth("paid_on"), DateField())
    won = stands.values_list(month, "product", "channel", Value("")).annotate(won=Count("pk"))
    costs = costs_in(scope.first, scope.last).order_by()
    return costs.values_list("month", "product", "channel", "kind", "amount").union(won, all=True)


def cac_of(scope: Scope, winning: Winning, by: str = "") -> Told:
    """CAC where costs are kept by everything that is asked by: by month, product and channel, by nothing else."""
    divided = set(scope.where) <= set(DIVIDED) and by in ("", *DIMENSIONS)
    return winning.cac if divided else Told(lacking=Lacking.NOT_DIVIDED)


def facts_of(scope: Scope, by: str) -> Facts:
    """What is not entered; six queries."""
    if by not in DIMENSIONS:
        raise ValueError(f"no costs are asked by {by}")
    kept, (whole, _then) = kept_by(scope, by if by in DIVIDED else "")
    groups = {name: now for name, (now, _before) in kept.items()} if by in DIVIDED else {}
    items = [*_recurred(scope, by), *_fees(scope, by)]
    return Facts(scope, by, items, list(_won(scope, by)), whole, groups)


def _spans(scope: Scope) -> list[tuple[date, date]]:
    return spans_of(scope.first, scope.last)


def _recurred(scope: Scope, by: str) -> Iterator[Item]:
    """What recurred in each month, by stream: from what is brought now, back over the movements since; two queries."""
    running, moved = _bring(scope, by), defaultdict[tuple[str, str], dict[date, Moved]](dict)
    for month, later, group, kind, yearly, by_day in _moves(scope, by):
        running[group, kind] -= yearly
        if not later:
            moved[group, kind][month] = Moved(yearly, by_day)
    for (group, kind), before in running.items():
        for month, amount in earned(before, moved[group, kind], _spans(scope)).items():
            if amount:
                yield Item(month, _named(by, month, group), Stream(kind), amount)


def _bring(scope: Scope, by: str) -> Counter[tuple[str, str]]:
    """What is brought now, by group and kind of charge. All names in it are our own."""
    values = {name: value for name, value in scope.where.items() if name in DIVIDED}
    parts = ["true" if scope.tests else "NOT is_test", *(f"{name} = %({name})s" for name in values)]
    asked = _BRING.format(dimension=by if by in DIVIDED else "''", where=" AND ".join(parts))
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return Counter({(group, kind): int(yearly) for group, kind, yearly in cursor.fetchall()})


def _moves(scope: Scope, by: str) -> Iterable[Any]:
    """Movements since the first day, by month, those later than the last day apart."""
    rows = _of(RevenueMove.objects.filter(on__gte=scope.first), scope).order_by()
    later = Case(When(on__gt=scope.last, then=Value(True)), default=Value(False))
    parts = rows.values_list(TruncMonth("on"), later, _dimension(by), "charges")
    found: Iterable[Any] = parts.annotate(moved=Sum("yearly"), by_day=Sum(F("yearly") * ExtractDay("on")))
    return found


def _fees(scope: Scope, by: str) -> Iterator[Item]:
    """What payers paid for the method, and what gateways kept; two queries."""
    moves = CashMove.objects.filter(on__range=(scope.first, scope.last)).exclude(fee=0)
    for month, group, amount in _summed(_of(moves, scope, channel="tenant__revenue__"), by, "on", "fee", _CASH):
        yield Item(month, _named(by, month, group), Stream.FEES, amount)
    kept = _of(fees_kept(scope.first, scope.last), scope, "tenant__revenue__", "tenant__revenue__")
    for month, group, amount in _summed(kept, by, "settled_on", "amount", _KEPT):
        yield Item(month, _named(by, month, group), GATEWAY, amount, Role.SERVING)


_CASH = {"product": "product", "channel": "tenant__revenue__channel"}
_KEPT = {"product": "tenant__revenue__product", "channel": "tenant__revenue__channel"}


def _summed(rows: QuerySet[Any], by: str, on: str, amount: str, columns: dict[str, str]) -> Iterable[Any]:
    group = F(columns[by]) if by in DIVIDED else Value("")
    found: Iterable[Any] = rows.order_by().values_list(TruncMonth(on), group).annotate(total=Sum(amount))
    return found


def _won(scope: Scope, by: str) -> Iterator[tuple[date, Hashable, int]]:
    """Who paid for the first time in these days; one query."""
    rows = _of(RevenueStand.objects.filter(paid_on__range=(scope.first, scope.last)), scope).order_by()
    found: Iterable[Any] = rows.values_list(TruncMonth("paid_on"), _dimension(by)).annotate(count=Count("pk"))
    for month, group, count in found:
        yield month, _named(by, month, group), count


def _of(rows: QuerySet[Any], scope: Scope, product: str = "", channel: str = "") -> QuerySet[Any]:
    """Those of the product, the channel, and without test tenants unless they are asked for."""
    before = {"product": product, "channel": channel}
    rows = rows.filter(**{f"{before[name]}{name}": scope.where[name] for name in DIVIDED if name in scope.where})
    return rows if scope.tests else rows.filter(**{f"{product}is_test": False})


def _dimension(by: str) -> F | Value:
    return F(by) if by in DIVIDED else Value("")


def _named(by: str, month: date, group: Hashable) -> Hashable:
    return month if by == "month" else group


def _cost_items(scope: Scope, by: str, entries: Iterable[Entry]) -> Iterator[Item]:
    """The costs of what is asked for, as far as they fall in the days."""
    kinds = cost_kinds()
    for entry in entries:
        amount, key = within(entry, scope.first, scope.last), entry.key
        if amount and all(getattr(key, name) == scope.where[name] for name in DIVIDED if name in scope.where):
            role = kinds.role_in(key.kind, key.month) or Role.RUNNING
            yield Item(key.month, _group_of(key, by), key.kind, amount, role)


def _group_of(key: Key, by: str) -> Hashable:
    return getattr(key, by) if by in DIMENSIONS else ""


def _left_out(scope: Scope, entries: Iterable[Entry]) -> int:
    """Costs that concern what is asked for, and others too."""
    asked = {name: scope.where[name] for name in DIVIDED if name in scope.where}
    shared = [
        entry
        for entry in entries
        if any(getattr(entry.key, name) == "" for name in asked)
        and all(getattr(entry.key, name) in ("", value) for name, value in asked.items())
    ]
    return sum(within(entry, scope.first, scope.last) for entry in shared)
