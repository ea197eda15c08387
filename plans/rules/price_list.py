"""A price book as a customer reads it: rows by size, what each saves, and where a little more costs less."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from plans.rules.catalogue import Charge, Text, When
from plans.rules.charges import REPORTED
from plans.rules.rating import rate
from plans.rules.terms import Flat, Graduated, Package, Percentage, PerUnit, Volume

ONE = Decimal(1)
# Sizes that are easy to reckon with, tried in this order.
EXAMPLES = tuple(Decimal(size) for size in (200, 300, 1000, 50, 100, 20, 10, 5000))


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One size. `to` is None in the last one; one of `unit_price`, `fee` (rupiah of one period) and `rate` is set.
    A graduated list may have a unit price and a fee in one row.

    `saving` is a share: against the first paid size of the same list, or against paying by the month (see `PriceList`).
    """

    from_: Decimal
    to: Decimal | None
    unit_price: Decimal | None
    fee: Decimal | None
    name: Text | None
    example: tuple[Decimal, int] | None
    saving: Fraction | None
    rate: Decimal | None = None

    @property
    def price(self) -> Decimal:
        """What stands in the price column; a share where it is a rate."""
        found = (self.rate, self.unit_price, self.fee)
        return next((price for price in found if price is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Cliff:
    """A volume cliff: one more unit costs less. X1: 500 students 2.500.000, 501 students 2.004.000."""

    quantity: Decimal
    amount: int
    next_quantity: Decimal
    next_amount: int


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices of one charge. `against_monthly` says what the rows' `saving` is measured from: paying the same plan in
    the shorter rhythm of `against_months`, or the first paid size of this list."""

    charge: Charge
    rows: tuple[PriceRow, ...]
    cliffs: tuple[Cliff, ...]
    against_monthly: bool
    against_months: int = 0


def price_lists(charges: Sequence[Charge]) -> tuple[PriceList, ...]:
    """One list for each charge of a book, in the book's order.

    K1: a unit's month 5.000, 3.000 (saves 2/5), 2.000 (saves 3/5); its year 50.000 (saves 1/6 of twelve months).
    """
    return tuple(_price_list(charge, _monthly_of(charge, charges)) for charge in charges)


def cheaper_above(charge: Charge, quantity: Decimal) -> Cliff | None:
    """The next size that costs less than this quantity, if there is one; 500 → 501, and 420 (2.100.000) → 501 too."""
    return next((found for found in _cliffs_above(charge, quantity)), None)


def lowest_price(charges: Sequence[Charge]) -> tuple[Charge, Decimal] | None:
    """The smallest unit price above zero among the charges of the shortest interval: "from Rp 2.000 per unit" (K19)."""
    priced = [
        (charge, row.unit_price)
        for charge in charges
        if charge.quantity == REPORTED and charge.when is not When.ONCE
        for row in _rows(charge)
        if row.unit_price
    ]
    return min(priced, key=lambda item: (item[0].interval_months, item[1]), default=None)


def _price_list(charge: Charge, monthly: Charge | None) -> PriceList:
    rows = _rows(charge)
    if monthly is not None:
        base = [Fraction(row.price) * charge.interval_months / monthly.interval_months for row in _rows(monthly)]
    else:
        first = next((Fraction(row.price) for row in rows if row.price and row.unit_price is not None), Fraction(0))
        base = [first] * len(rows)
    saved = tuple(_with_saving(row, was) for row, was in zip(rows, base, strict=False))
    cliffs = tuple(
        cliff
        for row in rows
        if row.to is not None and (cliff := cheaper_above(charge, row.to)) and cliff.next_quantity == row.to + 1
    )
    return PriceList(charge, saved, cliffs, monthly is not None, monthly.interval_months if monthly else 0)


def _monthly_of(charge: Charge, charges: Sequence[Charge]) -> Charge | None:
    """The same plan's charge at a shorter interval with as many sizes, to measure a saving from."""
    same = [
        other
        for other in charges
        if (other.plans, other.quantity, other.when) == (charge.plans, charge.quantity, charge.when)
        and charge.counts_the_tenant
        and other.interval_months < charge.interval_months
        and len(_rows(other)) == len(_rows(charge))
    ]
    return min(same, key=lambda other: other.interval_months, default=None)


def _rows(charge: Charge) -> list[PriceRow]:
    price, names = charge.price(), charge.tier_names
    if isinstance(price, Flat):
        return [PriceRow(Decimal(0), None, None, price.amount, None, None, None)]
    if isinstance(price, (PerUnit, Package)):
        unit = price.unit_price if isinstance(price, PerUnit) else price.package_price
        return [PriceRow(Decimal(0), None, unit, None, None, _example(charge, Decimal(0), None), None)]
    if isinstance(price, Percentage):
        return [PriceRow(Decimal(0), None, None, None, None, None, None, price.rate)]
    rows, low = [], Decimal(0)
    for at, tier in enumerate(price.tiers):
        per_unit = isinstance(price, (Volume, Graduated))
        rows.append(
            PriceRow(
                from_=low,
                to=tier.up_to,
                unit_price=tier.unit_price if per_unit else None,
                fee=(tier.flat_fee or None) if per_unit or tier.rate is not None else tier.flat_fee,
                name=names[at] if at < len(names) else None,
                example=_example(charge, low, tier.up_to) if per_unit and tier.unit_price else None,
                saving=None,
                rate=tier.rate,
            )
        )
        low = low if tier.up_to is None else tier.up_to + ONE
    return rows


def _example(charge: Charge, low: Decimal, high: Decimal | None) -> tuple[Decimal, int]:
    fitting = [size for size in EXAMPLES if size >= low and (high is None or size <= high)]
    size = fitting[0] if fitting else low
    return size, rate(charge.price(), size).amount


def _with_saving(row: PriceRow, was: Fraction) -> PriceRow:
    saving = 1 - Fraction(row.price) / was if row.price and was > row.price else None
    return replace(row, saving=saving)


def _cliffs_above(charge: Charge, quantity: Decimal) -> list[Cliff]:
    price = charge.price()
    if charge.quantity != REPORTED or not isinstance(price, Volume):
        return []
    amount = rate(price, quantity).amount
    above = [tier.up_to + ONE for tier in price.tiers if tier.up_to is not None and tier.up_to >= quantity]
    dearer = [Cliff(quantity, amount, size, rate(price, size).amount) for size in above]
    return [cliff for cliff in dearer if cliff.next_amount < amount]
