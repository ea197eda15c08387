"""Which customers need somebody, why and since when, and whose turn it is (B2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

QUIET_AFTER = timedelta(days=30)
SHRINKING_FOR = timedelta(days=30)
WEEK = timedelta(days=7)


class Signal(StrEnum):
    """Why a customer is watched, the most pressing first."""

    LEAVING = "leaving"
    LATE = "late"
    SHRINKING = "shrinking"
    QUIET = "quiet"


class Turn(StrEnum):
    """Who acts next: we, because something waits for us; the customer, who was asked; or we, as nobody has acted yet."""

    OURS = "ours"
    THEIRS = "theirs"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Steps:
    """What was done about a customer: the day an open task is due, whether money waits to be approved, what was done last."""

    task_due: date | None = None
    waits: bool = False
    acted: date | None = None


def late_since(dues: Iterable[date], on: date) -> date | None:
    """The day after the earliest passed due day: due 17 March, late from the 18th; on the 17th not yet."""
    passed = [due for due in dues if due < on]
    return min(passed) + timedelta(days=1) if passed else None


def quiet_since(seen: date, on: date) -> date | None:
    """The thirtieth day without anybody: last seen 1 March, quiet from the 31st."""
    quiet = seen + QUIET_AFTER
    return quiet if quiet <= on else None


def shrinking_since(moves: Mapping[date, int], on: date) -> date | None:
    """The last fall, where the thirty days up to today brought less in all: 600.000 less, 200.000 more is still less.

    `moves` is what more of the same (or less, negative) came to in rupiah a year, by day; older days do not count.
    """
    counted = {day: yearly for day, yearly in moves.items() if on - SHRINKING_FOR < day <= on}
    if sum(counted.values()) >= 0:
        return None
    return max(day for day, yearly in counted.items() if yearly < 0)


def is_new(since: date, on: date) -> bool:
    """Whether it was not so a week ago: of 18 March, new until the 24th."""
    return since > on - WEEK


def whose_turn(steps: Steps, on: date) -> Turn:
    """What waits for us comes first; who was spoken to in the last week has the turn."""
    if steps.task_due is not None or steps.waits:
        return Turn.OURS
    if steps.acted is not None and steps.acted > on - WEEK:
        return Turn.THEIRS
    return Turn.NOBODY
