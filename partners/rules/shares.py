"""What a partner has earned: what ought to be posted by now, less what was posted (K11, C16, N9, N10)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from plans.rules.money import format_number, format_rupiah, round_half_up
from plans.rules.periods import add_months
from plans.rules.referrals import PartnerTerms, ShareKind


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice of a referred customer as its events tell it; amounts in rupiah. `credited` are its credit notes, `tax` the
    PPN in its total: that is nobody's revenue."""

    number: str
    issued_on: date
    total: int
    paid: bool = False
    credited: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    tax: int = 0

    @property
    def collected(self) -> int:
        """What stands paid of it, without PPN: nothing until it is settled, and less what was credited.

        3.330.000 with 330.000 of PPN → 3.000.000; half of it credited → 1.500.000.
        """
        left = max(0, self.total - self.credited) if self.paid else 0
        return left - round_half_up(Fraction(self.tax * left, self.total)) if left else 0


def bill_of(number: str, kept: Mapping[str, Any]) -> Bill:
    """An invoice as a referral keeps it."""
    return Bill(
        number,
        date.fromisoformat(kept["on"]),
        kept["total"],
        kept["paid"],
        kept["credited"],
        kept["lines"],
        kept.get("tax", 0),  # none was kept before there was any
    )


def stored_bill(bill: Bill) -> dict[str, Any]:
    """As `bill_of` reads it."""
    return {
        "on": bill.issued_on.isoformat(),
        "total": bill.total,
        "paid": bill.paid,
        "credited": bill.credited,
        "lines": dict(bill.lines),
        "tax": bill.tax,
    }


@dataclass(frozen=True, slots=True)
class Customer:
    """A referred customer: its first invoice's day, and which invoice it paid first."""

    first_on: date
    first_paid: str = ""


def base_of(terms: PartnerTerms, bill: Bill, customer: Customer) -> int:
    """What a partner's share of an invoice is measured from: rupiah, or pieces where it is an amount for each.

    K11: of an invoice of 3.000.000 issued within the first 12 months and paid, 3.000.000; of the thirteenth, 0.
    """
    if terms.months is not None and bill.issued_on >= add_months(customer.first_on, terms.months):
        return 0
    match terms.kind:
        case ShareKind.COLLECTED:
            return bill.collected
        case ShareKind.FIRST_PAYMENT:
            return bill.collected if bill.number == customer.first_paid else 0
        case ShareKind.IMPLEMENTATION:
            return int(bill.collected > 0 and any(bill.lines.get(code, 0) > 0 for code in terms.charges))
        case ShareKind.PLACEMENT:
            return 0


def share_of(terms: PartnerTerms, base: int) -> int:
    """The share of all that was collected under some terms, in rupiah, rounded once.

    20 % of 36.000.000 → 7.200.000 (K11). Tiers are graduated: 20 % up to 10.000.000, then 30 %, of 15.000.000 → 3.500.000 (N9).
    """
    if terms.amount is not None:
        return terms.amount * base
    if terms.percent is not None:
        return round_half_up(base * Fraction(terms.percent) / 100)
    below, found = 0, Fraction(0)
    for tier in terms.tiers:
        upper = base if tier.up_to is None else min(base, tier.up_to)
        found += max(0, upper - below) * Fraction(tier.percent) / 100
        below = max(below, upper)
    return round_half_up(found)


def formula(terms: PartnerTerms, base: int, amount: int) -> str:
    """How an entry comes about: "20 % × 3.000.000 = Rp 600.000"."""
    if terms.amount is not None:
        return f"{base} × {format_number(terms.amount)} = {format_rupiah(amount)}"
    if terms.percent is not None:
        return f"{format_number(terms.percent)} % × {format_number(base)} = {format_rupiah(amount)}"
    tiers = ", ".join(f"{format_number(tier.percent)} %" for tier in terms.tiers)
    return f"{tiers} × {format_number(base)} = {format_rupiah(amount)}"
