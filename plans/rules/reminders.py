"""What is said before a trial ends, an invoice falls due and a term ends, and while an invoice is overdue (X6, K6)."""

from typing import Literal

from pydantic import Field

from plans.rules.parts import Code, Part

Channel = Literal["email", "in_app", "sms", "whatsapp", "call"]


class Reminder(Part):
    """So many days before a day, on these channels. `sms` goes to members who asked for it, `call` to staff."""

    days: int = Field(ge=0, le=90)
    channels: tuple[Channel, ...] = Field(min_length=1)


class Overdue(Part):
    """After the due date, until suspension: every so many days, first the day after the due date (X6)."""

    every_days: int = Field(ge=1, le=60)
    channels: tuple[Channel, ...] = Field(min_length=1)


class ReminderPlan(Part):
    """What is said before a trial ends, an invoice falls due and a term ends, and while an invoice is overdue."""

    code: Code
    trial_end: tuple[Reminder, ...] = ()
    due: tuple[Reminder, ...] = ()
    term_end: tuple[Reminder, ...] = ()
    overdue: Overdue | None = None
