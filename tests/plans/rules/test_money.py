"""Numbers read strictly, rounded once, shared out whole, written as people read them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from plans.errors import PricingError
from plans.rules.money import (
    allocate,
    format_number,
    format_rupiah,
    parse_decimal,
    plain,
    prorate,
    round_half_up,
    shown,
)


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (Decimal("0.5"), 1),
        (Decimal("1.5"), 2),
        (Decimal("2.5"), 3),
        (Decimal("2.499999999999"), 2),
        (Fraction(1, 3), 0),
        (Fraction(-5, 2), -3),
        (Fraction(-1, 3), 0),
        (7, 7),
    ],
)
def test_halves_are_rounded_away_from_zero(value: Decimal | Fraction | int, whole: int) -> None:
    assert round_half_up(value) == whole


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [0, 1], [0, 10]),
        (5, [0, 0], [3, 2]),
        (0, [1, 2], [0, 0]),
        (0, [], []),
        (1, [Decimal("0.1"), Decimal("0.9")], [0, 1]),
        (10, [Fraction(1, 3), Fraction(2, 3)], [3, 7]),
    ],
)
def test_a_total_is_shared_out_by_largest_remainder(
    total: int, weights: list[int | Decimal | Fraction], shares: list[int]
) -> None:
    assert allocate(total, weights) == shares


@pytest.mark.parametrize("weights", [[], [-1, 2]])
def test_a_total_that_cannot_be_shared_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        allocate(1, weights)


@pytest.mark.parametrize(
    ("amount", "days", "of_days", "part"),
    [(365_000, 1, 365, 1_000), (125_000, 181, 365, 61_986), (1, 1, 2, 1), (600_000, 0, 31, 0), (31, 31, 31, 31)],
)
def test_a_part_of_a_period_costs_its_days(amount: int, days: int, of_days: int, part: int) -> None:
    assert prorate(amount, days, of_days) == part


@pytest.mark.parametrize(("days", "of_days"), [(1, 0), (-1, 30), (31, 30)])
def test_days_that_are_no_part_of_a_period_are_refused(days: int, of_days: int) -> None:
    with pytest.raises(ValueError, match="no part"):
        prorate(1_000, days, of_days)


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "Rp 0"), (999, "Rp 999"), (750_000, "Rp 750.000"), (-5_000, "-Rp 5.000")]
)
def test_rupiah_are_written_with_points(amount: int, text: str) -> None:
    assert format_rupiah(amount) == text
    assert format_rupiah(amount, spaced=False) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("number", "text", "shown"),
    [
        ("150.0", "150", "150"),
        ("1.5E+2", "150", "150"),
        ("0.0130", "0.013", "0,013"),
        ("-0", "0", "0"),
        ("-0.5", "-0.5", "-0,5"),
        ("123456789012345678.123456789012", "123456789012345678.123456789012", "123.456.789.012.345.678,123456789012"),
    ],
)
def test_numbers_are_written_plainly(number: str, text: str, shown: str) -> None:
    assert plain(Decimal(number)) == text
    assert format_number(Decimal(number)) == shown


@pytest.mark.parametrize(
    "value", ["150", "0.013", "007", "-5", "9" * 18 + "." + "9" * 12, 0, 10**18 - 1, Decimal("1.50")]
)
def test_plain_numbers_are_read(value: object) -> None:
    assert parse_decimal(value, "quantity") == Decimal(str(value))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "not_a_number"),
        (" 150", "not_a_number"),
        ("150\n", "not_a_number"),
        ("1e3", "not_a_number"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("+5", "not_a_number"),
        (".5", "not_a_number"),
        ("5.", "not_a_number"),
        ("1,000", "not_a_number"),
        ("1_000", "not_a_number"),
        ("١٥", "not_a_number"),
        (True, "not_a_number"),
        (1.5, "not_a_number"),
        (None, "not_a_number"),
        ([1], "not_a_number"),
        ({}, "not_a_number"),
        (Decimal("1E+3"), "not_a_number"),
        (Decimal("1E+999999"), "not_a_number"),
        (Decimal("NaN"), "not_a_number"),
        ("1" + "0" * 18, "too_many_digits"),
        ("0." + "0" * 12 + "1", "too_many_digits"),
        (10**18, "too_many_digits"),
    ],
)
def test_anything_else_is_refused_by_name(value: object, code: str) -> None:
    with pytest.raises(PricingError) as caught:
        parse_decimal(value, "charge.amount")
    assert (caught.value.code, caught.value.field) == (code, "charge.amount")
    assert len(caught.value.message) < 120


def test_a_number_too_long_to_print_is_refused_too() -> None:
    with pytest.raises(PricingError) as caught:
        parse_decimal(10**5000, "amount")
    assert caught.value.code == "too_many_digits"
    assert shown(10**5000) == "a very large number"
