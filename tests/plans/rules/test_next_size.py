"""What the next size costs (K19), from the documents' price lists."""

from decimal import Decimal
from typing import Any

import pytest

from plans.rules.catalogue import Charge, Text
from plans.rules.next_size import next_size

LAST_1, LAST_2 = {"up_to": None, "unit_price": "4000"}, {"up_to": None, "flat_fee": "3000000"}
X1: dict[str, Any] = {
    "model": "volume",
    "tiers": [{"up_to": 49, "unit_price": "0"}, {"up_to": 500, "unit_price": "5000"}, LAST_1],
}
K2 = {
    "model": "stairstep",
    "tiers": [{"up_to": 99, "flat_fee": "500000"}, {"up_to": 500, "flat_fee": "1500000"}, LAST_2],
}
STEPS = {"model": "graduated", "tiers": [{"up_to": 5, "unit_price": "300000"}, {"up_to": None, "unit_price": "200000"}]}


def charge(pricing: dict[str, Any], **fields: Any) -> Charge:
    text = Text(id="x", en="x")
    return Charge(code="c", plans=("p",), interval_months=1, description=text, pricing=pricing, **fields)


@pytest.mark.parametrize(
    ("pricing", "quantity", "begins", "price", "there", "here"),
    [
        (X1, 0, 50, 5000, 250_000, 0),
        (X1, 49, 50, 5000, 250_000, 0),
        (X1, 50, 501, 4000, 2_004_000, 250_000),
        (X1, 500, 501, 4000, 2_004_000, 2_500_000),
        (K2, 200, 501, None, 3_000_000, 1_500_000),
        (STEPS, 5, 6, 200_000, 1_700_000, 1_500_000),
        (X1 | {"included": "10"}, 59, 60, 5000, 250_000, 0),
        ({"model": "volume", "package_size": "10", "tiers": X1["tiers"]}, 200, 491, 5000, 250_000, 0),
    ],
)
def test_the_next_size_begins_just_past_this_one(
    pricing: dict[str, Any], quantity: int, begins: Any, price: Any, there: int, here: int
) -> None:
    """X1, K2, K19: 500 cost more than 501, and it is said."""
    found = next_size(charge(pricing), Decimal(quantity))
    assert found is not None
    assert (found.from_, found.unit_price, found.amount, found.here) == (begins, price, there, here)
    assert found.is_cheaper is (there < here)


def test_a_class_of_four_sessions_is_counted_in_classes() -> None:
    """N7: 12 classes are 48 sessions; the thirteenth is the first of the next size (52 > 49)."""
    found = next_size(charge(X1, each=Decimal(4)), Decimal(12))
    assert found is not None
    assert (found.from_, found.amount) == (Decimal(13), 260_000)


@pytest.mark.parametrize("quantity", [501, 10_000])
def test_after_the_last_size_there_is_none(quantity: int) -> None:
    assert next_size(charge(X1), Decimal(quantity)) is None


@pytest.mark.parametrize(
    "fields", [{"when": "once"}, {"quantity": "one"}, {"pricing": {"model": "per_unit", "unit_price": "5000"}}]
)
def test_what_has_no_sizes_has_no_next_one(fields: dict[str, Any]) -> None:
    assert next_size(charge(**({"pricing": X1} | fields)), Decimal(10)) is None
