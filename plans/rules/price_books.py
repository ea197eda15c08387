"""Price books of a catalogue file: prices that hold from a day on, and where the periods they are for begin."""

import re
from datetime import date
from enum import StrEnum

from pydantic import Field, field_validator

from plans.rules.charges import Charge
from plans.rules.money import shown
from plans.rules.parts import Code, Part

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Anchor(StrEnum):
    """Where periods begin: on the day billing began, on the first of the calendar month, or with the calendar year.

    `calendar_year` counts a year from 1 January, a quarter from January, April, July and October (K5).
    """

    ANNIVERSARY = "anniversary"
    CALENDAR_MONTH = "calendar_month"
    CALENDAR_YEAR = "calendar_year"

    def day(self, own: int) -> int:
        """The day of the month that periods begin on; `own` is the customer's."""
        return own if self is Anchor.ANNIVERSARY else 1

    @property
    def month(self) -> int | None:
        """The month that periods are counted from; None: the one in which billing began."""
        return 1 if self is Anchor.CALENDAR_YEAR else None


class SteepMove(Part):
    """That a book moves prices by more than 10 % a quarter on purpose, and why (K14)."""

    reason: str = Field(min_length=10, max_length=300)


class PriceBook(Part):
    """Prices that hold for sign-ups from a day on (X2)."""

    code: Code
    effective_from: date
    illustrative: bool = False
    steep_move: SteepMove | None = None
    charges: tuple[Charge, ...] = Field(min_length=1)

    @field_validator("effective_from", mode="before")
    @classmethod
    def _a_plain_day(cls, value: object) -> object:
        # pydantic would also take seconds since 1970 and times of day
        if type(value) is date:
            return value
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValueError(f"a date like 2025-03-01 is needed, not {shown(value)}")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"there is no day {value}") from error
