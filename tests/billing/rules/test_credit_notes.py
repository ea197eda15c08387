"""How a credit note is spread over an invoice's lines, and that its parts never exceed the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.credit_notes import Left, Taken, take_all, take_amount, take_of_lines

TWO = (Left(1, 600_000), Left(2, 300_000))


def test_all_that_is_left_is_taken_back() -> None:
    assert take_all((Left(1, 0), Left(2, 300, 33))) == (Taken(2, 300, 33),)


def test_a_part_is_spread_over_the_lines_and_adds_up() -> None:
    """100.000 of 600.000 and 300.000: two thirds and one third."""
    assert take_amount(TWO, 100_000) == (Taken(1, 66_667, 0), Taken(2, 33_333, 0))


def test_a_line_alone_is_taken_back() -> None:
    assert take_of_lines(TWO, {2: 50_000}) == (Taken(2, 50_000, 0),)


def test_the_last_part_takes_what_rounding_left_of_the_tax() -> None:
    """999 with 110 of tax, three times 333: 37 + 37 + 36."""
    net, tax, parts = 999, 110, []
    for _time in range(3):
        (taken,) = take_amount((Left(1, net, tax),), 333)
        parts.append(taken.tax)
        net, tax = net - taken.net, tax - taken.tax
    assert parts == [37, 37, 36]
    assert (net, tax) == (0, 0)


@pytest.mark.parametrize("net", [0, -1, 900_001])
def test_nothing_and_too_much_are_refused(net: int) -> None:
    with pytest.raises(ValueError, match="more than is left"):
        take_amount(TWO, net)


@pytest.mark.parametrize("nets", [{}, {1: 0}, {1: 600_001}, {3: 1}, {1: 1, 2: 300_001}])
def test_a_line_gives_no_more_than_it_has(nets: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="more than is left"):
        take_of_lines(TWO, nets)


@given(
    lines=st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**8)), min_size=1, max_size=6),
    share=st.integers(1, 100),
)
def test_what_is_taken_is_what_was_asked_and_no_line_goes_below_zero(lines: list[tuple[int, int]], share: int) -> None:
    left = tuple(Left(at, net, tax) for at, (net, tax) in enumerate(lines, start=1))
    asked = max(1, sum(line.net for line in left) * share // 100)
    if asked > sum(line.net for line in left):
        return
    taken = {item.position: item for item in take_amount(left, asked)}
    assert sum(item.net for item in taken.values()) == asked
    for line in left:
        item = taken.get(line.position, Taken(line.position, 0, 0))
        assert 0 <= item.net <= line.net
        assert 0 <= item.tax <= line.tax
