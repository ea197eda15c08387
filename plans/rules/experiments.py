"""Experiments (K13, N12): the same product at another price, annual discount, trial or choice of plans, side by side.

An experiment is data of the catalogue file; staff decide when it runs. Who is in which variant follows from a hash alone,
so that the same visitor gets the same answer on every page and in every process, without anything being stored.
"""

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from plans.errors import PricingError
from plans.rules.parts import Code, Part, Text, Trial
from plans.rules.terms import parse_charge


class ChargeOverride(Part):
    """Another price for the charges with this code and interval in the experiment's price book.

    `description` replaces what stands on the invoice where that names the price ("10 bulan").
    """

    code: Code
    interval_months: int = Field(ge=1, le=60)
    pricing: Mapping[str, Any]
    description: Text | None = None

    @field_validator("pricing")
    @classmethod
    def _pricing_parses(cls, value: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            parse_charge(value)
        except PricingError as error:
            # the kind that catalogue_file looks into, so that each fault is told with its line
            raise PydanticCustomError("pricing", "{text}", {"text": str(error)}) from error
        return value


class Hidden(Part):
    """What a variant does not offer (N12: per class against per seat, a kit rented against bought)."""

    plans: tuple[Code, ...] = ()
    addons: tuple[Code, ...] = ()
    items: tuple[Code, ...] = ()


class Variant(Part):
    """One side of an experiment. `weight`: of two variants with 1 and 3 the second gets three visitors of four.

    A `trial` replaces that of every plan that has one. Nothing given: the catalogue as it is.
    """

    code: Code
    name: Text
    weight: int = Field(default=1, ge=1, le=100)
    charges: tuple[ChargeOverride, ...] = ()
    trial: Trial | None = None
    default_plan: Code | None = None
    hides: Hidden = Field(default_factory=Hidden)


class Metric(StrEnum):
    """What an experiment compares: a share of those who could have done it."""

    SIGNUP = "signup"  # visitors who sign up
    PAID = "paid"  # visitors who pay
    TRIAL_TO_PAID = "trial_to_paid"  # those signed up who pay
    YEARLY = "yearly"  # those signed up who chose to pay by the year


class Experiment(Part):
    """Variants of one price book. The first one is what the others are compared with.

    `detect` is the smallest difference worth finding, in percentage points: it says how many visitors are needed.
    """

    code: Code
    name: Text
    rule: str = Field(default="", max_length=20)
    price_book: Code
    metric: Metric = Metric.PAID
    detect: int = Field(default=5, ge=1, le=50)
    variants: tuple[Variant, ...] = Field(min_length=2)

    def variant(self, code: str) -> Variant | None:
        """A variant by its code."""
        return next((variant for variant in self.variants if variant.code == code), None)


class Assigned(Part):
    """The variant that somebody saw, whole: an agreement keeps it, whatever becomes of the experiment."""

    experiment: Code
    price_book: Code
    variant: Variant


def assign(experiment: Experiment, visitor: str) -> Assigned:
    """The variant of a visitor, by a stable hash of the experiment's code and the visitor's key.

    Two experiments cut the visitors independently: who sees the higher price is spread over both lengths of trial. With
    weights 1 and 3, a quarter of all keys fall to the first.
    """
    total = sum(variant.weight for variant in experiment.variants)
    drawn = int.from_bytes(sha256(f"{experiment.code}:{visitor}".encode()).digest()[:8]) % total
    return _taken(experiment, experiment.variants[_place(experiment, drawn)])


def named(experiment: Experiment, code: str) -> Assigned | None:
    """The variant with a code, for somebody who is known to have seen it; None if there is none."""
    variant = experiment.variant(code)
    return None if variant is None else _taken(experiment, variant)


def touches(experiment: Experiment) -> frozenset[str]:
    """What any of its variants changes: ``charge units/12``, ``trial``, ``default plan``, ``plan flat``.

    Two experiments that touch the same cannot run at the same time: nobody could tell whose difference it was.
    """
    found: set[str] = set()
    for variant in experiment.variants:
        found |= {f"charge {charge.code}/{charge.interval_months}" for charge in variant.charges}
        found |= {f"plan {code}" for code in variant.hides.plans}
        found |= {f"add-on {code}" for code in variant.hides.addons}
        found |= {f"item {code}" for code in variant.hides.items}
        found |= {"trial"} if variant.trial else set()
        found |= {"default plan"} if variant.default_plan else set()
    return frozenset(found)


def _taken(experiment: Experiment, variant: Variant) -> Assigned:
    return Assigned(experiment=experiment.code, price_book=experiment.price_book, variant=variant)


def _place(experiment: Experiment, drawn: int) -> int:
    for at, variant in enumerate(experiment.variants):
        if drawn < variant.weight:
            return at
        drawn -= variant.weight
    raise AssertionError("drawn lies below the sum of all weights")
