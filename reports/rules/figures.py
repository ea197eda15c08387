"""Figures of recurring revenue over some days, from sums in rupiah a year. None where nothing divides."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from fractions import Fraction

from plans.rules.money import allocate, round_half_up
from plans.rules.periods import add_months
from reports.rules.revenue import MoveKind

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Turned:
    """What movements of one kind added and took away, in rupiah a year; a price does both."""

    gained: int = 0
    lost: int = 0

    @property
    def net(self) -> int:
        """Both together."""
        return self.gained + self.lost


@dataclass(frozen=True, slots=True)
class Day:
    """What movements of a kind added and took away on a day."""

    on: date
    kind: MoveKind
    turned: Turned


@dataclass(frozen=True, slots=True)
class Kept:
    """Customers of some days: how many there were before and at the end, what those of before brought then and bring now.

    Rupiah a year. `net` is all that the customers of before bring at the end, `gross` no more of each than it brought before.
    """

    opened: int = 0
    closed: int = 0
    lost: int = 0
    won: int = 0
    before: int = 0
    after: int = 0
    net: int = 0
    gross: int = 0


def joined(parts: Iterable[Kept]) -> Kept:
    """Several groups together, none of which has a customer of another: 4 of 5 kept and 2 of 2 are 6 of 7."""
    counts = [astuple(part) for part in parts]
    return Kept(*(sum(column) for column in zip(*counts, strict=True)))


@dataclass(frozen=True, slots=True)
class Figures:
    """What a dashboard shows of some days; money in rupiah, shares as fractions (1 is 100 %)."""

    mrr: int
    arr: int
    customers: int
    arpc: int | None
    acv: int | None
    nrr: Fraction | None
    gross_retention: Fraction | None
    quick_ratio: Fraction | None
    logo_churn: Fraction | None
    revenue_churn: Fraction | None


def monthly(yearly: int) -> int:
    """A twelfth, rounded half up once: 750.000 a year → 62.500 a month."""
    return round_half_up(Fraction(yearly, MONTHS))


def share(part: int, whole: int) -> Fraction | None:
    """A part of a whole; None of nothing."""
    return Fraction(part, whole) if whole else None


def each(amount: int, count: int) -> int | None:
    """An amount for each of so many, in whole rupiah; None where there are none."""
    return round_half_up(Fraction(amount, count)) if count else None


def figures(kept: Kept, turned: Mapping[MoveKind, Turned]) -> Figures:
    """The figures of some days.

    Ten customers at 600.000 a month, of which one leaves, one grows by 300.000 and two new ones come: MRR 6.900.000, eleven
    customers at 627.273, NRR 5.700.000/6.000.000 = 95 %, gross retention 90 %, quick ratio 1.500.000/600.000 = 2,5.
    """
    lost = -sum(item.lost for kind, item in turned.items() if kind is not MoveKind.MOVED)
    gained = sum(item.gained for kind, item in turned.items() if kind is not MoveKind.MOVED)
    return Figures(
        mrr=monthly(kept.after),
        arr=kept.after,
        customers=kept.closed,
        arpc=each(kept.after, kept.closed * MONTHS),
        acv=each(kept.after, kept.closed),
        nrr=share(kept.net, kept.before),
        gross_retention=share(kept.gross, kept.before),
        quick_ratio=share(gained, lost),
        logo_churn=share(kept.lost, kept.opened),
        revenue_churn=share(kept.before - kept.gross, kept.before),
    )


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a trend (or week, quarter), in rupiah a month: what recurred at its end, and the movements in it, which
    make up the change; `arr` is the same end in rupiah a year.
    """

    first: date
    mrr: int
    moves: Mapping[MoveKind, int] = field(default_factory=dict)
    arr: int = 0

    @property
    def gained(self) -> int:
        """What was added."""
        return sum(amount for amount in self.moves.values() if amount > 0)

    @property
    def lost(self) -> int:
        """What went, as a number below zero."""
        return sum(amount for amount in self.moves.values() if amount < 0)


def months_until(last: date, count: int) -> list[date]:
    """The first days of so many months, the last of them the month of `last`."""
    first = last.replace(day=1)
    return [add_months(first, at - count + 1) for at in range(count)]


def turned(days: Iterable[Day], first: date, last: date) -> dict[MoveKind, Turned]:
    """All of some days (both included), by kind."""
    found: dict[MoveKind, Turned] = {}
    for day in days:
        if first <= day.on <= last:
            known = found.get(day.kind, Turned())
            found[day.kind] = Turned(known.gained + day.turned.gained, known.lost + day.turned.lost)
    return found


def trend(after: int, days: Iterable[Day], starts: Sequence[date]) -> list[Month]:
    """Month by month, from what there is after the last of these days; or by other periods that begin on these days.

    The shown movements of a period always add up to the difference of the shown totals (largest remainder).
    """
    moved: dict[date, dict[MoveKind, int]] = {start: defaultdict(int) for start in starts}
    for day in days:
        if place := bisect_right(starts, day.on):
            moved[starts[place - 1]][day.kind] += day.turned.net
    found, total = [], after - sum(amount for kinds in moved.values() for amount in kinds.values())
    for start in starts:
        reached = total + sum(moved[start].values())
        moves = in_months(moved[start], monthly(reached) - monthly(total))
        found.append(Month(start, monthly(reached), moves, reached))
        total = reached
    return found


def in_months(yearly: Mapping[MoveKind, int], total: int) -> dict[MoveKind, int]:
    """Yearly movements by the month, so that they sum to `total`: what rounding left over goes to the largest of them."""
    shown = {kind: monthly(amount) for kind, amount in yearly.items()}
    left = total - sum(shown.values())
    for kind, amount in zip(shown, _spread(left, list(yearly.values())), strict=True):
        shown[kind] += amount
    return shown


def _spread(left: int, amounts: Sequence[int]) -> list[int]:
    return allocate(left, [abs(amount) for amount in amounts]) if amounts else []
