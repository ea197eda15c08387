"""Every pair of states, as a table."""

import pytest

from billing.rules.lifecycle import Status, has_access, may_move, resting_status

S = Status
ALLOWED = {
    S.FREE: {S.ACTIVE, S.ENDED},
    S.TRIALING: {S.FREE, S.ACTIVE, S.CANCELLED, S.ENDED},
    S.ACTIVE: {S.FREE, S.PAST_DUE, S.SUSPENDED, S.PAUSED, S.CANCELLED, S.ENDED},
    S.PAST_DUE: {S.ACTIVE, S.FREE, S.SUSPENDED, S.CANCELLED, S.ENDED},
    S.SUSPENDED: {S.ACTIVE, S.FREE, S.PAST_DUE, S.CANCELLED, S.ENDED},
    S.PAUSED: {S.ACTIVE, S.FREE, S.PAST_DUE, S.CANCELLED, S.ENDED},
    S.CANCELLED: {S.TRIALING, S.ACTIVE, S.FREE, S.PAST_DUE, S.SUSPENDED, S.ENDED},
    S.ENDED: set(),
}


@pytest.mark.parametrize("old", list(Status))
@pytest.mark.parametrize("new", list(Status))
def test_a_subscription_moves_only_along_the_table(old: Status, new: Status) -> None:
    """States: a cancelled school may still become free (X9); nothing follows the end."""
    assert may_move(old, new) is (old is new or new in ALLOWED[old])


def test_only_the_suspended_the_paused_and_the_ended_are_shut_out() -> None:
    """X10: past due still works (X7: access stays)."""
    assert {status for status in Status if not has_access(status)} == {S.SUSPENDED, S.PAUSED, S.ENDED}


@pytest.mark.parametrize(
    ("overdue", "cancelling", "rests"),
    [(False, False, S.ACTIVE), (False, True, S.CANCELLED), (True, False, S.PAST_DUE), (True, True, S.PAST_DUE)],
)
def test_where_a_paying_subscription_rests(overdue: bool, cancelling: bool, rests: Status) -> None:
    """K15: a cancelled one that owes is past due until it pays."""
    assert resting_status(overdue=overdue, cancelling=cancelling) is rests
