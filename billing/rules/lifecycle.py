"""States of a subscription and the moves between them, as a table."""

from enum import StrEnum


class Status(StrEnum):
    """How a subscription stands."""

    FREE = "free"
    TRIALING = "trialing"
    ACTIVE = "active"  # also while its invoice awaits payment
    PAST_DUE = "past_due"  # from the day after the due date; access stays
    SUSPENDED = "suspended"
    PAUSED = "paused"  # at the customer's wish: no access, nothing billed, nothing owed
    CANCELLED = "cancelled"  # runs to its end
    ENDED = "ended"


MOVES: dict[Status, frozenset[Status]] = {
    Status.FREE: frozenset({Status.ACTIVE, Status.ENDED}),
    Status.TRIALING: frozenset({Status.FREE, Status.ACTIVE, Status.CANCELLED, Status.ENDED}),
    Status.ACTIVE: frozenset(
        {Status.FREE, Status.PAST_DUE, Status.SUSPENDED, Status.PAUSED, Status.CANCELLED, Status.ENDED}
    ),
    Status.PAST_DUE: frozenset({Status.ACTIVE, Status.FREE, Status.SUSPENDED, Status.CANCELLED, Status.ENDED}),
    Status.SUSPENDED: frozenset({Status.ACTIVE, Status.FREE, Status.PAST_DUE, Status.CANCELLED, Status.ENDED}),
    Status.PAUSED: frozenset({Status.ACTIVE, Status.FREE, Status.PAST_DUE, Status.CANCELLED, Status.ENDED}),
    Status.CANCELLED: frozenset(
        {Status.TRIALING, Status.FREE, Status.ACTIVE, Status.PAST_DUE, Status.SUSPENDED, Status.ENDED}
    ),
    Status.ENDED: frozenset(),
}
# Only who is billed for a running period can be past due or suspended; an unpaid extra invoice closes no free plan or trial.
BILLED = frozenset({Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED})
WITH_ACCESS = frozenset({Status.FREE, Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED})


def may_move(old: Status, new: Status) -> bool:
    """Whether a subscription may go from one state to another; staying is always allowed."""
    return old is new or new in MOVES[old]


def has_access(status: Status) -> bool:
    """Whether the product is open to the tenant (X10: suspended, paused and ended are not)."""
    return status in WITH_ACCESS


def resting_status(*, overdue: bool, cancelling: bool) -> Status:
    """Where a paying subscription rests: past due before cancelled before active."""
    if overdue:
        return Status.PAST_DUE
    return Status.CANCELLED if cancelling else Status.ACTIVE
