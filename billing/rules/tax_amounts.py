"""PPN on an amount of money, in whole rupiah, rounded half up (PER-11/PJ/2025)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from plans.rules.money import format_number, format_rupiah, plain, round_half_up
from plans.rules.taxes import CustomerKind, TaxRate


@dataclass(frozen=True, slots=True)
class Taxation:
    """How a document is taxed: the rate of its day and the kind of its customer."""

    rate: TaxRate
    kind: CustomerKind
    inclusive: bool = False  # the prices have the tax in them

    @property
    def code(self) -> str:
        """The transaction code of the tax invoice: 04 for a normal customer since 2025, 02 for a government treasurer."""
        return self.kind.code or self.rate.code


@dataclass(frozen=True, slots=True)
class LineTax:
    """The tax on a line. `base` is the price without it (DPP), `other_base` the part that is taxed (DPP nilai lain),
    `amount` the tax, `charged` what of it the customer pays to us: all of it or nothing."""

    base: int
    other_base: int
    percent: Decimal
    amount: int
    charged: int
    words: Mapping[str, str]

    def stored(self) -> dict[str, object]:
        """As a line's explanation keeps it."""
        return {
            "base": self.base,
            "other_base": self.other_base,
            "percent": plain(self.percent),
            "amount": self.amount,
            "charged": self.charged,
            "words": dict(self.words),
        }


def tax_on(price: int, taxation: Taxation) -> LineTax:
    """The tax on a price in rupiah.

    12 % of 11/12: 149.000 → 136.583 → 16.390. With the tax in the price: 75.000 → 7.432, of a price of 67.568.
    """
    rate = taxation.rate
    if taxation.inclusive:
        amount = round_half_up(price * rate.effective / (1 + rate.effective))
        base = price - amount
        other_base = round_half_up(base * rate.base.share)
    else:
        base = price
        other_base = round_half_up(base * rate.base.share)
        amount = round_half_up(other_base * rate.percent / 100)
    charged = amount if taxation.kind.charged else 0
    return LineTax(base, other_base, rate.percent, amount, charged, taxation.kind.words.model_dump())


def formula_of(price: int, tax: LineTax, *, inclusive: bool) -> str:
    """ "12 % × 136.583 = Rp 16.390"; of a price that has the tax in it, "75.000 − 67.568 = Rp 7.432"."""
    result = format_rupiah(tax.amount)
    if inclusive:
        return f"{format_number(price)} − {format_number(tax.base)} = {result}"
    return f"{plain(tax.percent)} % × {format_number(tax.other_base)} = {result}"


def payable(price: int, taxation: Taxation | None) -> int:
    """What a customer pays for something at a price of the list, in rupiah: 100.000 → 111.000; nothing more without tax."""
    if taxation is None:
        return price
    tax = tax_on(price, taxation)
    return tax.base + tax.charged
