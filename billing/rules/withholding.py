"""PPh 23 that a customer keeps back of what it pays: of the amount without PPN."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from plans.rules.money import round_half_up

WITH_NPWP, WITHOUT_NPWP = Decimal(2), Decimal(4)


def withheld(net: int, *, has_npwp: bool = True) -> int:
    """What may be kept back of a net amount: 1.000.000 → 20.000, from an issuer without NPWP 40.000."""
    return round_half_up(Fraction(net) * Fraction(WITH_NPWP if has_npwp else WITHOUT_NPWP) / 100)


def looks_withheld(net: int, outstanding: int, *, has_npwp: bool = True) -> bool:
    """Whether what is left of an invoice is what may have been kept back, give or take a rupiah of rounding.

    Net 1.000.000 and PPN 110.000, transfer 1.090.000: 20.000 are left, and a slip is to come.
    """
    return outstanding > 0 and abs(outstanding - withheld(net, has_npwp=has_npwp)) <= 1


def is_rounded(net: int, amount: int) -> bool:
    """Whether an amount is 2 or 4 percent of a net one, rounded up or down.

    >>> [is_rounded(1_000_033, amount) for amount in (20_000, 20_001, 40_002, 20_002)]
    [True, True, True, False]
    """
    exact = [Fraction(net) * Fraction(rate) / 100 for rate in (WITH_NPWP, WITHOUT_NPWP)]
    return any(amount in {floor(tax), ceil(tax)} for tax in exact)


def rounding_of(net: int, outstanding: int, slip: int, before: int = 0) -> int:
    """The rupiah by which what is open and a slip differ, because the one was rounded up and the other down; 0: none.

    Net 1.000.033: 20.001 kept back and still open, the slip says 20.000 → 1, which nobody will ever pay. The other way round
    → −1, which the customer paid too much. `before`: other slips.
    """
    off, on_slips = outstanding - slip, before + slip
    return off if abs(off) == 1 and is_rounded(net, on_slips) and is_rounded(net, on_slips + off) else 0


def most_withheld(net: int) -> int:
    """The most a slip may say."""
    return withheld(net, has_npwp=False) + 1


def slip_reference(number: str) -> str:
    """What the booking of a slip is called among the payments: "pph23:BP-1"; booked again, "pph23:BP-1#2"."""
    return f"pph23:{number}"[:110]


def is_booking(reference: str, number: str) -> bool:
    """Whether a payment's reference is a booking of that slip, the first or a later one.

    >>> is_booking("pph23:BP-1#2", "BP-1"), is_booking("pph23:BP-12", "BP-1")
    (True, False)
    """
    first = slip_reference(number)
    return reference == first or reference.startswith(f"{first}#")
