"""Days on which nobody is reminded, fined or closed, where the payment terms say so."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Self

from pydantic import Field, model_validator

from plans.rules.parts import Part, Text


class QuietDays(Part):
    """Days in a row, both included: the week of Idulfitri."""

    name: Text
    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if self.to < self.from_:
            raise ValueError("to must not be before from")
        return self


class HolidayCalendar(Part):
    """All of them, the earliest first."""

    quiet: tuple[QuietDays, ...] = ()

    def working_day(self, day: date) -> date:
        """The day itself, or the first one after the quiet days it lies in."""
        return _after(self.quiet, day)


def _after(quiet: Sequence[QuietDays], day: date) -> date:
    """16–24 March 2026 are quiet: 15 March stays, 16 March and 24 March become the 25th."""
    for days in sorted(quiet, key=lambda item: item.from_):
        if days.from_ <= day <= days.to:
            day = days.to + timedelta(days=1)
    return day


NO_HOLIDAYS = HolidayCalendar()
