"""Offers as a catalogue declares them: what is taken off a price, for how long, and who may have it (K9, C3, C4).

"Offer" in `plans.rules.offer` is what is on sale; here an offer of the files and the interfaces is a `Discount`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from plans.rules.charges import Charge, When
from plans.rules.parts import Code, Part, ShortCode, Text

MOST_MONTHS = 120
_KINDS = ("price", "percent", "free_months", "amount")


class DiscountKind(StrEnum):
    """What is taken off, in the order of calculation: another price first, then percentages, then amounts."""

    PRICE = "price"
    PERCENT = "percent"
    FREE_MONTHS = "free_months"
    AMOUNT = "amount"


class Group(Part):
    """So many that sign up within so many days of the first: three within 30 days (C7)."""

    members: int = Field(ge=2, le=100)
    days: int = Field(ge=1, le=366)


class Discount(Part):
    """One offer. Exactly one of `percent`, `amount`, `free_months` and `price` says what is taken off.

    `amount` is rupiah off each whole period of each charge it is for; `price` stands in for the unit price, or for the
    price of a whole period where a charge has none. It holds for `months`, for `invoices` of the subscription, or for
    ever; a year is 12 months. `charges` names what it is for; empty, it is all that recurs for the tenant itself.

    Who may have it: `plans`, `intervals`, `registration` (field → values, such as a province), sign-ups `from` … `until`
    (both days included), so many `redemptions` altogether and `per_customer`, `first_order` alone. `by: staff` is no code
    that a customer can enter, nor is `by: reward`, which is earned (K10, C6). Two offers on one charge go together only where
    both say `combines`.

    `document` names what staff must have seen before it takes hold (K12); `group` how many must sign up together (C7).
    """

    code: ShortCode
    name: Text
    rule: str = Field(default="", max_length=20)
    percent: Decimal | None = Field(default=None, gt=0, le=100)
    amount: int | None = Field(default=None, gt=0)
    price: Decimal | None = Field(default=None, ge=0)
    free_months: int | None = Field(default=None, ge=1, le=MOST_MONTHS)
    months: int | None = Field(default=None, ge=1, le=MOST_MONTHS)
    invoices: int | None = Field(default=None, ge=1, le=MOST_MONTHS)
    charges: tuple[Code, ...] = ()
    plans: tuple[Code, ...] = ()
    intervals: tuple[int, ...] = ()
    registration: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    from_: date | None = Field(alias="from", default=None)
    until: date | None = None
    redemptions: int | None = Field(default=None, ge=1)
    per_customer: int | None = Field(default=None, ge=1)
    first_order: bool = False
    by: Literal["code", "staff", "reward"] = "code"
    combines: bool = False
    document: Text | None = None
    group: Group | None = None
    illustrative: bool = False
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @field_validator("from_", "until", mode="before")
    @classmethod
    def _a_plain_day(cls, value: object) -> object:
        return value if value is None or type(value) is date else date.fromisoformat(str(value))

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        given = [name for name in _KINDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("give one of percent, amount, free_months, price")
        lasting = [name for name in ("free_months", "months", "invoices") if getattr(self, name) is not None]
        if len(lasting) > 1:
            raise ValueError(f"give {lasting[0]} or {lasting[1]}, not both")
        if self.from_ is not None and self.until is not None and self.until < self.from_:
            raise ValueError("until must not be before from")
        waits = [name for name in ("document", "group") if getattr(self, name) is not None]
        if len(waits) > 1 or (waits and self.by != "code"):
            raise ValueError("an offer waits for a document or for a group, or is given without a code")
        return self

    @property
    def kind(self) -> DiscountKind:
        """Which of the four it is."""
        return DiscountKind(next(name for name in _KINDS if getattr(self, name) is not None))

    @property
    def waits(self) -> bool:
        """Whether it takes hold later than it is asked for: when a document was approved, when a group is complete."""
        return self.document is not None or self.group is not None

    @property
    def lasts_months(self) -> int | None:
        """The months it holds where it counts months."""
        return self.months if self.free_months is None else self.free_months

    def is_for(self, charge: Charge) -> bool:
        """Whether it takes something off a charge."""
        if self.charges:
            return charge.code in self.charges
        return charge.counts_the_tenant and charge.when is not When.ONCE

    def is_for_plan(self, plan: str, interval_months: int) -> bool:
        """Whether it can be had on a plan that is billed so often."""
        return (not self.plans or plan in self.plans) and (not self.intervals or interval_months in self.intervals)
