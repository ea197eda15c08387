"""What the next size costs: the calculator says it before somebody grows into it (K19)."""

from dataclasses import dataclass
from decimal import Decimal

from plans.rules.catalogue import Charge, Text, When
from plans.rules.charges import REPORTED
from plans.rules.rating import rate
from plans.rules.terms import Graduated, Stairstep, Volume, package_size_of

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class NextSize:
    """Where the next size of a price list begins, and what a whole period costs there and here, in rupiah.

    `unit_price` is that of the next size; None where the list has no price per unit. `name` is what the list calls it.
    """

    from_: Decimal
    amount: int
    here: int
    unit_price: Decimal | None
    name: Text | None

    @property
    def is_cheaper(self) -> bool:
        """A volume cliff: the first quantity of the next size costs less than the one asked for."""
        return self.amount < self.here


def next_size(charge: Charge, quantity: Decimal) -> NextSize | None:
    """The size after the one that a quantity is in; None in the last one, and where there are no sizes.

    K1: 200 units → 501 at 2.000 each, 1.002.000 (200 cost 600.000). X1: 500 → 501, 2.004.000 instead of 2.500.000.
    """
    price = charge.price()
    if charge.quantity != REPORTED or charge.when is When.ONCE or not isinstance(price, (Volume, Graduated, Stairstep)):
        return None
    rated = rate(price, quantity * charge.each)
    at = max(part.tier or 1 for part in rated.parts) - 1
    if at + 1 >= len(price.tiers):
        return None
    from_ = _begins(charge, price, at)
    return NextSize(
        from_=from_,
        amount=rate(price, from_ * charge.each).amount,
        here=rated.amount,
        unit_price=None if isinstance(price, Stairstep) else price.tiers[at + 1].unit_price,
        name=charge.tier_names[at + 1] if at + 1 < len(charge.tier_names) else None,
    )


def _begins(charge: Charge, price: Volume | Graduated | Stairstep, at: int) -> Decimal:
    """The smallest whole quantity past a size: what is included comes before it, packages are counted whole."""
    last = (price.tiers[at].up_to or Decimal(0)) * (package_size_of(price) or ONE)
    return (last + price.adjustments.included) // charge.each + ONE
