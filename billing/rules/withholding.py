"""PPh 23 that a customer keeps back of what it pays: of the amount without PPN."""

from decimal import Decimal
from fractions import Fraction

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
