"""What is sold beside a plan: add-ons held by count, meters that are read, and items bought once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from plans.rules.charges import checked_pricing
from plans.rules.parts import Code, Entitlements, Part, Range, ShortCode, Text
from plans.rules.terms import Charge as Pricing
from plans.rules.terms import parse_charge

ONE_AT_MOST = Range.model_validate({"from": 1, "to": 1})


class Addon(Part):
    """Something a subscription may hold beside its plan, so many of it: robot kits to rent, a clinic, certificates (N8).

    Its prices are the charges whose `quantity` is its code. `required` ones are always held, `quantity.from` at least: a
    second quantity beside the reported one. Entitlements hold once for each one held.
    """

    code: ShortCode
    plans: tuple[Code, ...] = Field(min_length=1)
    name: Text
    summary: Text | None = None
    unit: Text | None = None
    quantity: Range = Field(default=ONE_AT_MOST)
    required: bool = False
    entitlements: Entitlements = Field(default_factory=Entitlements)

    @property
    def is_single(self) -> bool:
        """Whether it is held or not, with nothing to count."""
        return self.quantity.to == 1


class Meter(Part):
    """Something that is reported as it happens and summed up for a period: marketplace turnover (C15)."""

    code: ShortCode
    name: Text
    unit: Text


class Batch(Part):
    """A class that begins and ends, for so many people (N3). Both days belong to it."""

    first_day: date
    last_day: date
    capacity: int = Field(ge=1, le=100_000)

    @field_validator("first_day", "last_day", mode="before")
    @classmethod
    def _a_plain_day(cls, value: object) -> object:
        return value if type(value) is date else date.fromisoformat(str(value))

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("last_day must not be before first_day")
        return self


class Instalment(Part):
    """A part of an item's price, due for invoicing so many months after the purchase, or on a day of its own (N3)."""

    percent: Decimal = Field(gt=0, le=100)
    months: int = Field(default=0, ge=0, le=60)
    on: date | None = None

    @field_validator("on", mode="before")
    @classmethod
    def _a_plain_day(cls, value: object) -> object:
        return value if value is None or type(value) is date else date.fromisoformat(str(value))


class Milestone(Part):
    """A part of a contract's price, invoiced when staff say that it has been reached (N14)."""

    code: Code
    name: Text
    percent: Decimal = Field(gt=0, le=100)


class Item(Part):
    """Something bought once, without or beside a subscription: a course, a certificate, a place in a bootcamp (N1, N3).

    A price of today, not of a price book: an item is bought on a day and that is that. `includes` names the items of a
    bundle (N11); a bundle takes a place in each batch it includes. `illustrative` prices are nobody's promise.

    With `instalments` the buyer may pay in parts (N3), the first at once. What has `milestones` is sold by staff alone, under a
    contract that may name another price, and billed milestone by milestone (N14).
    """

    code: Code
    name: Text
    summary: Text | None = None
    unit: Text | None = None
    quantity: Range = Field(default=ONE_AT_MOST)
    pricing: Mapping[str, Any]
    rule: str = Field(default="", max_length=20)
    terms: Code
    batch: Batch | None = None
    includes: tuple[Code, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    illustrative: bool = False

    @model_validator(mode="after")
    def _parts_add_up(self) -> Self:
        for name, parts in (("instalments", self.instalments), ("milestones", self.milestones)):
            if parts and sum(part.percent for part in parts) != 100:
                raise ValueError(f"{name}: the percents must add up to 100")
        if self.instalments and (self.instalments[0].months or self.instalments[0].on):
            raise ValueError("instalments: the first is invoiced with the purchase, without months and on")
        if self.instalments and self.milestones:
            raise ValueError("instalments and milestones exclude each other")
        if len({milestone.code for milestone in self.milestones}) != len(self.milestones):
            raise ValueError("milestones: two have the same code")
        return self

    @field_validator("pricing")
    @classmethod
    def _pricing_parses(cls, value: Mapping[str, Any]) -> Mapping[str, Any]:
        return checked_pricing(value)

    def price(self) -> Pricing:
        """The price as the rating rules take it."""
        return parse_charge(self.pricing)

    def most(self) -> Decimal | None:
        """The largest quantity that can be bought at once; None without an end."""
        return self.quantity.to
