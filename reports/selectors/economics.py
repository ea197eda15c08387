"""Streams beside costs of some days, from the facts of revenue and money and the costs that staff entered; five queries.

What is of all products (or channels) counts in the whole. Asked for one product it is left out, and said.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from plans.rules.periods import add_months
from reports.rules.costs import Entry, Planned
from reports.rules.economics import Item, Statement, Told, joined, ltv_to_cac, payback, statement, statements
from reports.rules.figures import Kept
from reports.selectors.costs import entries_in
from reports.selectors.retention import months_in
from reports.selectors.revenue import Scope, kept_now
from reports.selectors.spending import costs_of, left_out_of, spent_and_won
from reports.selectors.streams import DIMENSIONS, DIVIDED, spans, streams_of, won_in


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
    items = [*facts.items, *costs_of(facts.scope, facts.by, entries)]
    by_month, by_group = Counter[Hashable](), Counter[Hashable]()
    for month, group, count in facts.won:
        by_month[month] += count
        by_group[group] += count
    groups = statements(items, by_group, "group")
    months: dict[Any, Statement] = statements(items, by_month, "month")
    return Economics(
        _group(statement(items, by_month.total()), facts.kept, facts.months),
        {first.replace(day=1): months.get(first.replace(day=1), Statement()) for first, _ in spans(facts.scope)},
        {name: _group(found, facts.groups.get(name, Kept()), facts.months) for name, found in groups.items()},
        items,
        left_out_of(facts.scope, entries),
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


def in_periods(scope: Scope, kept: Sequence[Kept]) -> tuple[Group | None, Group | None]:
    """Of days that are whole months and of as many just before, `kept` being the customers of each; three queries.

    None where it is asked by what costs are not kept by, a province say.
    """
    if not set(scope.where) <= set(DIVIDED):
        return None, None
    both = replace(scope, first=scope.before.first)
    entries, first_payments = spent_and_won(both)
    items = [*streams_of(both, "month"), *costs_of(both, "month", entries)]
    won = Counter[Hashable]()
    for key, count in first_payments.items():
        won[key.month] += count
    months: dict[Any, Statement] = statements(items, won, "month")
    now, then = (
        _group(
            joined(found for month, found in months.items() if days.first <= month <= days.last), some, months_in(days)
        )
        for days, some in zip((scope, scope.before), kept, strict=True)
    )
    return now, then


def facts_of(scope: Scope, by: str) -> Facts:
    """What is not entered; four queries."""
    if by not in DIMENSIONS:
        raise ValueError(f"no costs are asked by {by}")
    kept, whole = kept_now(scope, by if by in DIVIDED else "")
    return Facts(scope, by, streams_of(scope, by), list(won_in(scope, by)), whole, kept if by in DIVIDED else {})
