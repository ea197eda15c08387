"""Whether a subscription may be paused, and until when."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from billing.rules.lifecycle import Status
from plans.rules.catalogue import Pause

By = Literal["customer", "staff"]


class Refusal(StrEnum):
    """Why a pause is not possible."""

    NOT_OFFERED = "pause_not_offered"
    NOT_RUNNING = "pause_not_running"
    KEEP_FIRST = "take_cancellation_back_first"
    PAY_FIRST = "pay_first"
    BEHIND = "billing_behind"
    TOO_LONG = "pause_too_long"


@dataclass(frozen=True, slots=True)
class Situation:
    """What a verdict needs to know. `owing`: something is open, due or not; `behind`: today's billing has not been done."""

    status: Status
    cancelling: bool = False
    owing: bool = False
    behind: bool = False


def hindrance(pause: Pause | None, by: By, situation: Situation) -> Refusal | None:
    """What stands in the way. Who pauses owes nothing, so that no debt grows old while access is closed."""
    if pause is None or by not in pause.by:
        return Refusal.NOT_OFFERED
    if situation.owing and situation.status in {Status.ACTIVE, Status.PAST_DUE, Status.SUSPENDED}:
        return Refusal.PAY_FIRST
    if situation.cancelling:
        return Refusal.KEEP_FIRST
    if situation.status is not Status.ACTIVE:
        return Refusal.NOT_RUNNING
    return Refusal.BEHIND if situation.behind else None


def furthest(pause: Pause, today: date) -> date:
    """The day on which the longest pause ends: 90 days from 1 March are over on 30 May."""
    return today + timedelta(days=pause.max_days)


def ends_in_time(pause: Pause, today: date, until: date) -> bool:
    """Whether a pause of today may end on a day."""
    return today < until <= furthest(pause, today)
