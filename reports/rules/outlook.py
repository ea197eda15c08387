"""When what is owed will come (B2): open bills, and bills that are still to be made, week by week. Amounts are whole rupiah."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

AHEAD, WEEK = 90, 7


@dataclass(frozen=True, slots=True)
class Lump:
    """An amount that is expected on a day."""

    on: date
    amount: int


@dataclass(slots=True)
class Week:
    """Seven days (the last one shorter) and what is expected in them: of open bills, and of bills that will come."""

    first: date
    last: date
    owed: int = 0
    coming: int = 0

    @property
    def total(self) -> int:
        """Both."""
        return self.owed + self.coming


@dataclass(slots=True)
class Outlook:
    """The weeks of the next ninety days; `missed` should have come before today, `beyond` comes after them."""

    weeks: list[Week] = field(default_factory=list)
    missed: int = 0
    beyond: int = 0

    @property
    def total(self) -> int:
        """All of the weeks; what was missed is not counted on."""
        return sum(week.total for week in self.weeks)


def awaited(today: date, due_on: date, late: int) -> date:
    """When an open bill is paid by who pays so many days after due (below zero: before it).

    Due on 3 December, by one who pays ten days before: on 23 November. If it is open on the 24th it is not missed: it is
    awaited on 3 December.
    """
    usual = due_on + timedelta(days=late)
    return due_on if usual < today <= due_on else usual


def expected(today: date, owed: Iterable[Lump], coming: Iterable[Lump]) -> Outlook:
    """Week by week from today on, ninety days in all.

    An invoice due on 17 March of a customer who pays six days late is expected on the 23rd; on the 24th it counts as missed. A
    bill that should have been made before today comes in the first week: the job that makes it is late, not the customer.
    """
    last = today + timedelta(days=AHEAD - 1)
    starts = [today + timedelta(days=at) for at in range(0, AHEAD, WEEK)]
    found = Outlook([Week(day, min(day + timedelta(days=WEEK - 1), last)) for day in starts])
    for lump in owed:
        if lump.on < today:
            found.missed += lump.amount
        elif lump.on > last:
            found.beyond += lump.amount
        else:
            found.weeks[(lump.on - today).days // WEEK].owed += lump.amount
    for lump in coming:
        if lump.on <= last:
            found.weeks[max(0, (lump.on - today).days) // WEEK].coming += lump.amount
    return found
