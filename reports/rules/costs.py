"""Costs that staff enter by month, product and channel, and what each kind of them is for (B1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from plans.rules.money import round_half_up
from plans.rules.parts import Code, Part, Text
from plans.rules.periods import add_months


class Role(StrEnum):
    """What a cost is for: to win customers, to serve those there are, or to run the rest."""

    WINNING = "winning"
    SERVING = "serving"
    RUNNING = "running"


class Use(Part):
    """What a kind is for from a month on; without a role it is no longer entered."""

    from_: date = Field(alias="from")
    role: Role | None = None


class CostKind(Part):
    """A kind of costs. The first of its uses is the oldest."""

    code: Code
    name: Text
    uses: tuple[Use, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        months = [use.from_ for use in self.uses]
        if any(month.day != 1 for month in months):
            raise ValueError("uses: each begins with a month")
        if any(later <= earlier for earlier, later in pairwise(months)):
            raise ValueError("uses: each must begin later than the one before it")
        return self

    def role_in(self, month: date) -> Role | None:
        """What it is for in a month; None before its first, and once it is no longer entered."""
        return next((use.role for use in reversed(self.uses) if use.from_ <= month), None)


class CostKinds(Part):
    """All kinds, in the order in which they are shown."""

    kinds: tuple[CostKind, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [kind.code for kind in self.kinds]
        if len(set(codes)) < len(codes):
            raise ValueError("kinds: each code once")
        return self

    def role_in(self, code: str, month: date) -> Role | None:
        """What a kind is for in a month; None for one that is not known, or not entered then."""
        return next((kind.role_in(month) for kind in self.kinds if kind.code == code), None)

    def counted_as(self, code: str, month: date) -> Role:
        """What a stored cost is for: one whose kind was taken out of use since is still spent, on running the rest."""
        return self.role_in(code, month) or Role.RUNNING

    def entered_in(self, month: date) -> list[CostKind]:
        """Those that can be entered for a month."""
        return [kind for kind in self.kinds if kind.role_in(month)]


class Key(NamedTuple):
    """What a cost is of; the month by its first day, product and channel empty where it is of all of them."""

    month: date
    product: str
    channel: str
    kind: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A cost of a month in whole rupiah."""

    key: Key
    amount: int


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry and the amount that is stored for the same thing; None where there is none."""

    entry: Entry
    before: int | None

    @property
    def is_same(self) -> bool:
        """Whether writing it changes nothing."""
        return self.before == self.entry.amount


def within(entry: Entry, first: date, last: date) -> int:
    """What of a cost falls in some days (both included): each day of its month bears the same.

    3.100.000 of March: 1.000.000 on the 1st to the 10th; all of it where the whole month is asked for.
    """
    start, end = entry.key.month, add_months(entry.key.month, 1)
    days = (min(end, date.fromordinal(last.toordinal() + 1)) - max(start, first)).days
    return round_half_up(Fraction(entry.amount * max(0, days), (end - start).days))


def total(planned: Iterable[Planned]) -> int:
    """How much more (or less) is spent when these are written."""
    return sum(item.entry.amount - (item.before or 0) for item in planned)
