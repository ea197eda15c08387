"""Rating: what a quantity costs by a charge. Preview, invoice and the `rate` command are this one function.

Everything is exact (`Fraction`) until the end of the line, is rounded half up there once, and the parts are given
their share of the rounded amount by largest remainder, so that they sum to it exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Literal

from plans.errors import PricingError
from plans.rules.fields import not_negative
from plans.rules.money import EXACT, allocate, format_number, round_half_up
from plans.rules.periods import Period
from plans.rules.terms import (
    Adjustments,
    Charge,
    Flat,
    Graduated,
    GraduatedPercentage,
    Package,
    Percentage,
    PerUnit,
    Stairstep,
    Volume,
    package_size_of,
)
from plans.rules.tiers import Tier, tier_for

ZERO = Decimal(0)


@dataclass(frozen=True)
class Proration:
    """Charge only the days from `start` to the end of `period`, out of all its actual days.

    The day of the change belongs to what comes after it. On the end itself nothing is left to charge.
    """

    period: Period
    start: date

    def __post_init__(self) -> None:
        if not self.period.start <= self.start <= self.period.end:
            raise PricingError("outside_period", "proration.start", "must lie between from and to")

    @property
    def days(self) -> int:
        """The days charged for."""
        return self.period.days_from(self.start)

    @property
    def of_days(self) -> int:
        """The days of the whole period."""
        return self.period.days

    @property
    def share(self) -> Fraction:
        """The part of the full amount that is charged."""
        return Fraction(self.days, self.of_days)


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one tier (from 1; None where the model has no tiers) contributes.

    `amount` is its share of the rounded line; `exact` is quantity × (unit price or rate) + flat fee, before
    minimum, maximum and proration. Exactly one of `unit_price` and `rate` is set. With packages, `quantity` counts
    started packages.
    """

    tier: int | None
    quantity: Decimal
    unit_price: Decimal | None = None
    rate: Decimal | None = None
    flat_fee: Decimal = ZERO
    name: str | None = None
    amount: int = 0

    @property
    def exact(self) -> Fraction:
        """The unrounded list price of this part."""
        price = self.unit_price if self.rate is None else self.rate
        return Fraction(EXACT.add(EXACT.multiply(self.quantity, price or ZERO), self.flat_fee))

    @property
    def formula(self) -> str:
        """How it comes about: "150 × 5.000", "10.000.000 × 1,3 % + 2.500", or the flat fee alone."""
        flat = format_number(self.flat_fee)
        if self.rate is not None:
            product = f"{format_number(self.quantity)} × {format_number(EXACT.multiply(self.rate, Decimal(100)))} %"
        elif self.unit_price or not self.flat_fee:
            product = f"{format_number(self.quantity)} × {format_number(self.unit_price or ZERO)}"
        else:
            return flat
        return f"{product} + {flat}" if self.flat_fee else product


@dataclass(frozen=True, kw_only=True)
class Rated:
    """A priced line and why it is what it is.

    `amount` is whole rupiah; `exact` the same before rounding; `billable` the quantity after `included` and packages.
    `tier_index` (from 0), `tier_name` and `unit_price` are set where one tier or price holds for the whole quantity.
    `limited_by` says which bound decided, if one did. Most callers want the price alone, so `parts` and `formula` are made
    when they are asked for, from `unshared`: the parts before the rounded amount is shared out among them.
    """

    model: str
    quantity: Decimal
    billable: Decimal
    amount: int
    exact: Fraction
    unshared: tuple[Part, ...]
    tier_index: int | None
    tier_name: str | None
    unit_price: Decimal | None
    limited_by: Literal["minimum", "maximum"] | None
    proration: Proration | None
    adjustments: Adjustments

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What each tier contributes; the amounts sum to the line's."""
        shares = allocate(self.amount, [part.exact for part in self.unshared])
        return tuple(replace(part, amount=share) for part, share in zip(self.unshared, shares, strict=True))

    @cached_property
    def formula(self) -> str:
        """How the line comes about, language-neutral, with Indonesian separators: "150 × 5.000"."""
        return _formula(self.unshared, self.adjustments, self.limited_by, self.proration)


def rate(
    charge: Charge,
    quantity: Decimal | int,
    *,
    events: Decimal | int = 0,
    proration: Proration | None = None,
    tier_override: int | None = None,
    unit_price_override: Decimal | None = None,
) -> Rated:
    """Price `quantity` by `charge`, in rupiah.

    X1: 150 students in "50–500 at 5.000" → 150 × 5.000 = 750.000. `events` counts a percentage's fixed fees.
    A locked price (X3) is passed as `tier_override` (index from 0; volume, stairstep) or `unit_price_override`
    (volume, per_unit): 600 students of a school that began with 100 → 600 × 5.000.
    Negative quantities and overrides a model has no place for raise `PricingError`.
    """
    quantity = not_negative(Decimal(quantity), "quantity")
    events = not_negative(Decimal(events), "events")
    charge = _lock(charge, tier_override, unit_price_override)
    billable = billable_quantity(charge, quantity)
    parts = _parts(charge, billable, events, tier_override)
    subtotal = parts[0].exact if len(parts) == 1 else sum((part.exact for part in parts), Fraction(0))
    bounded, limited_by = _bound(subtotal, charge.adjustments)
    exact = bounded * proration.share if proration else bounded
    amount = round_half_up(exact)
    single = isinstance(charge, Volume | Stairstep)
    return Rated(
        model=charge.model,
        quantity=quantity,
        billable=billable,
        amount=amount,
        exact=exact,
        unshared=parts,
        tier_index=parts[0].tier - 1 if single and parts[0].tier else None,
        tier_name=parts[0].name if single else None,
        unit_price=parts[0].unit_price if isinstance(charge, PerUnit | Volume | Package) else None,
        limited_by=limited_by,
        proration=proration,
        adjustments=charge.adjustments,
    )


