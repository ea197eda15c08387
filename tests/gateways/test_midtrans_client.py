"""The production client against a server that does everything wrong; each trap of the library is a test."""

import base64
import json
from typing import Any

import pytest

from billing.gateways.errors import GatewayError, GatewayRejected, GatewayTimeout, GatewayUnavailable, NotFound
from billing.gateways.midtrans import MidtransClient
from billing.gateways.values import CheckoutItem, Outcome
from tests.gateways.conftest import SERVER_KEY, config_for, request_for
from tests.gateways.servers import Script

STATUS = {
    "order_id": "LGN-1-a",
    "transaction_id": "t-1",
    "transaction_status": "settlement",
    "status_code": "200",
    "gross_amount": "150000.00",
}


@pytest.fixture
def client(gateway: Script) -> MidtransClient:
    return MidtransClient(config_for(gateway.url))


def sent(gateway: Script) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(gateway.received[-1]["body"])
    return body


def test_a_checkout_is_sent_as_snap_wants_it(client: MidtransClient, gateway: Script) -> None:
    gateway.say(201, {"token": "tok-1", "redirect_url": "https://pay.example/tok-1"})
    link = client.create_checkout(request_for(enabled_payments=("bca_va", "other_qris")))
    assert link == ("tok-1", "https://pay.example/tok-1")
    body = sent(gateway)
    assert body["transaction_details"] == {"order_id": "LGN-1-a", "gross_amount": 150_000}
    assert body["item_details"] == [{"id": "INV-1", "name": "Tagihan INV-1", "price": 150_000, "quantity": 1}]
    assert body["expiry"] == {"start_time": "2025-03-01 10:00:00 +0700", "unit": "minute", "duration": 60}
    assert body["customer_imposed_payment_fee"] == {"enable": False}
    assert body["enabled_payments"] == ["bca_va", "other_qris"]
    assert gateway.received[-1]["path"] == "/snap/v1/transactions"
    key = base64.b64encode(f"{SERVER_KEY}:".encode()).decode()
    assert gateway.received[-1]["headers"]["Authorization"] == f"Basic {key}"


def test_many_lines_are_drawn_together_rather_than_refused(client: MidtransClient, gateway: Script) -> None:
    gateway.say(201, {"token": "t", "redirect_url": "u"})
    items = tuple(CheckoutItem(f"L{n}", "x" * 80, 1_000, 1) for n in range(200))
    client.create_checkout(request_for(amount=200_000, items=items))
    assert sent(gateway)["item_details"] == [
        {"id": "LGN-1-a", "name": "Tagihan LGN-1-a", "price": 200_000, "quantity": 1}
    ]
    client.create_checkout(request_for(amount=2_000, items=items[:2]))
    assert [len(item["name"]) for item in sent(gateway)["item_details"]] == [50, 50]


def test_an_expired_transaction_is_a_normal_answer(client: MidtransClient, gateway: Script) -> None:
    gateway.say(200, STATUS | {"transaction_status": "expire", "status_code": "407"})
    assert client.status("LGN-1-a").outcome is Outcome.EXPIRED


@pytest.mark.parametrize("http", [200, 404])
def test_an_unknown_order_is_not_found_whichever_way_it_is_said(
    client: MidtransClient, gateway: Script, http: int
) -> None:
    gateway.say(http, {"status_code": "404", "status_message": "Transaction doesn't exist."})
    with pytest.raises(NotFound) as caught:
        client.status("LGN-1-a")
    assert (caught.value.code, caught.value.retryable) == ("gateway_not_found", False)


@pytest.mark.parametrize(
    ("http", "body"),
    [
        (502, "<html><h1>502 Bad Gateway</h1></html>"),
        (200, "<html>Pemeliharaan</html>"),
        (200, ""),
        (200, "[]"),
        (200, "null"),
        (200, '"ok"'),
        (200, '{"status_code": "dua ratus"}'),
        (200, '{"status_code": "500", "status_message": "Sorry"}'),
        (200, '{"status_code": "200"}'),
        (200, '{"status_code": "200", "transaction_status": "settlement", "gross_amount": "lima"}'),
        (500, '{"status_code": "500"}'),
        (503, ""),
        (429, '{"status_code": "429"}'),
        (302, ""),
    ],
)
def test_what_cannot_be_read_may_be_tried_again(client: MidtransClient, gateway: Script, http: int, body: str) -> None:
    gateway.say(http, body)
    with pytest.raises(GatewayUnavailable) as caught:
        client.status("LGN-1-a")
    assert caught.value.retryable


def test_a_redirect_is_not_followed_with_the_key(client: MidtransClient, gateway: Script) -> None:
    gateway.headers["Location"] = f"{gateway.url}/elsewhere"
    gateway.say(302, "")
    with pytest.raises(GatewayUnavailable):
        client.create_checkout(request_for())
    assert len(gateway.received) == 1


def test_silence_is_a_timeout_and_nothing_is_known(gateway: Script) -> None:
    gateway.delay_seconds = 1.0
    with pytest.raises(GatewayTimeout) as caught:
        MidtransClient(config_for(gateway.url, timeout_seconds=0.2)).status("LGN-1-a")
    assert caught.value.retryable


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(GatewayUnavailable):
        MidtransClient(config_for("http://127.0.0.1:9")).status("LGN-1-a")


