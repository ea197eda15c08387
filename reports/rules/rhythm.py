"""Bills that will come of what a customer brings a year: on which days, and how much."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from plans.rules.money import round_half_up
from plans.rules.periods import add_months

YEAR = 12
LENGTHS = (1, 2, 3, 4, 6, YEAR)
DAYS_A_MONTH = Fraction(365, YEAR)


@dataclass(frozen=True, slots=True)
class Coming:
    """A bill that will be made on a day, in rupiah without tax."""

    on: date
    amount: int


def rhythm(months: int | None, first_on: date | None, next_on: date) -> int:
    """How many months a customer's period is: that of its last renewal; in the first period the span from its first bill to the
    next, as the nearest length that is sold.

    First billed on 1 March, next on 1 April: a month; next on 1 March of the year after: a year. Of nothing known, a year.
    """
    if months:
        return months
    if first_on is None or first_on >= next_on:
        return YEAR
    span = (next_on - first_on).days / DAYS_A_MONTH
    return min(LENGTHS, key=lambda length: abs(length - span))


def bills_ahead(yearly: int, months: int, next_on: date, last: date) -> Iterator[Coming]:
    """The bills up to a day: 7.200.000 a year by the month, next on 1 April → 600.000 on 1 April, 1 May and 1 June."""
    at = 0
    while (on := add_months(next_on, at)) <= last:
        yield Coming(on, round_half_up(Fraction(yearly * months, YEAR)))
        at += months