def billable_quantity(charge: Charge, quantity: Decimal) -> Decimal:
    """What is priced: the included units taken off, then started packages where the charge has a package size.

    12 units, 2 included, packages of 4 → 10 ÷ 4 = 2,5 → 3.
    """
    rest = max(ZERO, EXACT.subtract(quantity, charge.adjustments.included))
    size = package_size_of(charge)
    return rest if size is None else Decimal(ceil(Fraction(rest) / Fraction(size)))


def _lock(charge: Charge, tier: int | None, unit_price: Decimal | None) -> Charge:
    """Put a locked unit price into the charge, and refuse locks that would silently do nothing."""
    if tier is not None:
        if not isinstance(charge, Volume | Stairstep):
            raise PricingError("not_lockable", "tier_override", f"{charge.model} has no tier to lock")
        if not 0 <= tier < len(charge.tiers):
            raise PricingError("no_such_tier", "tier_override", f"there are {len(charge.tiers)} tiers")
    if unit_price is None:
        return charge
    not_negative(unit_price, "unit_price_override")
    if isinstance(charge, PerUnit):
        return replace(charge, unit_price=unit_price)
    if isinstance(charge, Volume):
        return replace(charge, tiers=tuple(replace(step, unit_price=unit_price) for step in charge.tiers))
    raise PricingError("not_lockable", "unit_price_override", f"{charge.model} has no unit price to lock")


def _parts(charge: Charge, billable: Decimal, events: Decimal, tier: int | None) -> tuple[Part, ...]:
    match charge:
        case Flat():
            return (Part(tier=None, quantity=billable, unit_price=ZERO, flat_fee=charge.amount),)
        case PerUnit():
            return (Part(tier=None, quantity=billable, unit_price=charge.unit_price),)
        case Package():
            return (Part(tier=None, quantity=billable, unit_price=charge.package_price),)
        case Percentage():
            fee = EXACT.multiply(charge.fixed_fee, events)
            return (Part(tier=None, quantity=billable, rate=charge.rate, flat_fee=fee),)
        case Volume() | Stairstep():
            index = tier_for(charge.tiers, billable)[0] if tier is None else tier
            return (_tier_part(index, charge.tiers[index], billable),)
        case Graduated() | GraduatedPercentage():
            return _graduated_parts(charge.tiers, billable)


def _graduated_parts(tiers: Sequence[Tier], billable: Decimal) -> tuple[Part, ...]:
    """One part per tier entered; zero enters the first tier, whose flat fee is due."""
    parts, below = [], ZERO
    for index, tier in enumerate(tiers):
        if index and billable <= below:
            break
        reached = billable if tier.up_to is None else min(billable, tier.up_to)
        parts.append(_tier_part(index, tier, EXACT.subtract(reached, below)))
        below = reached if tier.up_to is None else tier.up_to
    return tuple(parts)


def _tier_part(index: int, tier: Tier, quantity: Decimal) -> Part:
    return Part(
        tier=index + 1,
        quantity=quantity,
        unit_price=tier.unit_price if tier.rate is None else None,
        rate=tier.rate,
        flat_fee=tier.flat_fee,
        name=tier.name,
    )


def _bound(amount: Fraction, adjustments: Adjustments) -> tuple[Fraction, Literal["minimum", "maximum"] | None]:
    if adjustments.minimum is not None and amount < adjustments.minimum:
        return Fraction(adjustments.minimum), "minimum"
    if adjustments.maximum is not None and amount > adjustments.maximum:
        return Fraction(adjustments.maximum), "maximum"
    return amount, None


def _formula(
    parts: tuple[Part, ...], adjustments: Adjustments, limited_by: str | None, proration: Proration | None
) -> str:
    """How the line comes about: "150 × 5.000", "100 × 5.000 + 50 × 4.000", "(25 × 5.000) × 181/365".

    A bound that decided stands around it: "min(600 × 5.000; 2.000.000)".
    """
    text = " + ".join(part.formula for part in parts)
    if limited_by == "minimum" and adjustments.minimum is not None:
        text = f"max({text}; {format_number(adjustments.minimum)})"
    elif limited_by == "maximum" and adjustments.maximum is not None:
        text = f"min({text}; {format_number(adjustments.maximum)})"
    if proration is None:
        return text
    text = text if limited_by else f"({text})"
    return f"{text} × {proration.days}/{proration.of_days}"