@pytest.mark.parametrize(
    ("http", "body", "code"),
    [
        (400, {"error_messages": ["transaction_details.order_id sudah digunakan"]}, "order_id_taken"),
        (401, {"error_messages": ["Access denied"]}, "unauthorized"),
        (400, {"error_messages": ["transaction_details.gross_amount is required"]}, "midtrans_400"),
        (413, {"error_messages": "a text, no list"}, "midtrans_413"),
    ],
)
def test_a_refusal_has_a_code_and_the_gateways_words(
    client: MidtransClient, gateway: Script, http: int, body: dict[str, Any], code: str
) -> None:
    gateway.say(http, body)
    with pytest.raises(GatewayRejected) as caught:
        client.create_checkout(request_for())
    assert (caught.value.code, caught.value.status, caught.value.retryable) == (code, http, False)


def test_a_refusal_inside_http_200_is_one(client: MidtransClient, gateway: Script) -> None:
    gateway.say(200, {"status_code": "412", "status_message": "Transaction status cannot be updated."})
    with pytest.raises(GatewayRejected) as caught:
        client.cancel("LGN-1-a")
    assert (caught.value.code, caught.value.status) == ("not_modifiable", 412)
    assert caught.value.messages == ("Transaction status cannot be updated.",)


def test_a_page_in_use_is_told_from_one_already_closed(client: MidtransClient, gateway: Script) -> None:
    gateway.say(400, {"error_messages": ["Transaction is on progress"]})
    with pytest.raises(GatewayRejected) as caught:
        client.cancel_page("tok-1")
    assert caught.value.code == "on_progress"
    gateway.say(400, {"error_messages": ["token already canceled"]})
    client.cancel_page("tok-1")
    gateway.say(200, {"canceled_at": "2025-06-03T13:09:39.776Z"})
    client.cancel_page("tok-1")
    assert gateway.received[-1]["path"] == "/snap/v1/transactions/tok-1/cancel"


@pytest.mark.parametrize("bad", ["", "a/../b", "a b", "a?x=1", "a#b", "a" * 37, "é", "a\n"])
def test_an_id_that_would_change_the_address_is_never_sent(client: MidtransClient, gateway: Script, bad: str) -> None:
    for call in (client.status, client.cancel, client.expire):
        with pytest.raises(ValueError, match="Not an id"):
            call(bad)
    with pytest.raises(ValueError, match="Not an id"):
        client.refund("LGN-1-a", bad, 1_000, "")
    with pytest.raises(ValueError, match="Not an id"):
        client.cancel_page(bad + "/")
    assert gateway.received == []


def refunded(amount: str) -> dict[str, Any]:
    return STATUS | {"transaction_status": "partial_refund", "refunds": [{"refund_key": "r1", "refund_amount": amount}]}


def answers(*bodies: dict[str, Any]) -> list[tuple[int, str]]:
    return [(200, json.dumps(body)) for body in bodies]


def test_a_refund_returns_the_status_after_it(client: MidtransClient, gateway: Script) -> None:
    gateway.answers = answers({"status_code": "200"}, refunded("50000.00"))
    status = client.refund("LGN-1-a", "r1", 50_000, "Salah bayar")
    assert (status.outcome, status.refunds[0].key, status.refunds[0].amount) == (
        Outcome.PARTIALLY_REFUNDED,
        "r1",
        50_000,
    )
    assert json.loads(gateway.received[0]["body"]) == {"refund_key": "r1", "amount": 50_000, "reason": "Salah bayar"}


def test_a_repeated_refund_is_found_among_those_made(client: MidtransClient, gateway: Script) -> None:
    gateway.answers = answers({"status_code": "406", "status_message": "Duplicate"}, refunded("50000.00"))
    assert client.refund("LGN-1-a", "r1", 50_000, "").refunds[0].amount == 50_000


def test_a_refund_key_used_for_another_amount_is_refused(client: MidtransClient, gateway: Script) -> None:
    gateway.answers = answers({"status_code": "406", "status_message": "Duplicate"}, refunded("70000.00"))
    with pytest.raises(GatewayRejected) as caught:
        client.refund("LGN-1-a", "r1", 50_000, "")
    assert caught.value.code == "duplicate"


def test_a_refund_of_nothing_is_never_sent(client: MidtransClient, gateway: Script) -> None:
    with pytest.raises(ValueError, match="more than zero"):
        client.refund("LGN-1-a", "r1", 0, "")
    assert gateway.received == []


def test_two_clients_share_neither_address_nor_key(gateway: Script) -> None:
    one, two = MidtransClient(config_for(gateway.url)), MidtransClient(config_for("http://127.0.0.1:9"))
    gateway.say(200, STATUS)
    assert one.status("LGN-1-a").outcome is Outcome.PAID
    with pytest.raises(GatewayError):
        two.status("LGN-1-a")


def test_the_keys_do_not_show() -> None:
    assert SERVER_KEY not in repr(config_for("http://127.0.0.1:9"))
