"""Terms that came to their end, and which of the next are at risk (N13, C9, B2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import compress
from typing import Any

from reports.rules.figures import share

AHEAD, RECENT = timedelta(days=90), timedelta(days=90)
QUIET_FOR = timedelta(days=60)
OFTEN_LATE = 7
SHORTEST = 2  # months; who is billed from month to month renews nothing
SEMESTER = 6


class TermState(StrEnum):
    """What became of a term that ended: the next one was paid, is billed and open, was never paid, or nobody wanted one."""

    RENEWED = "renewed"
    OPEN = "open"
    LOST = "lost"
    LEFT = "left"


def state_of(billed: int, billed_on: date, paid: Iterable[date], *, closed: bool) -> TermState:
    """Of a next term billed with so much on a day: `paid` are the days of issue of the paid invoices, `closed` says that access
    is closed now. Free, or anything billed since then is paid: renewed. 750.000 of 1 March paid on the 20th: renewed;
    suspended on the 31st: lost, until it is paid after all.
    """
    if not billed or any(issued >= billed_on for issued in paid):
        return TermState.RENEWED
    return TermState.LOST if closed else TermState.OPEN


@dataclass(frozen=True, slots=True)
class Ended:
    """So many terms of a length (months) that ended in a month, with what became of them."""

    month: date
    months: int
    state: TermState
    count: int


@dataclass(slots=True)
class Renewals:
    """Terms that ended, by what became of them."""

    renewed: int = 0
    open: int = 0
    lost: int = 0
    left: int = 0

    @property
    def ended(self) -> int:
        """All."""
        return self.renewed + self.open + self.lost + self.left

    @property
    def rate(self) -> Fraction | None:
        """Renewed of those that are decided: 8 renewed, 1 lost, 1 left, 3 open → 8 of 10."""
        return share(self.renewed, self.ended - self.open)

    def add(self, row: Ended) -> None:
        """Some more."""
        setattr(self, row.state.value, getattr(self, row.state.value) + row.count)


def together(rows: Iterable[Ended]) -> Renewals:
    """All of these."""
    found = Renewals()
    for row in rows:
        found.add(row)
    return found


def by_length(rows: Iterable[Ended]) -> dict[int, Renewals]:
    """By months of the term that ended, the longest first."""
    return dict(sorted(_by((row.months, row) for row in rows).items(), reverse=True))


def by_semester(rows: Iterable[Ended]) -> dict[date, Renewals]:
    """By the half year in which they ended, under its first day, the latest first."""
    return dict(sorted(_by((semester_of(row.month), row) for row in rows).items(), reverse=True))


def semester_of(day: date) -> date:
    """The first day of its half year: 30 June 2026 → 1 January 2026."""
    return date(day.year, 1 if day.month <= SEMESTER else SEMESTER + 1, 1)


def _by(rows: Iterable[tuple[Any, Ended]]) -> dict[Any, Renewals]:
    found: dict[Any, Renewals] = {}
    for key, row in rows:
        found.setdefault(key, Renewals()).add(row)
    return found


class Risk(StrEnum):
    """Why a renewal may not come, the surest first."""

    LEAVING = "leaving"
    OVERDUE = "overdue"
    DEBIT_OFF = "debit_off"
    RISE = "rise"
    SHRINKING = "shrinking"
    LATE = "late"
    QUIET = "quiet"


RISKS = tuple(Risk)  # in the order in which `risks` asks for them


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a customer whose term ends on `renews_on`; amounts in rupiah, `shrunk` a year and above zero."""

    renews_on: date
    leaving: bool = False
    overdue: int = 0
    late: int | None = None
    shrunk: int = 0
    debit_off_on: date | None = None
    rise_on: date | None = None
    heard_on: date | None = None


def risks(seen: Seen, today: date) -> tuple[Risk, ...]:
    """Every reason, the surest first; none for who pays in time and is heard of.

    Quiet is who did nothing for more than 60 days: last heard of on 2 March, quiet from 2 May on. Late is who usually pays
    seven days after due or later. A price that rises after the renewal is no reason yet.
    """
    found = (
        seen.leaving,
        seen.overdue > 0,
        seen.debit_off_on is not None and seen.debit_off_on > today - RECENT,
        seen.rise_on is not None and seen.rise_on <= seen.renews_on,
        seen.shrunk > 0,
        seen.late is not None and seen.late >= OFTEN_LATE,
        seen.heard_on is None or seen.heard_on < today - QUIET_FOR,
    )
    return tuple(compress(RISKS, found))


def urgency(found: tuple[Risk, ...], yearly: int) -> tuple[bool, int, int]:
    """A key to sort by: who is leaving first, then who has the most reasons, then who brings the most rupiah a year."""
    return Risk.LEAVING not in found, -len(found), -yearly
