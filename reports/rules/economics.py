"""What customers bring beside what they cost: streams and costs by month, and whether winning them pays (B1, C13, K17).

Amounts are whole rupiah. What cannot be told says why instead of dividing by zero.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from plans.rules.money import round_half_up
from plans.rules.periods import add_months
from reports.rules.claim_parts import PartKind
from reports.rules.costs import Role
from reports.rules.figures import Kept
from reports.rules.retention import lasting

MONTHS = 12
GATEWAY = "gateway"
LOSS = PartKind.LOSS.value
# What the books say is spent, not staff; what it is for.
BOOKED = {GATEWAY: Role.SERVING, LOSS: Role.RUNNING}


class Stream(StrEnum):
    """Where revenue comes from: what recurs (the subscription, other charges in a rhythm, add-ons), what is billed beside it
    (`reports.rules.claim_parts`), and what payers pay for the method.
    """

    MAIN = "main"
    SIDE = "side"
    ADDON = "addon"
    SETUP = PartKind.SETUP.value
    PURCHASE = PartKind.PURCHASE.value
    ONE_OFF = PartKind.ONE_OFF.value
    USAGE = PartKind.USAGE.value
    LATE_FEE = PartKind.LATE_FEE.value
    FEES = "fees"


BESIDE = (Stream.SETUP, Stream.PURCHASE, Stream.ONE_OFF, Stream.USAGE, Stream.LATE_FEE)


class Lacking(StrEnum):
    """Why a figure cannot be told."""

    NO_COSTS = "no_costs"
    NOBODY_WON = "nobody_won"
    NO_REVENUE = "no_revenue"
    NO_CUSTOMERS = "no_customers"
    NONE_BEFORE = "none_before"
    NOBODY_LEFT = "nobody_left"
    NO_MARGIN = "no_margin"
    NOT_DIVIDED = "not_divided"


@dataclass(frozen=True, slots=True)
class Told:
    """A figure, or why there is none."""

    value: Fraction | None = None
    lacking: Lacking | None = None

    @property
    def rupiah(self) -> int | None:
        """As whole rupiah."""
        return None if self.value is None else round_half_up(self.value)


@dataclass(frozen=True, slots=True)
class Winning:
    """What was spent in some days to win customers, and how many paid for the first time in them."""

    spent: int = 0
    won: int = 0

    @property
    def cac(self) -> Told:
        """For each of them: 9.600.000 spent, four won → 2.400.000."""
        if not self.spent:
            return Told(lacking=Lacking.NO_COSTS)
        return Told(Fraction(self.spent, self.won)) if self.won else Told(lacking=Lacking.NOBODY_WON)


@dataclass(frozen=True, slots=True)
class Item:
    """A stream (no role) or a cost of a month, of a group."""

    month: date
    group: Hashable
    what: str
    amount: int
    role: Role | None = None


@dataclass(slots=True)
class Statement:
    """Streams and costs of some days side by side, and how many customers were won in them."""

    streams: dict[str, int] = field(default_factory=dict)
    costs: dict[str, int] = field(default_factory=dict)
    roles: dict[Role, int] = field(default_factory=dict)
    won: int = 0

    def add(self, item: Item) -> None:
        """One more stream or cost."""
        side = self.streams if item.role is None else self.costs
        side[item.what] = side.get(item.what, 0) + item.amount
        if item.role is not None:
            self.roles[item.role] = self.roles.get(item.role, 0) + item.amount

    @property
    def revenue(self) -> int:
        """All streams."""
        return sum(self.streams.values())

    @property
    def spent(self) -> int:
        """All costs."""
        return sum(self.costs.values())

    @property
    def result(self) -> int:
        """What is left; below zero where more was spent."""
        return self.revenue - self.spent

    @property
    def winning(self) -> Winning:
        """What its customers cost to win."""
        return Winning(self.roles.get(Role.WINNING, 0), self.won)

    @property
    def margin(self) -> Told:
        """Gross margin, what revenue leaves after serving: 18.000.000 less 3.600.000 → 80 %; below zero where it costs more."""
        if self.revenue <= 0:
            return Told(lacking=Lacking.NO_REVENUE)
        return Told(Fraction(self.revenue - self.roles.get(Role.SERVING, 0), self.revenue))


def statement(items: Iterable[Item], won: int = 0) -> Statement:
    """All of these together."""
    found = Statement(won=won)
    for item in items:
        found.add(item)
    return found


def statements(items: Iterable[Item], won: Mapping[Hashable, int], by: str) -> dict[Hashable, Statement]:
    """By `month` or by `group`; who was won is told by the same."""
    found: dict[Hashable, Statement] = defaultdict(Statement)
    for item in items:
        found[getattr(item, by)].add(item)
    for name, count in won.items():
        found[name].won += count
    return dict(found)


def joined(found: Iterable[Statement]) -> Statement:
    """Several together, such as the months of a quarter."""
    whole = Statement()
    for part in found:
        for mine, more in ((whole.streams, part.streams), (whole.costs, part.costs), (whole.roles, part.roles)):
            _add(mine, more)
        whole.won += part.won
    return whole


def _add(mine: dict[Any, int], more: Mapping[Any, int]) -> None:
    for name, amount in more.items():
        mine[name] = mine.get(name, 0) + amount


def payback(told: Statement, kept: Kept) -> Told:
    """Months until a customer has brought what winning it cost: CAC ÷ (what one brings a month at the end × gross margin).

    2.400.000 ÷ (600.000 × 80 %) = 5 months.
    """
    cac, margin = told.winning.cac, told.margin
    if cac.value is None or margin.value is None:
        return cac if cac.value is None else margin
    if not kept.closed or kept.after <= 0:
        return Told(lacking=Lacking.NO_CUSTOMERS)
    if margin.value <= 0:
        return Told(lacking=Lacking.NO_MARGIN)
    return Told(cac.value / (Fraction(kept.after, MONTHS * kept.closed) * margin.value))


def ltv_to_cac(told: Statement, kept: Kept, months: Fraction) -> Told:
    """What a customer leaves over serving it while it stays, for each rupiah of winning it: LTV × gross margin ÷ CAC.

    12.000.000 × 80 % ÷ 2.400.000 = 4.
    """
    cac, margin = told.winning.cac, told.margin
    if cac.value is None or margin.value is None:
        return cac if cac.value is None else margin
    worth = lasting(kept, months).ltv
    if worth is None:
        return Told(lacking=Lacking.NOBODY_LEFT if kept.opened else Lacking.NONE_BEFORE)
    return Told(worth * margin.value / cac.value)


@dataclass(frozen=True, slots=True)
class Moved:
    """Movements of a month in rupiah a year: their sum, and the sum of each times its day of the month."""

    yearly: int = 0
    by_day: int = 0


def by_month(moves: Iterable[tuple[date, int]]) -> dict[date, Moved]:
    """Movements of some days by their months."""
    found: dict[date, Moved] = {}
    for on, yearly in moves:
        known = found.get(on.replace(day=1), Moved())
        found[on.replace(day=1)] = Moved(known.yearly + yearly, known.by_day + yearly * on.day)
    return found


def earned(before: int, moved: Mapping[date, Moved], spans: Sequence[tuple[date, date]]) -> dict[date, int]:
    """What recurred in each span of days (each within a month), from `before` rupiah a year at the start; by the month.

    A day of April bears a thirtieth of a twelfth: 600.000 a month since the 16th are 300.000 in April, 600.000 in May.
    """
    found, running = {}, before
    for first, last in spans:
        month = first.replace(day=1)
        days = (add_months(month, 1) - month).days
        more = moved.get(month, Moved())
        brought = running * (last.day - first.day + 1) + more.yearly * (last.day + 1) - more.by_day
        found[month] = round_half_up(Fraction(brought, MONTHS * days))
        running += more.yearly
    return found


def spans_of(first: date, last: date) -> list[tuple[date, date]]:
    """Days as parts of months: 16 March – 10 May is 16–31 March, April, 1–10 May."""
    found, start = [], first
    while start <= last:
        end = date.fromordinal(add_months(start.replace(day=1), 1).toordinal() - 1)
        found.append((start, min(end, last)))
        start = date.fromordinal(end.toordinal() + 1)
    return found
