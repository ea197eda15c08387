"""Identifiers that sort as their rows were written."""

import uuid

from tenants.models.ids import new_id


def test_what_is_written_one_after_the_other_is_in_that_order_within_a_millisecond_too() -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == 2000
    assert {(item.version, item.variant) for item in made} == {(7, uuid.RFC_4122)}
