"""What a payer's bank asks for beyond what was decided: each case by head, 750.000 paid."""

from datetime import UTC, datetime, timedelta

import pytest

from billing.rules.chargebacks import Asked, Decided, asked_beyond, is_told_again

WON, LOST = (Decided(750_000, True),), (Decided(750_000, False),)
BACK = (Decided(750_000, True, returned=True),)
A_WON, A_LOST = (Decided(200_000, True, False, frozenset("a")),), (Decided(200_000, False, False, frozenset("a")),)
A_BACK = (Decided(200_000, True, True, frozenset("a")),)
UNNAMED = (Decided(200_000, True),)


def whole(total: int = 750_000) -> Asked:
    return Asked(750_000, total)


def parts(**named: int) -> Asked:
    return Asked(750_000, min(sum(named.values()), 750_000), named)


@pytest.mark.parametrize(
    ("asked", "decided", "again", "beyond"),
    [
        (whole(), (), False, 750_000),
        (whole(), WON, False, 0),
        (whole(), WON, True, 750_000),
        (whole(), BACK, False, 750_000),
        (whole(), LOST, True, 0),
        (whole(), (*WON, *LOST), True, 0),
        (whole(), (*BACK, *WON), False, 0),
        (whole(), A_LOST, False, 550_000),
        (whole(), (*A_LOST, Decided(550_000, True)), True, 550_000),
        (parts(a=200_000), (), False, 200_000),
        (parts(a=200_000), A_WON, False, 0),
        (parts(a=200_000), A_WON, True, 200_000),
        (parts(a=200_000), A_BACK, False, 200_000),
        (parts(a=200_000), A_LOST, True, 0),
        (parts(a=200_000, b=200_000), A_WON, False, 200_000),
        (parts(a=200_000, b=200_000), A_BACK, False, 200_000),
        (parts(a=750_000, b=750_000), (Decided(750_000, True, False, frozenset("a")),), False, 750_000),
        (parts(a=200_000, b=600_000), A_LOST, False, 550_000),
        (parts(a=200_000, b=100_000), UNNAMED, False, 100_000),
        (parts(a=200_000), UNNAMED, True, 200_000),
    ],
)
def test_what_is_asked_for_beyond_what_was_decided(
    asked: Asked, decided: tuple[Decided, ...], again: bool, beyond: int
) -> None:
    assert asked_beyond(asked, decided, again=again) == beyond


@pytest.mark.parametrize(("late", "again"), [(timedelta(hours=6), False), (timedelta(hours=6, seconds=1), True)])
def test_a_notice_is_another_one_when_the_gateway_no_longer_repeats_the_first(late: timedelta, again: bool) -> None:
    decided = datetime(2025, 3, 10, tzinfo=UTC)
    assert (is_told_again(decided + late, decided), is_told_again(None, decided)) == (again, False)
