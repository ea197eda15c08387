"""Weeks, months and quarters to look back on, and the day on which each is told (C18)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from plans.rules.holidays import HolidayCalendar
from plans.rules.periods import add_months

SATURDAY = 5
FROM = time(7)  # when people look at their mail
WEEK = timedelta(days=7)
MONTHS = {"monthly": 1, "quarterly": 3}


class Cadence(StrEnum):
    """How often somebody looks: sales every week, management every month, the board every quarter."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


@dataclass(frozen=True, slots=True)
class Lookback:
    """Days in a row, both included."""

    cadence: Cadence
    first: date

    @property
    def last(self) -> date:
        """The day before the next one begins."""
        return self.moved(1).first - timedelta(days=1)

    def moved(self, count: int) -> "Lookback":
        """So many periods later, or earlier where below zero."""
        if self.cadence is Cadence.WEEKLY:
            return Lookback(self.cadence, self.first + count * WEEK)
        return Lookback(self.cadence, add_months(self.first, count * MONTHS[self.cadence]))


def lookback_of(cadence: Cadence, day: date) -> Lookback:
    """The one a day lies in: Thursday 26 November 2026 → 23–29 November, November, October–December."""
    if cadence is Cadence.WEEKLY:
        return Lookback(cadence, day - timedelta(days=day.weekday()))
    length = MONTHS[cadence]
    return Lookback(cadence, date(day.year, (day.month - 1) // length * length + 1, 1))


def last_whole(cadence: Cadence, today: date) -> Lookback:
    """The latest one that is over: on Monday 30 November 2026 the week of the 23rd, on the Sunday before that of the 16th."""
    return lookback_of(cadence, today).moved(-1)


def told_on(back: Lookback, holidays: HolidayCalendar) -> date:
    """The day of its digest: of a week the Monday after, of a month or a quarter the first working day after.

    July 2026 ends on a Friday: Monday 3 August. February 2026: Monday 2 March, where nothing is quiet.
    """
    after = back.last + timedelta(days=1)
    return after if back.cadence is Cadence.WEEKLY else working_day(after, holidays)


def told_by(now: datetime, holidays: HolidayCalendar) -> tuple[Lookback, ...]:
    """Those whose digest has been due since seven on its day; `now` is on the operator's own clock.

    At 6.59 on Monday 30 November 2026 October and the third quarter, at 7.00 the week of the 23rd, too. Who was cut off on
    Monday catches up on Tuesday; only the latest of each is told.
    """
    latest = (last_whole(cadence, now.date()) for cadence in Cadence)
    return tuple(back for back in latest if datetime.combine(told_on(back, holidays), FROM, now.tzinfo) <= now)


def working_day(day: date, holidays: HolidayCalendar) -> date:
    """The day itself, or the first one after it that is neither a weekend nor quiet."""
    while True:
        open_on = holidays.working_day(day)
        if open_on.weekday() < SATURDAY:
            return open_on
        day = open_on + timedelta(days=1)
