"""The production client, unchanged, against the sandbox over real HTTP."""

import base64
from datetime import datetime

import pytest
import requests
from pytest_django import Settings

from billing.gateways.errors import GatewayRejected, NotFound
from billing.gateways.midtrans import MidtransClient
from billing.gateways.values import Outcome
from tests.gateways.conftest import PATIENCE, SERVER_KEY, Sandbox, config_for, request_for

AUTH = {"Authorization": "Basic " + base64.b64encode(f"{SERVER_KEY}:".encode()).decode()}


def test_a_checkout_is_unknown_to_the_core_api_until_a_method_is_chosen(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    assert link.redirect_url.endswith(f"/sandbox/midtrans/pay/{link.token}")
    with pytest.raises(NotFound):
        sandbox.client.status(order_id)
    sandbox.press(link, "wait")
    status = sandbox.client.status(order_id)
    assert (status.outcome, status.payment_type, status.status_code) == (Outcome.PENDING, "bank_transfer", "201")
    assert status.raw["va_numbers"][0]["bank"] == "bca"


def test_a_payment_is_seen_by_order_and_by_transaction_id(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open(750_000)
    sandbox.press(link, "pay")
    status = sandbox.client.status(order_id)
    assert (status.outcome, status.gross_amount, status.merchant_id) == (Outcome.PAID, 750_000, "G000000001")
    assert status.raw["gross_amount"] == "750000.00"
    assert status.amount_matches(750_000)
    assert status.settlement_time is not None
    assert status.settlement_time.tzinfo is not None
    assert datetime.fromisoformat(status.raw["settlement_time"]).tzinfo is None
    assert sandbox.client.status(status.transaction_id).order_id == order_id


def test_an_order_id_is_used_once(sandbox: Sandbox) -> None:
    order_id, _link = sandbox.open()
    with pytest.raises(GatewayRejected) as caught:
        sandbox.client.create_checkout(request_for(order_id))
    assert caught.value.code == "order_id_taken"


def test_a_page_nobody_pays_on_can_be_cancelled_and_then_shows_it(sandbox: Sandbox) -> None:
    _order_id, link = sandbox.open()
    sandbox.client.cancel_page(link.token)
    sandbox.client.cancel_page(link.token)
    assert "Pembayaran dibatalkan" in requests.get(f"{sandbox.url}/pay/{link.token}", timeout=PATIENCE).text


def test_a_page_in_use_is_cancelled_through_its_transaction(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "wait")
    with pytest.raises(GatewayRejected) as caught:
        sandbox.client.cancel_page(link.token)
    assert caught.value.code == "on_progress"
    assert sandbox.client.cancel(order_id).outcome is Outcome.CANCELLED
    assert sandbox.client.status(order_id).outcome is Outcome.CANCELLED


def test_what_is_settled_can_be_neither_cancelled_nor_expired(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "pay")
    for call in (sandbox.client.cancel, sandbox.client.expire):
        with pytest.raises(GatewayRejected) as caught:
            call(order_id)
        assert caught.value.code == "not_modifiable"


def test_an_expired_transaction_answers_407_and_its_notice_202(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "wait")
    status = sandbox.client.expire(order_id)
    assert (status.outcome, status.status_code) == (Outcome.EXPIRED, "407")
    assert sandbox.client.status(order_id).status_code == "407"
    assert [(one.state, one.status_code) for one in sandbox.notices(2)] == [("pending", "201"), ("expire", "202")]


def test_partial_refunds_add_up_each_notified_twice(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open(150_000)
    sandbox.press(link, "pay", method="other_qris")
    first = sandbox.client.refund(order_id, "r-1", 50_000, "Kelebihan bayar")
    assert (first.outcome, [one.amount for one in first.refunds]) == (Outcome.PARTIALLY_REFUNDED, [50_000])
    assert sandbox.client.refund(order_id, "r-1", 50_000, "Kelebihan bayar").refunds == first.refunds
    second = sandbox.client.refund(order_id, "r-2", 100_000, "Sisanya")
    assert (second.outcome, len(second.refunds), second.raw["refund_amount"]) == (Outcome.REFUNDED, 2, "150000.00")
    notices = sandbox.notices(6)[2:]
    assert [one.refunds[-1].bank_confirmed for one in notices] == [False, True, False, True]
    assert len({one.dedupe_key for one in notices}) == 2


@pytest.mark.parametrize(("method", "amount", "status"), [("bca_va", 50_000, 412), ("other_qris", 150_001, 414)])
def test_a_refund_midtrans_would_not_make_is_refused(sandbox: Sandbox, method: str, amount: int, status: int) -> None:
    order_id, link = sandbox.open(150_000)
    sandbox.press(link, "pay", method=method)
    with pytest.raises(GatewayRejected) as caught:
        sandbox.client.refund(order_id, "r-1", amount, "")
    assert caught.value.status == status


def test_a_wrong_key_is_refused_by_both_apis(sandbox: Sandbox) -> None:
    config = config_for(sandbox.url)
    stranger = MidtransClient(type(config)(**{**vars(config), "server_key": "bukan kunci"}))
    for call in (lambda: stranger.create_checkout(request_for()), lambda: stranger.status("LGN-1-a")):
        with pytest.raises(GatewayRejected) as caught:
            call()
        assert caught.value.code == "unauthorized"


@pytest.mark.parametrize(
    "body",
    [
        "no json",
        "[]",
        "{}",
        '{"transaction_details": 1}',
        '{"transaction_details": {"order_id": "a b", "gross_amount": 1}}',
        '{"transaction_details": {"order_id": "a", "gross_amount": "1"}}',
        '{"transaction_details": {"order_id": "a", "gross_amount": 2}, "item_details": [{"price": 1}]}',
        '{"transaction_details": {"order_id": "a", "gross_amount": 2}, "item_details": 5}',
        '{"transaction_details": {"order_id": "a", "gross_amount": 2}, "expiry": {"unit": "year"}}',
        """{"transaction_details": {"order_id": "a", "gross_amount": 2},
            "item_details": [{"name": "x", "price": 1, "quantity": 1}]}""",
    ],
)
def test_bad_snap_requests_get_error_messages(sandbox: Sandbox, body: str) -> None:
    answer = requests.post(f"{sandbox.url}/snap/v1/transactions", data=body, headers=AUTH, timeout=PATIENCE)
    assert answer.status_code == 400
    assert answer.json()["error_messages"]


def test_the_core_api_says_no_inside_http_200(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.url}/v2/tidak-ada/status", headers=AUTH, timeout=PATIENCE)
    assert (answer.status_code, answer.json()["status_code"]) == (200, "404")
    assert requests.get(f"{sandbox.url}/v2/tidak-ada/cancel", headers=AUTH, timeout=PATIENCE).status_code == 405


def test_switched_off_it_is_not_there(sandbox: Sandbox, settings: Settings) -> None:
    order_id, link = sandbox.open()
    settings.MIDTRANS_SANDBOX = False
    addresses = ["", f"pay/{link.token}", f"v2/{order_id}/status"]
    statuses = [requests.get(f"{sandbox.url}/{path}", headers=AUTH, timeout=PATIENCE).status_code for path in addresses]
    posted = requests.post(f"{sandbox.url}/snap/v1/transactions", headers=AUTH, timeout=PATIENCE).status_code
    assert [*statuses, posted] == [404] * 4
