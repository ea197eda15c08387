"""Value added tax (PPN) as data: its rates with the days from which they hold, and what kinds of customers there are."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from plans.rules.parts import Part, Text


class TaxCategory(StrEnum):
    """What a customer is to the tax office."""

    NORMAL = "normal"
    GOVERNMENT = "government"  # a government treasurer, who keeps the tax back and pays it to the state
    COLLECTOR = "collector"  # another collector, such as a state-owned company
    NOT_COLLECTED = "not_collected"
    EXEMPT = "exempt"


class BaseShare(Part):
    """The part of the price that is taxed: 11/12 (DPP nilai lain)."""

    numerator: int = Field(ge=1, le=100)
    denominator: int = Field(ge=1, le=100)

    @property
    def share(self) -> Fraction:
        """As a number."""
        return Fraction(self.numerator, self.denominator)


WHOLE = BaseShare(numerator=1, denominator=1)


class TaxRate(Part):
    """A rate that holds from a day on. `code` is the transaction code of invoices to normal customers."""

    from_: date = Field(alias="from")
    percent: Decimal = Field(ge=0, le=100)
    base: BaseShare = WHOLE
    code: str = Field(pattern=r"^0[1-9]$")

    @property
    def effective(self) -> Fraction:
        """Tax per rupiah of price: 12 % of 11/12 is 0,11."""
        return self.base.share * Fraction(self.percent) / 100


class CustomerKind(Part):
    """How a kind of customer is taxed; `code` empty: that of the rate."""

    category: TaxCategory
    code: str = Field(default="", pattern=r"^(0[1-9])?$")
    charged: bool
    words: Text


class TaxTable(Part):
    """All of it. The first entry of `rates` is the oldest."""

    rates: tuple[TaxRate, ...] = Field(min_length=1)
    categories: tuple[CustomerKind, ...]

    @model_validator(mode="after")
    def _in_order_and_complete(self) -> Self:
        days = [rate.from_ for rate in self.rates]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("rates: each must begin later than the one before it")
        if sorted(kind.category for kind in self.categories) != sorted(TaxCategory):
            raise ValueError("categories: each kind of customer once")
        return self

    def rate_on(self, day: date) -> TaxRate | None:
        """The rate that holds on a day; None before the first."""
        return next((rate for rate in reversed(self.rates) if rate.from_ <= day), None)

    def kind_of(self, category: str) -> CustomerKind:
        """How a kind of customer is taxed."""
        return next(kind for kind in self.categories if kind.category == category)


class Goods(Part):
    """What a product is to the tax office: service (B) or goods (A), its code of six digits and its unit of measure."""

    opt: Literal["A", "B"] = "B"
    code: str = Field(default="000000", pattern=r"^[0-9]{6}$")
    unit: str = Field(default="UM.0033", pattern=r"^UM\.[0-9]{4}$")
