"""Charges read from data: what is missing, foreign or impossible is named."""

from decimal import Decimal

import pytest

from plans.errors import PricingError
from plans.rules.terms import MODELS, Volume, charge_to_dict, parse_charge
from plans.rules.tiers import check_tiers, tier_for
from tests.plans.rules.price_tables import (
    KLUSTERA_FLAT,
    XCLASS_2025,
    Charge,
    tiers,
    volume,
)

WRONG: list[tuple[object, str, str]] = [
    (None, "not_an_object", "charge"),
    ([], "not_an_object", "charge"),
    ({}, "missing", "charge.model"),
    ({"model": None}, "missing", "charge.model"),
    ({"model": 5}, "not_text", "charge.model"),
    ({"model": "tiered"}, "unknown_model", "charge.model"),
    ({"model": "flat"}, "missing", "charge.amount"),
    ({"model": "flat", "amount": "-1"}, "negative", "charge.amount"),
    ({"model": "flat", "amount": "1", "unit_price": "1"}, "unexpected", "charge.unit_price"),
    ({"model": "flat", "amount": "1", "package_size": "1"}, "unexpected", "charge.package_size"),
    ({"model": "per_unit", "unit_price": "1", "included": "-1"}, "negative", "charge.included"),
    ({"model": "per_unit", "unit_price": "1", "package_size": 0}, "not_positive", "charge.package_size"),
    ({"model": "per_unit", "unit_price": "1", "minimum": 5, "maximum": 4}, "minimum_above_maximum", "charge.minimum"),
    ({"model": "package", "package_price": "1"}, "missing", "charge.package_size"),
    ({"model": "percentage", "rate": "1.3%"}, "not_a_number", "charge.rate"),
    ({"model": "volume"}, "missing", "charge.tiers"),
    ({"model": "volume", "tiers": {}}, "not_a_list", "charge.tiers"),
    ({"model": "volume", "tiers": []}, "empty", "charge.tiers"),
    ({"model": "volume", "tiers": [7]}, "not_an_object", "charge.tiers[0]"),
    (volume((10, "1")), "last_tier_not_open", "charge.tiers[0].up_to"),
    (volume((None, "1"), (None, "1")), "tier_after_open", "charge.tiers[0].up_to"),
    (volume((10, "1"), (10, "1"), (None, "1")), "tiers_overlap", "charge.tiers[1].up_to"),
    (volume((10, "1"), (9, "1"), (None, "1")), "tiers_out_of_order", "charge.tiers[1].up_to"),
    (volume((-1, "1"), (None, "1")), "negative", "charge.tiers[0].up_to"),
    (volume((10, "1"), (None, "-1")), "negative", "charge.tiers[1].unit_price"),
    ({"model": "volume", "tiers": [{"unit_price": "1"}]}, "missing", "charge.tiers[0].up_to"),
    ({"model": "volume", "tiers": [{"up_to": None}]}, "missing", "charge.tiers[0].unit_price"),
    ({"model": "volume", "tiers": [{"up_to": None, "unit_price": 1, "from": 0}]}, "unexpected", "charge.tiers[0].from"),
    ({"model": "volume", "tiers": [{"up_to": None, "rate": "1"}]}, "unexpected", "charge.tiers[0].rate"),
    ({"model": "volume", "tiers": [{"up_to": None, "unit_price": 1, "name": 3}]}, "not_text", "charge.tiers[0].name"),
    ({"model": "stairstep", "tiers": tiers((None, "1"))}, "not_allowed", "charge.tiers[0].unit_price"),
    ({"model": "stairstep", "tiers": tiers((None, "0"))}, "missing", "charge.tiers[0].flat_fee"),
    ({"model": "graduated_percentage", "tiers": tiers((None, "1"))}, "unexpected", "charge.tiers[0].unit_price"),
]


@pytest.mark.parametrize(("data", "code", "field"), WRONG)
def test_a_wrong_charge_is_refused_by_the_name_of_its_field(data: object, code: str, field: str) -> None:
    with pytest.raises(PricingError) as caught:
        parse_charge(data)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert str(caught.value).startswith(f"{field}: ")


@pytest.mark.parametrize("charge", [XCLASS_2025, KLUSTERA_FLAT, {"model": "flat", "amount": "1", "minimum": None}])
def test_a_charge_keeps_its_meaning_when_written_down(charge: Charge) -> None:
    parsed = parse_charge(charge)
    assert parse_charge(charge_to_dict(parsed)) == parsed


def test_tiers_keep_their_names() -> None:
    charge: Charge = {
        "model": "volume",
        "tiers": [{"up_to": 49, "unit_price": "0", "name": "free-forever"}, {"up_to": None, "unit_price": "5000.0"}],
    }
    assert charge_to_dict(parse_charge(charge)) == {
        "model": "volume",
        "tiers": [{"up_to": "49", "unit_price": "0", "name": "free-forever"}, {"up_to": None, "unit_price": "5000"}],
    }


@pytest.mark.parametrize(("quantity", "index"), [("0", 0), ("49", 0), ("49.1", 1), ("50", 1), ("500", 1), ("501", 2)])
def test_a_bound_belongs_to_the_tier_below(quantity: str, index: int) -> None:
    """X1: 50 is a paid school, 501 an enterprise."""
    charge = parse_charge(XCLASS_2025)
    assert isinstance(charge, Volume)
    assert tier_for(charge.tiers, Decimal(quantity)) == (index, charge.tiers[index])


def test_tiers_without_an_open_end_leave_a_quantity_without_a_price() -> None:
    charge = parse_charge(XCLASS_2025)
    assert isinstance(charge, Volume)
    with pytest.raises(PricingError, match="must be open"):
        check_tiers(charge.tiers[:2])
    with pytest.raises(PricingError, match="no tier holds 501"):
        tier_for(charge.tiers[:2], Decimal(501))


def test_the_models_are_those_of_the_interface() -> None:
    assert set(MODELS) == {
        "flat",
        "per_unit",
        "volume",
        "graduated",
        "stairstep",
        "package",
        "percentage",
        "graduated_percentage",
    }
