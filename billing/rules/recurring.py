"""What a subscription brings in a year as things stand: its running period and what is billed beside it, made yearly.

One-off charges and usage are no part of it; neither is tax. What is divided by twelve is divided at the end, once, so that
every yearly figure is exact: 750.000 a year is 62.500 a month.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from billing.rules import discounts
from billing.rules.agreement import Agreement
from billing.rules.discounts import Granted
from billing.rules.drafting import listed_of
from billing.rules.sides import ONE, Stand, quantity_of
from plans.rules.catalogue import Charge, When
from plans.rules.discounts import DiscountKind
from plans.rules.money import plain, round_half_up
from plans.rules.periods import Period

MONTHS = 12
WHOLLY = Decimal(100)
MAIN, SIDE, ADDON = "main", "side", "addon"


@dataclass(frozen=True, slots=True)
class Recurring:
    """A charge as it recurs: `yearly` rupiah without tax for `counted` units. `kind`: main, side, or addon."""

    charge: str
    kind: str
    yearly: int
    counted: Decimal

    def stored(self) -> list[str | int]:
        """As an event keeps it: ["main", 7200000, "200"]."""
        return [self.kind, self.yearly, plain(self.counted)]


@dataclass(frozen=True, slots=True)
class Running:
    """The running period and what it is billed for: the count that was billed, and the unit prices locked in it (X3)."""

    period: Period
    billed: Decimal
    locked: Mapping[str, str]
    stand: Stand


Untaxed = Callable[[int], int]


def yearly_of(amount: int, months: int) -> int:
    """An amount for so many months as a year's: 600.000 a month → 7.200.000; 4 months at 400.000 → 1.200.000."""
    return round_half_up(Fraction(amount * MONTHS, months))


def recurring(agreement: Agreement, running: Running, on: date, untaxed: Untaxed = int) -> tuple[Recurring, ...]:
    """Every charge that recurs, as it is billed on a day; `untaxed` takes the tax out of a price that has it in it.

    K1: 200 units at 3.000 a month → 7.200.000; with 20 % off for six months (K9) → 5.760.000 while they last. X1: 150
    students a year → 750.000. Free months are a gift and no other price: they leave it as it is (K10).
    """
    found = (*_main(agreement, running), *_sides(agreement, running, on))
    return tuple(
        Recurring(charge.code, kind, yearly_of(untaxed(amount), charge.interval_months), counted)
        for charge, kind, amount, counted in found
        if amount
    )


def _main(agreement: Agreement, running: Running) -> Iterator[tuple[Charge, str, int, Decimal]]:
    for charge in agreement.main:
        counted = running.billed if charge.quantity == "reported" else ONE
        yield charge, MAIN, _amount(agreement, charge, counted, running.period, running.locked), counted


def _sides(agreement: Agreement, running: Running, on: date) -> Iterator[tuple[Charge, str, int, Decimal]]:
    """What is paid beyond a day counts as it was billed, the rest as it is held today."""
    for charge in agreement.sides:
        if charge.when is When.ONCE or agreement.meter(charge.quantity) is not None:
            continue
        held = running.stand.progress.get(charge.code)
        paid = held is not None and held.to > on
        counted = held.quantity if held is not None and paid else quantity_of(agreement, charge, running.stand)
        locked = {charge.code: held.price} if held is not None and paid and held.price is not None else {}
        kind = SIDE if charge.counts_the_tenant else ADDON
        yield charge, kind, _amount(agreement, charge, counted, Period(on, on + timedelta(days=1)), locked), counted


def _amount(agreement: Agreement, charge: Charge, counted: Decimal, period: Period, locked: Mapping[str, str]) -> int:
    """One whole period at the offers that hold in these days."""
    if not counted:
        return 0
    rated = agreement.rate_charge(charge, counted, locked)
    prices = [item for item in agreement.discounts if not _is_a_gift(item)]
    return discounts.reduce(prices, listed_of(charge, rated, period))[0]


def _is_a_gift(granted: Granted) -> bool:
    """Whole months for nothing."""
    discount = granted.discount
    return discount.kind is DiscountKind.FREE_MONTHS or discount.percent == WHOLLY
