"""What was spent on what is asked for, and what winning its customers cost."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from django.db.models import Count, DateField, QuerySet, Value
from django.db.models.functions import Cast, TruncMonth

from reports.models import RevenueStand
from reports.rules.costs import Entry, Key, Role, within
from reports.rules.economics import Item, Lacking, Told, Winning, statement, statements
from reports.selectors.costs import cost_kinds, costs_in
from reports.selectors.revenue import Scope
from reports.selectors.streams import DIMENSIONS, DIVIDED, asked_of, group_of


def winning_of(scope: Scope, by: str = "product") -> tuple[Winning, dict[Hashable, Winning]]:
    """What winning customers cost in some days, in all and by a dimension; one query.

    By what costs are not kept by (a province, say) there are no groups: `cac_of` says why.
    """
    entries, first_payments = spent_and_won(scope)
    won = Counter[Hashable]()
    for key, count in first_payments.items():
        won[group_of(key, by)] += count
    costs = [item for item in costs_of(scope, by, entries) if item.role is Role.WINNING]
    groups = statements(costs, won, "group") if by in DIMENSIONS else {}
    return statement(costs, won.total()).winning, {name: found.winning for name, found in groups.items()}


def spent_and_won(scope: Scope) -> tuple[list[Entry], dict[Key, int]]:
    """All costs of the months, and by month, product and channel (no kind) how many paid for the first time; one query."""
    entries, won = list[Entry](), dict[Key, int]()
    for month, product, channel, kind, amount in _spent_and_won(scope):
        if kind:
            entries.append(Entry(Key(month, product, channel, kind), amount))
        else:
            won[Key(month, product, channel, "")] = amount
    return entries, won


def _spent_and_won(scope: Scope) -> QuerySet[Any, Any]:
    stands = asked_of(RevenueStand.objects.filter(paid_on__range=(scope.first, scope.last)), scope).order_by()
    month = Cast(TruncMonth("paid_on"), DateField())
    won = stands.values_list(month, "product", "channel", Value("")).annotate(won=Count("pk"))
    costs = costs_in(scope.first, scope.last).order_by()
    return costs.values_list("month", "product", "channel", "kind", "amount").union(won, all=True)


def cac_of(scope: Scope, winning: Winning, by: str = "") -> Told:
    """CAC where costs are kept by everything that is asked by: by month, product and channel, by nothing else."""
    divided = set(scope.where) <= set(DIVIDED) and by in ("", *DIMENSIONS)
    return winning.cac if divided else Told(lacking=Lacking.NOT_DIVIDED)


def costs_of(scope: Scope, by: str, entries: Iterable[Entry]) -> Iterator[Item]:
    """The costs of what is asked for, as far as they fall in the days."""
    kinds = cost_kinds()
    for entry in entries:
        amount, key = within(entry, scope.first, scope.last), entry.key
        if amount and all(getattr(key, name) == scope.where[name] for name in DIVIDED if name in scope.where):
            yield Item(key.month, group_of(key, by), key.kind, amount, kinds.counted_as(key.kind, key.month))


def left_out_of(scope: Scope, entries: Iterable[Entry]) -> int:
    """Costs that concern what is asked for, and others too."""
    asked = {name: scope.where[name] for name in DIVIDED if name in scope.where}
    shared = [
        entry
        for entry in entries
        if any(getattr(entry.key, name) == "" for name in asked)
        and all(getattr(entry.key, name) in ("", value) for name, value in asked.items())
    ]
    return sum(within(entry, scope.first, scope.last) for entry in shared)
