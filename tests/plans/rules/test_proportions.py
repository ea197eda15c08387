"""Intervals and sample sizes against the figures of the textbooks (K13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.rules.proportions import Interval, Share, difference, sample_size, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0000),
    ],
)
def test_wilsons_interval_is_that_of_newcombes_first_table(hits: int, of: int, low: float, high: float) -> None:
    """K13: Newcombe 1998, Statistics in Medicine 17, 857–872, method 3."""
    found = wilson(Share(hits, of))
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(
    ("other", "one", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
    ],
)
def test_a_differences_interval_is_that_of_newcombes_second_table(
    other: tuple[int, int], one: tuple[int, int], low: float, high: float
) -> None:
    """K13: Newcombe 1998, Statistics in Medicine 17, 873–890, method 10."""
    found = difference(Share(*one), Share(*other))
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(
    ("base", "gap", "each"), [(0.10, 0.05, 686), (0.50, 0.10, 388), (0.20, 0.10, 294), (0.05, 0.05, 435)]
)
def test_the_sample_size_is_that_of_the_tables(base: float, gap: float, each: int) -> None:
    """K13: Fleiss, two-sided 5 %, power 80 %, without correction for continuity."""
    assert sample_size(base, gap) == each


@pytest.mark.parametrize(("base", "gap"), [(0.0, 0.05), (1.0, 0.05), (0.98, 0.05), (0.5, 0.6), (0.0, 1.0)])
def test_a_sample_size_is_found_at_the_edges_too(base: float, gap: float) -> None:
    """K13: nothing divides by zero."""
    assert 0 < sample_size(base, gap) < 1000


def test_of_nobody_everything_is_possible() -> None:
    """K13: no visitor yet."""
    assert Share(0, 0).rate is None
    assert wilson(Share(0, 0)) == Interval(0.0, 1.0)
    assert difference(Share(0, 0), Share(3, 10)) == Interval(-1.0, 1.0)


@pytest.mark.parametrize(("hits", "of"), [(1, 0), (-1, 3), (4, 3)])
def test_more_hits_than_there_are_is_no_share(hits: int, of: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        Share(hits, of)


@pytest.mark.parametrize(("base", "gap"), [(0.1, 0.0), (1.1, 0.1), (0.1, -0.1), (-0.1, 0.1)])
def test_a_difference_of_nothing_is_found_by_no_sample(base: float, gap: float) -> None:
    with pytest.raises(ValueError, match="no sample"):
        sample_size(base, gap)


SHARES = st.integers(1, 5000).flatmap(lambda of: st.builds(Share, st.integers(0, of), st.just(of)))


@given(SHARES, SHARES)
def test_intervals_hold_what_was_seen_and_stay_within_what_is_possible(one: Share, other: Share) -> None:
    """K13, for any counts; the difference the other way round is its mirror."""
    found, gap, back = wilson(one), difference(one, other), difference(other, one)
    assert one.rate is not None
    assert other.rate is not None
    assert 0 <= found.low <= one.rate <= found.high <= 1
    assert -1 - 1e-9 <= gap.low <= other.rate - one.rate <= gap.high <= 1 + 1e-9
    assert [gap.low, gap.high] == pytest.approx([-back.high, -back.low])
