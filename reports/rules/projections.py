"""What would be brought: counts × sizes × prices, years ahead, break-even, and what prices seem to say (X12, K17, K18).

Nothing here is read from the books: who asks gives every number. Money is whole rupiah.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from plans.rules.money import round_half_up

MONTHS = 12
PriceOf = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Group:
    """So many customers of a size: 20 schools of 100 students."""

    customers: int
    size: int


@dataclass(frozen=True, slots=True)
class Priced:
    """A group with what one of it brings a year, in rupiah."""

    group: Group
    each: int

    @property
    def yearly(self) -> int:
        """All of it."""
        return self.group.customers * self.each


@dataclass(frozen=True, slots=True)
class Scenario:
    """Groups together."""

    parts: tuple[Priced, ...]

    @property
    def customers(self) -> int:
        """How many there are."""
        return sum(part.group.customers for part in self.parts)

    @property
    def units(self) -> int:
        """Students, units, members of all."""
        return sum(part.group.customers * part.group.size for part in self.parts)

    @property
    def yearly(self) -> int:
        """Rupiah a year."""
        return sum(part.yearly for part in self.parts)

    @property
    def unit_price(self) -> Fraction | None:
        """Rupiah a unit and month on average; None without any."""
        return Fraction(self.yearly, self.units * MONTHS) if self.units else None


def scenario(groups: Iterable[Group], price_of: PriceOf) -> Scenario:
    """Groups at the prices of a list, `price_of` a size in rupiah a year.

    X12: 20×100 + 10×200 + 5×500 at 5.000 → 10.000.000 + 10.000.000 + 12.500.000 = 32.500.000.
    """
    return Scenario(tuple(Priced(group, price_of(group.size)) for group in groups))


@dataclass(frozen=True, slots=True)
class Year:
    """A year ahead: customers who stay, who come, and what all bring at its end, a month and a year."""

    kept: int
    new: int
    units: int
    mrr: int

    @property
    def customers(self) -> int:
        """All at its end."""
        return self.kept + self.new

    @property
    def yearly(self) -> int:
        """Rupiah a year at the pace of its end."""
        return self.mrr * MONTHS


def year_after(before: int, churn: Fraction, quarters: Sequence[int], size: int, unit_price: Fraction) -> Year:
    """The year after `before` customers: `churn` of them leave in it, `quarters` come, each has `size` units.

    Klustera's second year: 50 less 20 % is 40, and 30 + 40 + 50 + 60 new ones: 220 × 250 = 55.000 units at 2.500: 137.500.000 a
    month. Its third: 176 + 250 = 426 × 300 = 127.800 units (the document rounds to 128.000) at 2.200: 281.160.000.
    """
    kept = before - round_half_up(before * churn)
    units = (kept + sum(quarters)) * size
    return Year(kept, sum(quarters), units, round_half_up(units * unit_price))


def break_even(fixed: int, variable: Fraction, price: Fraction) -> int | None:
    """The first number of units that pays for the month's fixed cost; None where a unit brings no more than it costs.

    K18: 850.000 ÷ (3.000 − 150) = 298,2 → 299: at 298 some 700 rupiah are missing.
    """
    margin = price - variable
    return -(-Fraction(fixed) // margin) if margin > 0 else None


class Signal(StrEnum):
    """What a figure seems to say of the price."""

    RAISE = "raise"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a figure says something: below `low` one thing, above `high` the other."""

    low: Fraction
    high: Fraction


def churn_signal(churn: Fraction | None, limits: Limits) -> Signal | None:
    """K17: under 1 % a month nobody minds the price, over 5 % many do."""
    if churn is None or limits.low <= churn <= limits.high:
        return None
    return Signal.RAISE if churn < limits.low else Signal.LOWER


def conversion_signal(conversion: Fraction | None, limits: Limits) -> Signal | None:
    """K17: over 30 % of trials that pay, demand is strong; under 10 % the price keeps them away."""
    if conversion is None or limits.low <= conversion <= limits.high:
        return None
    return Signal.LOWER if conversion < limits.low else Signal.RAISE
