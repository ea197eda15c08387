"""Money back, as tables: what it is taken from, how much is left, who must agree, and what the gateway can carry."""

from datetime import date, timedelta

import pytest

from billing.gateways.methods import gateway_can_refund
from billing.rules.refunds import Spread, needs_second_person, refundable, spread_refund

PAID = date(2025, 3, 10)


@pytest.mark.parametrize(
    ("amount", "credit", "settled", "spread"),
    [
        (250_000, 250_000, [("a", 750_000)], Spread(250_000, (), 0)),
        (300_000, 250_000, [("a", 750_000)], Spread(250_000, (("a", 50_000),), 0)),
        (900_000, 0, [("b", 300_000), ("a", 750_000)], Spread(0, (("b", 300_000), ("a", 600_000)), 0)),
        (100_000, 0, [], Spread(0, (), 100_000)),  # it was credit once, and has been used
        (100_000, -5, [("a", 40_000)], Spread(0, (("a", 40_000),), 60_000)),
    ],
)
def test_credit_goes_first_and_the_parts_add_up(
    amount: int, credit: int, settled: list[tuple[str, int]], spread: Spread[str]
) -> None:
    found = spread_refund(amount, credit, settled)
    assert found == spread
    assert found.credit + sum(part for _key, part in found.documents) + found.elsewhere == amount


def test_nothing_is_no_refund() -> None:
    with pytest.raises(ValueError, match="more than zero"):
        spread_refund(0, 100, [])


def test_repeated_refunds_never_exceed_what_was_paid() -> None:
    assert refundable(750_000, [100_000, 50_000]) == 600_000
    assert refundable(750_000, [750_000, 1]) == 0


def test_the_limit_itself_is_one_person_s() -> None:
    assert [needs_second_person(amount, 1_000_000) for amount in (999_999, 1_000_000, 1_000_001)] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("payment_type", "days", "partial", "can"),
    [
        ("qris", 7, True, True),
        ("qris", 8, True, False),
        ("gopay", 45, False, True),
        ("ovo", 1, True, False),  # only as a whole
        ("ovo", 1, False, True),
        ("shopeepay", 365, False, True),
        ("bank_transfer", 0, False, False),  # a virtual account never
        ("cstore", 0, False, False),
        ("", 0, False, False),
    ],
)
def test_a_gateway_refund_depends_on_method_age_and_part(
    payment_type: str, days: int, partial: bool, can: bool
) -> None:
    assert gateway_can_refund(payment_type, PAID, PAID + timedelta(days=days), partial=partial) is can
