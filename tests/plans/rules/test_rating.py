"""What a quantity costs: the tables of the documents, every model, bounds, proration, locks."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from plans.errors import PricingError
from plans.rules.periods import Period
from plans.rules.rating import Proration, Rated, rate
from plans.rules.terms import parse_charge
from tests.plans.rules.price_tables import (
    DOCUMENTED,
    KLUSTERA_FLAT,
    KLUSTERA_PER_UNIT,
    XCLASS_2025,
    XCLASS_2028,
    Charge,
    tiers,
)

YEAR = Period(date(2025, 3, 1), date(2026, 3, 1))


def rated(charge: Charge, quantity: str | int, **options: object) -> Rated:
    return rate(parse_charge(charge), Decimal(quantity), **options)  # type: ignore[arg-type]


def shares(result: Rated) -> list[tuple[int | None, str, int]]:
    return [(part.tier, str(part.quantity), part.amount) for part in result.parts]


@pytest.mark.parametrize(("name", "charge", "quantity", "amount"), DOCUMENTED)
def test_every_price_of_the_documents_comes_out(name: str, charge: Charge, quantity: int, amount: int) -> None:
    """X1, X2, K1, K2, with the cliffs at 49/50, 99/100, 200/201 and 500/501."""
    assert rated(charge, quantity).amount == amount, name


def test_a_school_of_150_pays_750_000_and_is_told_why() -> None:
    """X1: 150 × 5.000."""
    result = rated(XCLASS_2025, 150)
    assert (result.amount, result.tier_index, result.unit_price) == (750_000, 1, Decimal(5000))
    assert result.formula == "150 × 5.000"
    assert shares(result) == [(2, "150", 750_000)]


MODELS: list[tuple[str, Charge, str, int]] = [
    ("a flat amount ignores the quantity", {"model": "flat", "amount": "5000000"}, "7", 5_000_000),
    ("per unit", {"model": "per_unit", "unit_price": "1500.50"}, "3", 4_502),  # 4.501,50 half up
    ("per unit, 2 included", {"model": "per_unit", "unit_price": "100", "included": 2}, "5", 300),
    ("per unit, all included", {"model": "per_unit", "unit_price": "100", "included": 9}, "5", 0),
    ("per started ten", {"model": "per_unit", "unit_price": "100", "package_size": 10}, "21", 300),
    ("included before packages", {"model": "per_unit", "unit_price": 100, "package_size": 4, "included": 2}, "12", 300),
    ("package, none started", {"model": "package", "package_size": 50, "package_price": 9000}, "0", 0),
    ("package, one started", {"model": "package", "package_size": 50, "package_price": 9000}, "1", 9_000),
    ("package, one full", {"model": "package", "package_size": 50, "package_price": 9000}, "50", 9_000),
    ("package, two started", {"model": "package", "package_size": 50, "package_price": 9000}, "50.5", 18_000),
    ("1 % of turnover", {"model": "percentage", "rate": "0.01"}, "12345650", 123_457),  # 123.456,50
    ("minimum", {"model": "per_unit", "unit_price": "100", "minimum": "1000"}, "5", 1_000),
    ("maximum", {"model": "per_unit", "unit_price": "100", "maximum": "400"}, "5", 400),
    ("minimum reached", {"model": "per_unit", "unit_price": "100", "minimum": "500"}, "5", 500),
    ("half a rupiah goes up", {"model": "flat", "amount": "0.5"}, "1", 1),
    ("less than half goes down", {"model": "flat", "amount": "0.499999999999"}, "1", 0),
    (
        "volume adds the flat fee of its tier only",
        {
            "model": "volume",
            "tiers": [
                {"up_to": 10, "unit_price": 100, "flat_fee": 7},
                {"up_to": None, "unit_price": 50, "flat_fee": 9},
            ],
        },
        "11",
        559,
    ),
    (
        "volume by started packages",
        {"model": "volume", "package_size": 10, "tiers": tiers((2, "900"), (None, "800"))},
        "21",
        2_400,
    ),
    (
        "a quantity between whole bounds is in the next tier",
        {"model": "volume", "tiers": tiers((49, "0"), (None, "100"))},
        "49.5",
        4_950,
    ),
]


@pytest.mark.parametrize(("name", "charge", "quantity", "amount"), MODELS, ids=[row[0] for row in MODELS])
def test_each_model_prices_by_its_definition(name: str, charge: Charge, quantity: str, amount: int) -> None:
    assert rated(charge, quantity).amount == amount


GRADUATED: Charge = {
    "model": "graduated",
    "tiers": [
        {"up_to": 10, "unit_price": "100", "flat_fee": "1000"},
        {"up_to": 20, "unit_price": "50", "flat_fee": "2000"},
        {"up_to": None, "unit_price": "10"},
    ],
}


@pytest.mark.parametrize(
    ("quantity", "parts"),
    [
        ("0", [(1, "0", 1_000)]),
        ("10", [(1, "10", 2_000)]),
        ("10.5", [(1, "10", 2_000), (2, "0.5", 2_025)]),
        ("20", [(1, "10", 2_000), (2, "10", 2_500)]),
        ("21", [(1, "10", 2_000), (2, "10", 2_500), (3, "1", 10)]),
    ],
)
def test_graduated_charges_the_flat_fee_of_every_tier_entered(quantity: str, parts: list[tuple[int, str, int]]) -> None:
    result = rated(GRADUATED, quantity)
    assert shares(result) == parts
    assert result.amount == sum(part[2] for part in parts)
    assert result.unit_price is None


def test_graduated_percentage_takes_each_part_at_its_own_rate() -> None:
    """1.000.000 at 2 % is 20.000, the other 500.000 at 1 % is 5.000, and 2.500 for the second tier."""
    charge: Charge = {
        "model": "graduated_percentage",
        "tiers": [{"up_to": 1_000_000, "rate": "0.02"}, {"up_to": None, "rate": "0.01", "flat_fee": 2500}],
    }
    result = rated(charge, 1_500_000)
    assert shares(result) == [(1, "1000000", 20_000), (2, "500000", 7_500)]
    assert result.formula == "1.000.000 × 2 % + 500.000 × 1 % + 2.500"


def test_a_percentage_adds_its_fixed_fee_for_each_event() -> None:
    """1,3 % of 10.000.000 is 130.000, and twice 2.500."""
    charge: Charge = {"model": "percentage", "rate": "0.013", "fixed_fee": "2500"}
    assert rated(charge, 10_000_000, events=2).amount == 135_000
    assert rated(charge, 10_000_000).amount == 130_000


def test_a_housing_complex_of_200_pays_the_flat_fee_of_medium() -> None:
    """K2."""
    result = rated(KLUSTERA_FLAT, 200)
    assert (result.amount, result.tier_index, result.formula) == (1_500_000, 1, "1.500.000")


@pytest.mark.parametrize(
    ("start", "amount"),
    [
        (date(2025, 3, 1), 125_000),
        (date(2025, 9, 1), 61_986),  # × 181/365 = 61.986,30
        (date(2026, 2, 28), 342),  # × 1/365 = 342,47
        (date(2026, 3, 1), 0),
    ],
)
def test_25_more_students_pay_for_the_rest_of_the_year(start: date, amount: int) -> None:
    """X8, proration by actual days: 25 × 5.000 = 125.000 for the whole year."""
    result = rated(XCLASS_2025, 25, unit_price_override=Decimal(5000), proration=Proration(YEAR, start))
    assert result.amount == amount
    assert sum(part.amount for part in result.parts) == amount


def test_proration_follows_the_minimum_and_rounds_once() -> None:
    """The minimum of 1.000 for 184 of 365 days: 504,11."""
    charge: Charge = {"model": "per_unit", "unit_price": "100", "minimum": "1000"}
    result = rated(charge, 5, proration=Proration(Period(date(2025, 1, 1), date(2026, 1, 1)), date(2025, 7, 1)))
    assert (result.amount, result.limited_by) == (504, "minimum")
    assert result.exact == Fraction(184_000, 365)
    assert result.formula == "max(5 × 100; 1.000) × 184/365"


def test_a_mid_month_start_pays_22_of_31_days() -> None:
    """K3: from 10 March, 200 units: 600.000 × 22/31 = 425.806,45."""
    march = Period(date(2025, 3, 1), date(2025, 4, 1))
    result = rated(KLUSTERA_PER_UNIT, 200, proration=Proration(march, date(2025, 3, 10)))
    assert result.amount == 425_806
    assert result.formula == "(200 × 3.000) × 22/31"


@pytest.mark.parametrize("start", [date(2025, 2, 28), date(2026, 3, 2)])
def test_proration_from_a_day_outside_the_period_is_refused(start: date) -> None:
    with pytest.raises(PricingError) as caught:
        Proration(YEAR, start)
    assert caught.value.field == "proration.start"


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [(502, "5000", 2_510_000), (600, "5000", 3_000_000), (450, "4000", 1_800_000)],
)
def test_a_locked_unit_price_holds_across_tiers(quantity: int, price: str, amount: int) -> None:
    """X3: 499 → 502 and 100 → 600 stay at 5.000; one that began at 600 stays at 4.000."""
    assert rated(XCLASS_2025, quantity, unit_price_override=Decimal(price)).amount == amount


def test_a_locked_tier_holds_across_tiers() -> None:
    """X3, with the book of 2028: the third tier (10.000) kept at 150 students."""
    result = rated(XCLASS_2028, 150, tier_override=2)
    assert (result.amount, result.tier_index) == (1_500_000, 2)


@pytest.mark.parametrize(
    ("charge", "options", "code"),
    [
        (GRADUATED, {"tier_override": 0}, "not_lockable"),
        (GRADUATED, {"unit_price_override": Decimal(1)}, "not_lockable"),
        (KLUSTERA_FLAT, {"unit_price_override": Decimal(1)}, "not_lockable"),
        (XCLASS_2025, {"tier_override": 3}, "no_such_tier"),
        (XCLASS_2025, {"unit_price_override": Decimal(-1)}, "negative"),
    ],
)
def test_a_lock_that_would_do_nothing_is_refused(charge: Charge, options: dict[str, object], code: str) -> None:
    with pytest.raises(PricingError) as caught:
        rated(charge, 1, **options)
    assert caught.value.code == code


def test_a_negative_quantity_is_refused() -> None:
    with pytest.raises(PricingError) as caught:
        rated(XCLASS_2025, -1)
    assert (caught.value.code, caught.value.field) == ("negative", "quantity")


def test_30_digits_are_not_rounded_on_the_way() -> None:
    """The default decimal context would round at 28 digits."""
    charge: Charge = {"model": "per_unit", "unit_price": "1", "included": "0.000000000001"}
    assert rated(charge, "999999999999999999").billable == Decimal("999999999999999998.999999999999")
