"""Whole rupiah: reading numbers, rounding once, sharing out so that parts sum to the whole.

Amounts are `int` rupiah; prices and quantities are `Decimal`; what lies between is `Fraction`, so that nothing is
rounded before the end of a line. `EXACT` is for the few decimal operations: the default context rounds at 28 digits,
and a quantity may have 30.
"""

import re
from collections.abc import Sequence
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from math import lcm

from plans.errors import PricingError

EXACT = Context(prec=80, traps=[Inexact, InvalidOperation])

DIGITS_BEFORE = 18
DIGITS_AFTER = 12
_SHOWN = 40
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def parse_decimal(value: object, field: str) -> Decimal:
    """Read a number strictly: plain digits and a point, up to 18 before it and 12 after it.

    Takes text, `int` and `Decimal`; never `float` or `bool`. An exponent, NaN, infinity, a plus sign, spaces or
    separators are errors that name `field`. A minus sign is read; who wants no negative number says so.

    >>> parse_decimal("5000.50", "unit_price")
    Decimal('5000.50')
    """
    text = _as_text(value)
    if text is None or not _NUMBER.fullmatch(text):
        raise PricingError("not_a_number", field, f"a number in plain digits is needed, not {shown(value)}")
    before, _, after = text.removeprefix("-").partition(".")
    if len(before) > DIGITS_BEFORE or len(after) > DIGITS_AFTER:
        raise PricingError("too_many_digits", field, "at most 18 digits before and 12 after the point")
    return Decimal(text) or Decimal(0)  # no minus zero


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        # not printed: see `shown`
        return str(value) if abs(value) < 10**DIGITS_BEFORE else "9" * (DIGITS_BEFORE + 1)
    if isinstance(value, Decimal) and value.is_finite():
        exponent = value.as_tuple().exponent
        # 1E+999999 written out would fill the memory
        return format(value, "f") if isinstance(exponent, int) and -100 < exponent <= 0 else str(value)
    return None


def shown(value: object) -> str:
    """A foreign value as an error message may quote it: short, whatever was sent."""
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, int) and abs(value) >= 10**DIGITS_BEFORE:
        return "a very large number"  # Python refuses to print one of more than 4,300 digits
    text = repr(str(value)) if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def plain(number: Decimal | int) -> str:
    """A decimal in plain notation without needless zeros: "150", never "150.0" or "1.5E+2"."""
    text = format(Decimal(number), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def round_half_up(value: Decimal | Fraction | int) -> int:
    """Round to whole rupiah, halves away from zero, so that a credit mirrors its invoice.

    >>> round_half_up(Fraction(5, 2)), round_half_up(Fraction(-5, 2))
    (3, -3)
    """
    above, below = value.as_integer_ratio()
    size = (2 * abs(above) + below) // (2 * below)
    return -size if above < 0 else size


def allocate(total: int, weights: Sequence[int | Decimal | Fraction]) -> list[int]:
    """Share `total` rupiah out in proportion to `weights` by largest remainder; the shares sum to `total` exactly.

    Of equal remainders the earlier is served first. If all weights are zero the shares are equal.
    A negative total mirrors the positive one. Negative weights, or no weights for a total other than zero,
    raise `ValueError`.

    >>> allocate(100, [1, 1, 1])
    [34, 33, 33]
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    if not weights:
        if total:
            raise ValueError("nothing to share the total out to")
        return []
    parts = _whole(weights) if any(weights) else [1] * len(weights)
    shares = _largest_remainder(abs(total), parts)
    return shares if total >= 0 else [-share for share in shares]


def _whole(weights: Sequence[int | Decimal | Fraction]) -> list[int]:
    """Integers in the same proportion: every invoice shares something out, and fractions cost ten times as much."""
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(below for _, below in ratios))
    return [above * (common // below) for above, below in ratios]


def _largest_remainder(total: int, weights: list[int]) -> list[int]:
    whole = sum(weights)
    divided = [divmod(total * weight, whole) for weight in weights]
    shares = [share for share, _ in divided]
    by_remainder = sorted(range(len(divided)), key=lambda at: (-divided[at][1], at))
    for at in by_remainder[: total - sum(shares)]:
        shares[at] += 1
    return shares


def prorate(amount: int | Fraction, days: int, of_days: int) -> int:
    """The part of `amount` for `days` out of `of_days` actual days, rounded half up.

    125.000 for the whole year, 181 of 365 days left: 125.000 × 181 ÷ 365 = 61.986,30 → 61.986.

    >>> prorate(125000, 181, 365)
    61986
    """
    if of_days <= 0 or not 0 <= days <= of_days:
        raise ValueError(f"{days} of {of_days} days is no part of a period")
    return round_half_up(Fraction(amount) * days / of_days)


def format_rupiah(amount: int, *, spaced: bool = True) -> str:
    """An amount as people read it: "Rp 750.000", "-Rp 5.000"; official print has no space ("Rp750.000")."""
    digits = f"{abs(amount):,}".replace(",", ".")
    return f"{'-' if amount < 0 else ''}Rp{' ' if spaced else ''}{digits}"


def format_number(number: Decimal | int) -> str:
    """A number with Indonesian separators: "1.250,5"."""
    whole, _, fraction = plain(number).partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    if whole.startswith("-") and not grouped.startswith("-"):
        grouped = f"-{grouped}"  # "-0,5": int("-0") loses the sign
    return f"{grouped},{fraction}" if fraction else grouped
