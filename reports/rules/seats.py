"""How full a customer's size is: its count against what was billed, the next size of its list, and the next bill (N13, X8)."""

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

from reports.rules.figures import share


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a price list and its rules say of counts: where each size after the first begins, from how many added on a rise is
    billed within the term (None: it never is), and the counts whose crossing bills every added one. `beside`: the count is
    billed in a rhythm of its own beside a fee that counts nothing (N6: 40 seats a year, the academy a month).
    """

    begins: tuple[int, ...] = ()
    billed_from: int | None = None
    full_above: tuple[int, ...] = ()
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """How a customer stands: `used` of what was billed, the next size and how many more reach it, how many more are billed."""

    used: Fraction | None
    next_size: int | None
    to_next: int | None
    to_bill: int | None


def room(count: int, billed: int | None, sizes: Sizes) -> Room:
    """X1, X8: 495 students, 490 billed → the next size is 501, in 6; a rise is billed at 501, in 6, because it crosses 500.

    100 billed and 115 there: 5 more are billed (120 is 20 more than 100), the next size is 386 away. 45 of a free school: 50
    is paid, in 5. 30 of 40 seats that were billed use 75 %.
    """
    next_size, to_bill = _next_size(count, sizes), _to_bill(count, billed, sizes)
    return Room(
        used=share(count, billed) if billed else None,
        next_size=next_size,
        to_next=None if next_size is None else next_size - count,
        to_bill=to_bill,
    )


def nearest(count: int, billed: int | None, sizes: Sizes) -> int | None:
    """How many more until something changes, the size or the bill; None where nothing does: of 495, the 501st in 6."""
    next_size, to_bill = _next_size(count, sizes), _to_bill(count, billed, sizes)
    to_next = None if next_size is None else next_size - count
    return min((more for more in (to_next, to_bill) if more is not None), default=None)


def _next_size(count: int, sizes: Sizes) -> int | None:
    at = bisect_right(sizes.begins, count)
    return sizes.begins[at] if at < len(sizes.begins) else None


def _to_bill(count: int, billed: int | None, sizes: Sizes) -> int | None:
    """How many more until a rise is billed within the term; 0 where it is due already, None where none ever is."""
    if not billed or sizes.billed_from is None:
        return None
    lines = [line + 1 for line in sizes.full_above if line >= billed]
    return max(0, min([billed + max(sizes.billed_from, 1), *lines]) - count)
