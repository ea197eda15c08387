"""What a gateway's answer means, as tables; no database, no network."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from billing.gateways.methods import LIMITS, fee_of, methods_for, passed_on, shares
from billing.gateways.sandbox.codes import _crc, qr_text
from billing.gateways.transitions import STATES, is_late_payment, may_follow
from billing.gateways.values import CheckoutItem, GatewayStatus, Outcome, gateway_time, outcome_of, whole_rupiah
from tests.gateways.conftest import request_for


@pytest.mark.parametrize(
    ("status", "fraud", "code", "outcome"),
    [
        ("settlement", "", "200", Outcome.PAID),
        ("settlement", "accept", "200", Outcome.PAID),
        ("Capture", "ACCEPT", "200", Outcome.PAID),
        # `accept` alone proves nothing, nor does a status without its code.
        ("pending", "accept", "200", Outcome.PENDING),
        ("settlement", "accept", "201", Outcome.UNKNOWN),
        ("settlement", "accept", "", Outcome.UNKNOWN),
        ("capture", "challenge", "201", Outcome.CHALLENGED),
        ("capture", "challenge", "200", Outcome.CHALLENGED),
        ("settlement", "deny", "200", Outcome.DENIED),
        ("capture", "something new", "200", Outcome.UNKNOWN),
        ("authorize", "accept", "200", Outcome.PENDING),
        ("pending", "", "201", Outcome.PENDING),
        ("deny", "", "202", Outcome.DENIED),
        ("cancel", "", "200", Outcome.CANCELLED),
        ("expire", "", "407", Outcome.EXPIRED),
        ("refund", "", "200", Outcome.REFUNDED),
        ("partial_refund", "", "200", Outcome.PARTIALLY_REFUNDED),
        ("chargeback", "", "200", Outcome.CHARGEBACK),
        ("partial_chargeback", "", "200", Outcome.CHARGEBACK),
        ("failure", "", "200", Outcome.UNKNOWN),
    ],
)
def test_only_code_200_with_capture_or_settlement_and_no_doubt_is_paid(
    status: str, fraud: str, code: str, outcome: Outcome
) -> None:
    assert outcome_of(status, fraud, code) is outcome


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("", "pending", True),
        ("", "settlement", True),  # the notice of the pending one was lost
        ("", "nonsense", False),
        ("pending", "settlement", True),
        ("pending", "capture", True),
        ("pending", "expire", True),
        ("pending", "refund", True),  # the settlement's notice was lost
        ("settlement", "pending", False),  # out of order
        ("settlement", "settlement", False),  # a duplicate
        ("settlement", "deny", True),  # Permata, Mandiri Bill, Indomaret reversal
        ("settlement", "expire", False),
        ("settlement", "chargeback", True),
        ("capture", "settlement", True),
        ("capture", "cancel", True),
        ("challenge", "capture", True),
        ("challenge", "deny", True),
        ("capture", "challenge", False),
        ("partial_refund", "partial_refund", True),
        ("partial_refund", "refund", True),
        ("refund", "partial_refund", False),
        ("partial_chargeback", "chargeback", True),
        ("deny", "settlement", False),  # of one transaction; another attempt is another transaction
        ("expire", "settlement", False),  # see is_late_payment
        ("cancel", "expire", False),
    ],
)
def test_a_transaction_moves_forward_only(old: str, new: str, allowed: bool) -> None:
    assert may_follow(old, new) is allowed


def test_two_different_states_never_follow_each_other_in_both_directions() -> None:
    pairs = [(one, two) for one in STATES for two in STATES if one != two]
    assert [pair for pair in pairs if may_follow(*pair) and may_follow(*reversed(pair))] == []


@pytest.mark.parametrize(("old", "new"), [("expire", "settlement"), ("cancel", "capture"), ("deny", "settlement")])
def test_money_after_the_end_is_recognised(old: str, new: str) -> None:
    assert is_late_payment(old, new)
    assert not is_late_payment("pending", new)


@pytest.mark.parametrize(
    ("amount", "offered", "left_out"),
    [
        (9_999, {"bni_va", "other_qris", "gopay"}, {"bca_va", "credit_card", "indomaret"}),
        (10_000, {"bca_va", "credit_card", "indomaret"}, set()),
        (5_000_000, {"indomaret", "alfamart"}, set()),
        (5_000_001, {"other_qris"}, {"indomaret", "alfamart"}),
        (10_000_000, {"other_qris", "ovo"}, set()),
        (10_000_001, {"gopay", "dana"}, {"other_qris"}),
        (20_000_001, {"bca_va", "echannel", "credit_card"}, {"gopay", "shopeepay", "dana", "ovo"}),
        (999_999_999, {"credit_card"}, set()),
        (1_000_000_000, {"bca_va"}, {"credit_card"}),
    ],
)
def test_only_methods_that_carry_the_amount_are_offered(amount: int, offered: set[str], left_out: set[str]) -> None:
    methods = set(methods_for(amount))
    assert offered <= methods
    assert not left_out & methods


def test_nothing_is_offered_for_nothing_and_each_method_once() -> None:
    assert methods_for(0) == []
    assert len(methods_for(100_000)) == len(LIMITS)
    assert methods_for(100_000, datetime(2024, 12, 31, tzinfo=UTC).date()) == []


@pytest.mark.parametrize(
    ("text", "amount"), [("150000.00", 150_000), ("150000", 150_000), ("0.00", 0), ("-500.0", -500)]
)
def test_amounts_are_whole_rupiah(text: str, amount: int) -> None:
    assert whole_rupiah(text) == amount


@pytest.mark.parametrize("text", ["", "150000.50", "150.000,00", "1e999999", "NaN", "Infinity", "9" * 16, "１５０"])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        whole_rupiah(text)


def test_times_are_in_gmt_plus_seven_without_saying_so() -> None:
    assert gateway_time("2025-03-01 10:00:00") == datetime(2025, 3, 1, 3, 0, tzinfo=UTC)
    assert gateway_time("") is None


def answer(**changed: Any) -> dict[str, Any]:
    fields = {"transaction_status": "settlement", "status_code": "200", "gross_amount": "150000.00", "order_id": "A"}
    return fields | changed


@pytest.mark.parametrize(
    ("changed", "matches"),
    [
        ({}, True),
        ({"gross_amount": "154000.00"}, False),
        ({"gross_amount": "154000.00", "original_amount": "150000.00"}, True),
        ({"gross_amount": "149999.00"}, False),
        ({"currency": "SGD"}, False),
    ],
)
def test_an_amount_matches_by_gross_or_original(changed: dict[str, Any], matches: bool) -> None:
    assert GatewayStatus.from_answer(answer(**changed)).amount_matches(150_000) is matches


def test_a_status_is_read_from_texts_and_numbers_alike() -> None:
    status = GatewayStatus.from_answer(
        answer(transaction_status="SETTLEMENT", fraud_status=None, status_code=200, transaction_id="t-1", refunds=None)
    )
    assert (status.transaction_status, status.status_code, status.outcome) == ("settlement", "200", Outcome.PAID)
    assert (status.currency, status.fraud_status, status.refunds, status.merchant_id) == ("IDR", "", (), "")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"order_id": "INV/2025/1"}, "order_id"),
        ({"order_id": ""}, "order_id"),
        ({"order_id": "a" * 37}, "order_id"),
        ({"order_id": "a\n"}, "order_id"),
        ({"amount": 149_999}, "sum"),
        ({"amount": 0, "items": ()}, "more than zero"),
        ({"items": (CheckoutItem("a", "A", 150_000, 1), CheckoutItem("b", "B", 1, 0))}, "quantity"),
        ({"expiry_start": datetime(2025, 3, 1, 10, 0)}, "aware"),  # noqa: DTZ001  # the point of the case
        ({"expiry_minutes": 0}, "expiry"),
    ],
)
def test_a_checkout_that_would_be_refused_is_not_made(changed: dict[str, Any], words: str) -> None:
    fields = {"items": (CheckoutItem("a", "A", 150_000, 1),)} | changed
    with pytest.raises(ValueError, match=words):
        request_for(**fields)


def test_a_discount_is_an_item_with_a_negative_price() -> None:
    items = (CheckoutItem("a", "Langganan", 5_000, 40), CheckoutItem("b", "Diskon", -50_000, 1))
    assert request_for(amount=150_000, items=items).amount == 150_000


@pytest.mark.parametrize(
    ("method", "amount", "kept", "on_top"),
    [
        ("bca_va", 750_000, 4_000, 4_000),
        ("credit_card", 750_000, 23_750, 23_750),  # 2.000 + 2,9 %
        ("gopay", 75_025, 1_501, 0),  # 1.500,5 rounded half up; the vendor bears it
        ("other_qris", 100_000, 700, 0),  # never passed on, whatever the vendor says
        ("barter", 100_000, 0, 0),
    ],
)
def test_k8_a_fee_is_passed_on_by_method_and_never_on_qris(method: str, amount: int, kept: int, on_top: int) -> None:
    passing = frozenset({"bca_va", "credit_card", "other_qris", "barter"})
    assert (fee_of(method, amount), passed_on(method, amount, passing)) == (kept, on_top)
    assert fee_of(method, amount, date(2024, 12, 31)) == 0


@pytest.mark.parametrize(
    ("fee", "amounts", "parts"),
    [(4_000, [750_000, 600_000], [2_222, 1_778]), (1, [1, 1, 1], [1, 0, 0]), (0, [5], [0]), (4_000, [9], [4_000])],
)
def test_a_fee_for_several_tenants_adds_up(fee: int, amounts: list[int], parts: list[int]) -> None:
    assert shares(fee, amounts) == parts


def test_the_simulator_s_code_ends_with_the_checksum_scanners_want() -> None:
    assert _crc(b"123456789") == 0x29B1
    assert qr_text("DEMO-1", 750_000)[:12] == "000201010212"
