"""Days, months and billing periods. Periods are half-open: `[start, end)`.

The day of a change belongs to what comes after it. An anchor on the 29th–31st falls on the last day of a shorter
month and returns to its own day after it: 31 January → 28 February → 31 March.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` up to, not including, `end`; at least one day."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period ends after it starts: {self.start} – {self.end}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        """How many days it has: 2025-03-01 – 2026-03-01 has 365."""
        return (self.end - self.start).days

    def days_from(self, day: date) -> int:
        """How many of its days are left on `day`, that day included: all before it starts, none from its end."""
        return max(0, (self.end - max(day, self.start)).days)


def add_months(day: date, months: int, anchor_day: int | None = None) -> date:
    """The day `months` calendar months later (earlier if negative), clipped to the last day of a shorter month.

    `anchor_day` is the day of the month to return to after a short month, by default that of `day`:
    28 February + 1 month is 28 March, or with anchor 31 it is 31 March (X5, "Anchor").

    >>> add_months(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    """
    wanted = day.day if anchor_day is None else anchor_day
    if not 1 <= wanted <= 31:
        raise ValueError(f"no month has a day {wanted}")
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"{months} months from {day} lie outside the calendar")
    return date(year, month + 1, min(wanted, monthrange(year, month + 1)[1]))


def boundary(anchor: date, anchor_day: int, months: int, k: int) -> date:
    """The k-th boundary of periods of `months` months: `anchor_day` in the month k × months after that of `anchor`.

    >>> boundary(date(2027, 1, 31), 31, 1, 2)
    datetime.date(2027, 3, 31)
    """
    return add_months(anchor, k * months, anchor_day)


def period_containing(
    start: date, anchor_day: int, interval_months: int, day: date, *, anchor_month: int | None = None
) -> Period:
    """The billing period that `day` falls in, for billing that begins on `start`.

    Boundaries are `anchor_day` of every `interval_months`-th month, counted from the month of `start`, or from
    `anchor_month` (1–12) where the calendar is fixed (K5: invoiced in January). If `start` is no boundary the first
    period is the stub up to the next one: from 10 March with anchor day 1, [10 March, 1 April) (K3).
    """
    if interval_months < 1:
        raise ValueError("a period has at least one month")
    if day < start:
        raise ValueError(f"billing begins on {start}, after {day}")
    origin = start.replace(day=1)
    if anchor_month is not None:
        origin = add_months(origin, -((start.month - anchor_month) % 12))
    months = (day.year - origin.year) * 12 + day.month - origin.month
    k = months // interval_months
    if day < boundary(origin, anchor_day, interval_months, k):
        k -= 1
    begin = boundary(origin, anchor_day, interval_months, k)
    return Period(max(start, begin), boundary(origin, anchor_day, interval_months, k + 1))


def whole_period_of(stub: Period, anchor_day: int, interval_months: int) -> Period:
    """The full period that a first, shortened one is the end of: what proration by actual days divides by (K3).

    [10 March, 1 April) of a calendar month → [1 March, 1 April): 22 of 31 days. A full period is its own.
    """
    return Period(add_months(stub.end, -interval_months, anchor_day), stub.end)


def local_day(instant_utc: datetime, tz: str) -> date:
    """The day it is for a tenant: 15:30 UTC is 22:30 in Asia/Jakarta and already tomorrow in Asia/Jayapura."""
    if instant_utc.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant_utc.astimezone(ZoneInfo(tz)).date()
