"""What a customer's health is scored by, as data with the days from which it holds (C12)."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from plans.rules.parts import Code, Part


class Measure(StrEnum):
    """What is looked at; all but payment are reported by the product."""

    USAGE = "usage"  # days of the last seven on which somebody worked with it
    ADOPTION = "adoption"  # percent of the features that are used
    TICKETS = "tickets"  # asked for help in a month
    PAYMENT = "payment"  # days that the oldest bill is past due
    NPS = "nps"  # 0–10


class Colour(StrEnum):
    """How a measure, or a customer, stands; the worst first."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class Limit(Part):
    """Where a colour begins, in one of three ways: more than 70, 40 or more, 2 or fewer."""

    above: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(bound is not None for bound in (self.above, self.at_least, self.at_most)) != 1:
            raise ValueError("one of above, at_least, at_most")
        return self

    def holds(self, value: Decimal) -> bool:
        """Whether a value earns it: above 70 is earned by 70,1, not by 70."""
        if self.above is not None:
            return value > self.above
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0)


class Coloured(Part):
    """Limits of green and yellow; what earns neither is red."""

    green: Limit
    yellow: Limit

    def colour_of(self, value: Decimal) -> Colour:
        """65 % where green is above 70 and yellow from 40 on: yellow."""
        if self.green.holds(value):
            return Colour.GREEN
        return Colour.YELLOW if self.yellow.holds(value) else Colour.RED


class MeasureRule(Coloured):
    """How a measure counts, and for how many days a figure of it holds (none: always)."""

    weight: int = Field(ge=1, le=100)
    holds: int | None = Field(default=None, ge=1, le=1000)


class TaskRule(Part):
    """In how many days staff have looked after a customer of a colour, where so much of the weight is known."""

    days: int = Field(ge=0, le=90)
    known: int = Field(default=0, ge=0, le=100)


class HealthRules(Coloured):
    """All of it from a day on, for some products or (none named) for everybody."""

    from_: date = Field(alias="from")
    products: tuple[Code, ...] = ()
    parts: Mapping[Measure, MeasureRule]
    points: Mapping[Colour, int]
    tasks: Mapping[Colour, TaskRule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(rule.weight for rule in self.parts.values()) != 100:
            raise ValueError("parts: the weights make 100")
        if set(self.points) != set(Colour) or not all(0 <= points <= 100 for points in self.points.values()):
            raise ValueError("points: 0 to 100 for each colour")
        payment = self.parts.get(Measure.PAYMENT)
        if payment and (payment.green.at_most is None or payment.yellow.at_most is None):
            raise ValueError("parts.payment: days past due are at_most")
        return self


class HealthTable(Part):
    """Every rule there was."""

    rules: tuple[HealthRules, ...] = Field(min_length=1)

    def on(self, product: str, day: date) -> HealthRules | None:
        """What holds for a product on a day: the latest of its own, else the latest for everybody."""
        begun = [rules for rules in self._of(product) if rules.from_ <= day]
        return max(begun, key=lambda rules: (bool(rules.products), rules.from_), default=None)

    def next_change(self, product: str, day: date) -> date | None:
        """The first day after this one on which other rules may hold."""
        return min((rules.from_ for rules in self._of(product) if rules.from_ > day), default=None)

    def _of(self, product: str) -> Iterator[HealthRules]:
        return (rules for rules in self.rules if not rules.products or product in rules.products)
