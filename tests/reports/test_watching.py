"""Who is late, quiet, shrinking or leaving, what is new, and whose turn it is (B2)."""

from datetime import date

import pytest

from reports.rules.watching import (
    Steps,
    Turn,
    is_new,
    late_since,
    quiet_since,
    shrinking_since,
    whose_turn,
)

D = date
MARCH = D(2026, 3, 1)


@pytest.mark.parametrize(
    ("on", "since"), [(D(2026, 3, 16), None), (D(2026, 3, 17), None), (D(2026, 3, 18), D(2026, 3, 18))]
)
def test_late_is_from_the_day_after_the_due_day_b2(on: date, since: date | None) -> None:
    assert late_since([D(2026, 3, 17), D(2026, 4, 1)], on) == since
    assert late_since([], on) is None


@pytest.mark.parametrize(
    ("on", "since"), [(D(2026, 3, 30), None), (D(2026, 3, 31), D(2026, 3, 31)), (D(2026, 4, 1), D(2026, 3, 31))]
)
def test_quiet_is_from_the_thirtieth_day_b2(on: date, since: date | None) -> None:
    assert quiet_since(MARCH, on) == since


@pytest.mark.parametrize(
    ("moves", "on", "since"),
    [
        ({}, MARCH, None),
        ({D(2026, 3, 2): -600}, D(2026, 3, 1), None),
        ({D(2026, 3, 2): -600}, D(2026, 3, 2), D(2026, 3, 2)),
        ({D(2026, 3, 2): -600, D(2026, 3, 9): 200}, D(2026, 3, 31), D(2026, 3, 2)),
        ({D(2026, 3, 2): -600, D(2026, 3, 9): 200}, D(2026, 4, 1), None),
        ({D(2026, 3, 2): -600, D(2026, 3, 9): 600}, D(2026, 3, 9), None),
        ({D(2026, 3, 2): -600, D(2026, 3, 9): -1}, D(2026, 3, 9), D(2026, 3, 9)),
    ],
)
def test_shrinking_counts_thirty_days_b2(moves: dict[date, int], on: date, since: date | None) -> None:
    assert shrinking_since(moves, on) == since


def test_new_is_less_than_seven_days_b2() -> None:
    since = D(2026, 3, 18)
    assert [is_new(since, D(2026, 3, day)) for day in (18, 24, 25)] == [True, True, False]


@pytest.mark.parametrize(
    ("steps", "turn"),
    [
        (Steps(), Turn.NOBODY),
        (Steps(acted=D(2026, 3, 1)), Turn.NOBODY),
        (Steps(acted=D(2026, 3, 2)), Turn.THEIRS),
        (Steps(waits=True, acted=D(2026, 3, 8)), Turn.OURS),
        (Steps(task_due=D(2026, 4, 1), acted=D(2026, 3, 8)), Turn.OURS),
    ],
)
def test_whose_turn_it_is_on_8_march_b2(steps: Steps, turn: Turn) -> None:
    assert whose_turn(steps, D(2026, 3, 8)) is turn
