"""Projections and break-even, to the rupiah of the documents (X12, K17, K18)."""

from datetime import date
from fractions import Fraction

import pytest

from reports.rules.projections import (
    Group,
    Limits,
    Signal,
    break_even,
    churn_signal,
    conversion_signal,
    scenario,
    year_after,
)
from reports.selectors.price_lists import price_list

D = date
F = Fraction


@pytest.mark.parametrize(
    ("counts", "yearly"), [((20, 10, 5), 32_500_000), ((50, 30, 20), 105_000_000), ((100, 60, 40), 210_000_000)]
)
def test_the_schools_of_the_document_bring_what_it_says_x12(db: None, counts: tuple[int, ...], yearly: int) -> None:
    """By the price book of 2025 itself: 500 students are still at 5.000."""
    groups = [Group(count, size) for count, size in zip(counts, (100, 200, 500), strict=True)]
    assert scenario(groups, price_list("xclass", D(2025, 6, 1))).yearly == yearly


def test_another_book_and_a_monthly_plan_have_their_own_prices_x2_k1(db: None) -> None:
    """2026: 7.500 a student. 200 units at 3.000 a month are 7.200.000 a year; 40 students are free."""
    assert scenario([Group(20, 100)], price_list("xclass", D(2026, 6, 1))).yearly == 15_000_000
    found = scenario([Group(5, 200)], price_list("klustera", D(2026, 6, 1)))
    assert (found.customers, found.units, found.yearly, found.unit_price) == (5, 1000, 36_000_000, F(3000))
    assert scenario([Group(7, 40)], price_list("xclass", D(2025, 6, 1))).yearly == 0


@pytest.mark.parametrize(
    ("complexes", "size", "price", "mrr"),
    [(20, 150, 3500, 10_500_000), (50, 200, 3000, 30_000_000), (100, 250, 2500, 62_500_000)],
)
def test_klusteras_three_scenarios_k18(complexes: int, size: int, price: int, mrr: int) -> None:
    found = scenario([Group(complexes, size)], lambda units: units * price * 12)
    assert (found.yearly, found.unit_price) == (mrr * 12, F(price))


def test_klusteras_years_k18() -> None:
    """A fifth leaves each year. The document rounds the third year's 127.800 units up to 128.000, and so 281.600.000."""
    second = year_after(50, F(1, 5), (30, 40, 50, 60), 250, F(2500))
    assert (second.kept, second.customers, second.units) == (40, 220, 55_000)
    assert (second.mrr, second.yearly) == (137_500_000, 1_650_000_000)
    third = year_after(second.customers, F(1, 5), (250,), 300, F(2200))
    assert (third.kept, third.customers, third.units, third.mrr) == (176, 426, 127_800, 281_160_000)
    assert year_after(128_000, F(0), (), 1, F(2200)).mrr == 281_600_000


@pytest.mark.parametrize(
    ("fixed", "variable", "price", "units"),
    [
        (850_000, 150, 3000, 299),
        (855_000, 150, 3000, 300),  # exactly 300 × 2.850
        (855_001, 150, 3000, 301),
        (0, 150, 3000, 0),
        (850_000, 3000, 3000, None),
        (850_000, 4000, 3000, None),
    ],
)
def test_break_even_is_the_first_unit_that_pays_for_all_k18(
    fixed: int, variable: int, price: int, units: int | None
) -> None:
    assert break_even(fixed, F(variable), F(price)) == units


@pytest.mark.parametrize(
    ("churn", "conversion", "signals"),
    [
        (F(9, 1000), F(31, 100), (Signal.RAISE, Signal.RAISE)),
        (F(1, 100), F(30, 100), (None, None)),
        (F(5, 100), F(10, 100), (None, None)),
        (F(51, 1000), F(9, 100), (Signal.LOWER, Signal.LOWER)),
        (None, None, (None, None)),
    ],
)
def test_price_signals_just_at_and_beyond_their_limits_k17(
    churn: Fraction | None, conversion: Fraction | None, signals: tuple[Signal | None, Signal | None]
) -> None:
    churning, converting = Limits(F(1, 100), F(5, 100)), Limits(F(10, 100), F(30, 100))
    assert (churn_signal(churn, churning), conversion_signal(conversion, converting)) == signals


def test_nobody_has_no_price() -> None:
    empty = scenario([], lambda size: size)
    assert (empty.yearly, empty.unit_price) == (0, None)
