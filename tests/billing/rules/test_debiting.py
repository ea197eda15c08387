"""K7: when an invoice is charged on a mandate. Due on 15 March, told from the 12th.

Days 0, 1, 3, 5 are the 15th, 16th, 18th, 20th.
"""

from datetime import date

import pytest

from billing.gateways.declines import decline_of
from billing.rules.debiting import Charging, Tried, announce_on, charge_on, is_given_up
from plans.rules.catalogue import AutoDebit

RULES = AutoDebit(days=(0, 1, 3, 5), notice_days=3)
SOFT, HARD = False, True


def day(number: int) -> date:
    """Of March 2026."""
    return date(2026, 3, number)


def case(told: int | None, *tried: tuple[int, bool]) -> Charging:
    """Told on a day, refused on others."""
    return Charging(day(15), None if told is None else day(told), [Tried(day(on), hard) for on, hard in tried])


@pytest.mark.parametrize(
    ("told", "tried", "expected"),
    [
        (None, [], None),
        (12, [], 15),
        (14, [], 15),
        (15, [], 16),  # never on the day on which it is said
        (20, [], 21),  # agreed to after the due day
        (12, [(15, SOFT)], 16),
        (12, [(15, SOFT), (16, SOFT)], 18),
        (12, [(15, SOFT), (16, SOFT), (18, SOFT)], 20),
        (12, [(15, SOFT), (16, SOFT), (18, SOFT), (20, SOFT)], None),
        (12, [(15, HARD)], None),
        (12, [(15, SOFT), (16, HARD)], None),
        (12, [(15, SOFT), (19, SOFT)], 20),  # the job was late: the next is at least a day on
        (12, [(17, SOFT)], 18),  # counted from the first charge, not from the due day
    ],
)
def test_the_day_of_the_next_charge(told: int | None, tried: list[tuple[int, bool]], expected: int | None) -> None:
    found = charge_on(RULES, case(told, *tried))
    assert found == (None if expected is None else day(expected))
    assert is_given_up(RULES, case(told, *tried)) == (told is not None and expected is None)


def test_it_is_told_three_days_before() -> None:
    assert announce_on(RULES, day(15)) == day(12)


@pytest.mark.parametrize("days", [(), (1, 1), (3, 0), (-1, 2)])
def test_a_schedule_that_does_not_rise_is_no_schedule(days: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="days"):
        AutoDebit(days=days, notice_days=3)


@pytest.mark.parametrize(
    ("code", "reason", "hard"),
    [
        ("51", "insufficient_funds", SOFT),
        ("54", "expired_card", HARD),
        ("5", "declined", SOFT),
        ("", "declined", SOFT),
        ("41", "blocked_card", HARD),
        ("Z9", "declined", SOFT),
    ],
)
def test_what_a_banks_code_means(code: str, reason: str, hard: bool) -> None:
    found = decline_of({"channel_response_code": code})
    assert (found.reason, found.hard) == (reason, hard)
