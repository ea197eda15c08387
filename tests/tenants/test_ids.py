"""Identifiers that sort as their rows were written."""

import uuid
from datetime import UTC, datetime, timedelta

import time_machine

from tenants.models.ids import new_id


def test_what_is_written_one_after_the_other_is_in_that_order_within_a_millisecond_too() -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == 2000
    assert {(item.version, item.variant) for item in made} == {(7, uuid.RFC_4122)}


def test_the_order_holds_while_the_clock_stands_and_where_it_is_put_back() -> None:
    """As a machine's clock is by its time server: a millisecond."""
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False) as clock:
        made = [new_id() for _ in range(10)]
        clock.shift(timedelta(milliseconds=-1))
        made += [new_id() for _ in range(10)]
    assert made == sorted(set(made))
