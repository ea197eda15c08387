"""Which documents an amount settles (K16): as a table, and as laws."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.settlement import Open, settle

MARCH = Open(UUID(int=1), date(2026, 3, 15), "KL/1", 600_000)
FEE = Open(UUID(int=2), date(2026, 3, 16), "KL/D1", 60_000)
APRIL = Open(UUID(int=3), date(2026, 4, 15), "KL/2", 600_000)
ALL = [APRIL, FEE, MARCH]


@pytest.mark.parametrize(
    ("amount", "parts", "surplus"),
    [
        (0, [], 0),
        (1, [(MARCH, 1)], 0),
        (600_000, [(MARCH, 600_000)], 0),
        (600_001, [(MARCH, 600_000), (FEE, 1)], 0),
        (660_000, [(MARCH, 600_000), (FEE, 60_000)], 0),
        (1_000_000, [(MARCH, 600_000), (FEE, 60_000), (APRIL, 340_000)], 0),
        (1_260_000, [(MARCH, 600_000), (FEE, 60_000), (APRIL, 600_000)], 0),
        (1_500_000, [(MARCH, 600_000), (FEE, 60_000), (APRIL, 600_000)], 240_000),
    ],
)
def test_the_oldest_is_settled_first(amount: int, parts: list[tuple[Open, int]], surplus: int) -> None:
    settled = settle(amount, ALL)
    assert [(key, part) for key, part in settled.parts] == [(document.id, part) for document, part in parts]
    assert settled.surplus == surplus


def test_what_the_payer_meant_comes_before_what_is_older() -> None:
    """K16: a checkout of April pays April; what is left over pays the oldest."""
    settled = settle(650_000, ALL, {APRIL.id})
    assert settled.parts == ((APRIL.id, 600_000), (MARCH.id, 50_000))


def test_of_one_day_the_lower_number_comes_first() -> None:
    second = Open(UUID(int=9), MARCH.due_on, "KL/0", 10)
    assert settle(10, [MARCH, second]).parts == ((second.id, 10),)


def test_a_negative_amount_settles_nothing_but_is_an_error() -> None:
    with pytest.raises(ValueError, match="not negative"):
        settle(-1, ALL)


def test_with_nothing_open_all_is_surplus() -> None:
    assert settle(5, []).surplus == 5


DOCUMENTS = st.lists(
    st.builds(
        Open,
        id=st.uuids(),
        due_on=st.integers(0, 400).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
        number=st.text("0123456789", min_size=1, max_size=4),
        outstanding=st.integers(1, 10_000_000),
    ),
    max_size=8,
    unique_by=lambda item: item.id,
)


@given(DOCUMENTS, st.integers(0, 50_000_000), st.data())
def test_no_rupiah_is_lost_or_made(documents: list[Open], amount: int, data: st.DataObject) -> None:
    """Parts and surplus sum to the amount; nothing gets more than it wants; a surplus means that all is settled."""
    keys = [document.id for document in documents]
    first = set(data.draw(st.lists(st.sampled_from(keys), unique=True))) if keys else set()
    settled = settle(amount, documents, first)
    wants = {document.id: document.outstanding for document in documents}
    assert sum(part for _, part in settled.parts) + settled.surplus == amount
    assert all(0 < part <= wants[key] for key, part in settled.parts)
    assert len({key for key, _ in settled.parts}) == len(settled.parts)
    if settled.surplus:
        assert dict(settled.parts) == wants
    # all but the last one touched are settled in full
    assert all(part == wants[key] for key, part in settled.parts[:-1])


@given(DOCUMENTS, st.integers(0, 5_000_000), st.integers(0, 5_000_000))
def test_two_payments_settle_as_much_as_their_sum(documents: list[Open], one: int, other: int) -> None:
    """Paying in two parts leaves every document where one payment would have left it."""
    at_once = dict(settle(one + other, documents).parts)
    first = dict(settle(one, documents).parts)
    left = [
        Open(item.id, item.due_on, item.number, item.outstanding - first.get(item.id, 0))
        for item in documents
        if item.outstanding > first.get(item.id, 0)
    ]
    second = dict(settle(other, left).parts)
    keys = first.keys() | second.keys()
    assert {key: first.get(key, 0) + second.get(key, 0) for key in keys} == at_once
