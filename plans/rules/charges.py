"""A price within a book: for which plans, how often, when, for which quantity, by which model."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from plans.errors import PricingError
from plans.rules.parts import Code, Part, Text
from plans.rules.terms import Charge as Pricing
from plans.rules.terms import parse_charge

PRICING = "pricing"
REPORTED, ONE = "reported", "one"


class When(StrEnum):
    """When a charge is billed."""

    ADVANCE = "advance"  # on the first day of its period
    ARREARS = "arrears"  # on the day after its period, for what it was
    ONCE = "once"  # on the first invoice, never again (C2)


class Charge(Part):
    """A price within a book: for which plans, how often, by which model (`pricing` has the shape `rate` takes).

    `interval_months` is the charge's own rhythm; `with_intervals` are the rhythms of subscriptions it belongs to, by
    default its own (a fee by the month and another by the year are a choice). N6: seats by the year beside a platform
    fee by the month are `interval_months: 12, with_intervals: [1]`. What is billed once, by an add-on's count or by a
    meter belongs to every subscription of its plans unless it says otherwise.

    `quantity` is the tenant's reported one, `one`, or the code of an add-on or a meter of the product. `each` multiplies
    it: a class is 4 sessions a month (N7). `unit` names what is counted then.
    """

    code: Code
    plans: tuple[Code, ...] = Field(min_length=1)
    interval_months: int = Field(default=1, ge=1, le=60)  # a file must say it, unless `when` is once
    with_intervals: tuple[int, ...] = ()
    when: When = When.ADVANCE
    description: Text
    rule: str = Field(default="", max_length=20)  # id of the rule in the product's documents, shown in explanations
    quantity: Code = REPORTED
    each: Decimal = Field(default=Decimal(1), gt=0)
    unit: Text | None = None
    pricing: Mapping[str, Any]
    tier_names: tuple[Text, ...] = ()

    @field_validator("pricing")
    @classmethod
    def _pricing_parses(cls, value: Mapping[str, Any]) -> Mapping[str, Any]:
        return checked_pricing(value)

    @property
    def counts_the_tenant(self) -> bool:
        """Whether it is for the tenant itself (its reported quantity, or one), not for an add-on or a meter."""
        return self.quantity in {REPORTED, ONE}

    @property
    def rhythms(self) -> tuple[int, ...]:
        """The intervals of subscriptions that it gives a choice of; none where it only comes along."""
        if self.with_intervals:
            return self.with_intervals
        return (self.interval_months,) if self.when is not When.ONCE and self.counts_the_tenant else ()

    def belongs_to(self, interval_months: int) -> bool:
        """Whether a subscription of this rhythm has the charge."""
        return interval_months in self.rhythms or not self.rhythms

    def price(self) -> Pricing:
        """The charge as the rating rules take it."""
        return self.parsed

    @cached_property
    def parsed(self) -> Pricing:
        """Parsed once: agreements are shared by all tenants who agreed to the same."""
        return parse_charge(self.pricing)


def checked_pricing(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The price itself, if the rating rules can read it."""
    try:
        parse_charge(value)
    except PricingError as error:
        # a kind of its own, so that a reader of files can look for all that is wrong with the price
        raise PydanticCustomError(PRICING, "{text}", {"text": str(error)}) from error
    return value
