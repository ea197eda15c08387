"""Whom a new price book concerns, when that is said, and until when the old price can be locked (X4)."""

from dataclasses import dataclass
from datetime import date, timedelta

from billing.rules.agreement import Agreement
from billing.rules.drafting import period_on
from plans.rules.periods import Period, add_months

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BookDays:
    """The first days of a product's price books, and so many months ahead they are announced; None: never."""

    months: int | None
    days: tuple[date, ...]

    def untold(self, told_to: date) -> list[date]:
        """The first days of the books that begin after `told_to`, in order."""
        return sorted(day for day in self.days if day > told_to) if self.months is not None else []

    def begun(self, on: date) -> date:
        """The first day of the book in force on a day, which nobody is told of any more."""
        return max((day for day in self.days if day <= on), default=date.min)

    def notice_day(self, effective: date) -> date:
        """When a book is announced: three calendar months ahead of 1 January is 1 October."""
        return add_months(effective, -(self.months or 0))

    def next_notice(self, told_to: date) -> date | None:
        """The next day on which a book is announced, which may have passed."""
        return min((self.notice_day(day) for day in self.untold(told_to)), default=None)


@dataclass(frozen=True, slots=True)
class Rise:
    """A book with higher prices, as one customer meets it. Amounts are one whole period in rupiah, offers included.

    `kept`: the agreement's own prices hold, and nothing changes. Else `renewal` is the first period at the new price, and the
    old one can be locked by renewing early within `lock` (None: it cannot).
    """

    book: str
    effective_on: date
    kept: bool
    before: int
    after: int
    renewal: Period | None = None
    lock: Period | None = None


def first_renewal(agreement: Agreement, starts_on: date, anchor_day: int, unbilled: date, effective: date) -> Period:
    """The first period that begins on or after a book's first day and is not billed yet.

    A year from 1 March, book of 1 January 2026: [1 March 2026, 1 March 2027).
    """
    earliest = max(effective, unbilled)
    period = period_on(agreement, starts_on, anchor_day, earliest)
    return period if period.start >= earliest else period_on(agreement, starts_on, anchor_day, period.end)


def lock_window(
    agreement: Agreement, starts_on: date, anchor_day: int, renewal: Period, effective: date
) -> Period | None:
    """When the term before a renewal runs and the old prices still hold: the days on which it can be renewed early."""
    if renewal.start <= starts_on:
        return None
    before = period_on(agreement, starts_on, anchor_day, renewal.start - ONE_DAY)
    return Period(before.start, effective) if before.start < effective else None
