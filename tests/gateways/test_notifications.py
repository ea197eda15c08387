"""Reading notifications: shapes, signatures, duplicates."""

import hashlib
import json
from typing import Any

import pytest

from billing.gateways.notifications import KEY_LENGTH, Notification, parse_notification, signature_is_valid
from billing.gateways.values import Outcome

KEY = "SB-Mid-server-uji"


def body(**changed: Any) -> bytes:
    fields: dict[str, Any] = {
        "order_id": "LGN-1-a",
        "transaction_id": "t-1",
        "transaction_status": "settlement",
        "fraud_status": "accept",
        "status_code": "200",
        "gross_amount": "150000.00",
        "payment_type": "bank_transfer",
    } | changed
    signed = f"{fields['order_id']}{fields['status_code']}{fields['gross_amount']}{KEY}"
    fields.setdefault("signature_key", hashlib.sha512(signed.encode()).hexdigest())
    return json.dumps({key: value for key, value in fields.items() if value is not None}).encode()


def parsed(**changed: Any) -> Notification:
    return parse_notification(body(**changed))


def test_a_notification_is_read_and_its_signature_fits() -> None:
    notification = parsed(something_new={"deep": [1, 2]})
    assert (notification.order_id, notification.gross_amount, notification.outcome) == (
        "LGN-1-a",
        "150000.00",
        Outcome.PAID,
    )
    assert signature_is_valid(notification, KEY)
    assert not signature_is_valid(notification, KEY + "x")


def test_numbers_keep_their_characters_because_the_signature_is_over_them() -> None:
    signature = hashlib.sha512(f"7200150000.00{KEY}".encode()).hexdigest()
    raw = f'{{"order_id": 7, "status_code": 200, "gross_amount": 150000.00, "signature_key": "{signature}"}}'
    notification = parse_notification(raw.encode())
    assert notification.gross_amount == "150000.00"
    assert signature_is_valid(notification, KEY)


def test_a_signature_does_not_cover_the_status_so_it_proves_nothing_about_it() -> None:
    stolen = json.loads(body(transaction_status="pending"))["signature_key"]
    assert signature_is_valid(parsed(transaction_status="settlement", transaction_id="t-2", signature_key=stolen), KEY)


@pytest.mark.parametrize(
    "changed",
    [
        {"signature_key": ""},
        {"signature_key": "ä"},
        {"signature_key": None},
        {"signature_key": "0" * 128},
        {"order_id": ""},
        {"gross_amount": ""},
        {"gross_amount": "150000", "signature_key": hashlib.sha512(f"LGN-1-a200150000.00{KEY}".encode()).hexdigest()},
    ],
)
def test_a_forged_signature_is_refused(changed: dict[str, Any]) -> None:
    assert not signature_is_valid(parsed(**changed), KEY)


def test_without_a_key_of_ours_nothing_is_valid() -> None:
    signature = hashlib.sha512(b"LGN-1-a200150000.00").hexdigest()
    assert not signature_is_valid(parsed(signature_key=signature), "")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"gross_amount": NaN}',
        b'{"order_id": "a\\u0000b"}',
        b'{"order_id": "\\ud800"}',
        b'{"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"a": "' + b"x" * 70_000 + b'"}',
    ],
    ids=["empty", "text", "list", "null", "string", "bytes", "NaN", "NUL", "surrogate", "deep", "long"],
)
def test_what_is_no_notification_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError):
        parse_notification(raw)


def test_a_subscription_is_nested_and_has_neither_order_id_nor_signature() -> None:
    raw = {"transaction": {"transaction_status": "capture", "transaction_id": "t-9"}, "subscription": {"id": "s-1"}}
    notification = parse_notification(json.dumps(raw).encode())
    assert (notification.order_id, notification.transaction_id, notification.state) == ("", "t-9", "capture")
    assert notification.is_subscription
    assert not signature_is_valid(notification, KEY)


def test_a_notification_without_an_order_id_is_still_read() -> None:
    assert parse_notification(b'{"account_status": "ENABLED"}').order_id == ""


def refund(number: int, **more: str) -> dict[str, str]:
    return {"refund_chargeback_id": str(number), "refund_amount": "50000.00", "refund_key": f"r{number}", **more}


def test_a_duplicate_has_the_same_key_and_news_another() -> None:
    assert parsed().dedupe_key == parsed(transaction_time="2025-03-01 10:00:00").dedupe_key == "t-1:settlement"
    keys = {
        parsed(transaction_status="pending", status_code="201").dedupe_key,
        parsed(transaction_id="t-2").dedupe_key,
        parsed(transaction_status="deny").dedupe_key,
        parsed().dedupe_key,
    }
    assert len(keys) == 4


def test_an_accepted_capture_is_news_after_the_challenged_one() -> None:
    challenged = parsed(transaction_status="capture", fraud_status="challenge", status_code="201")
    accepted = parsed(transaction_status="capture", fraud_status="accept")
    assert (challenged.dedupe_key, accepted.dedupe_key) == ("t-1:challenge", "t-1:capture")


def test_one_refund_notified_twice_is_one_and_a_second_refund_is_news() -> None:
    first = parsed(transaction_status="partial_refund", refunds=[refund(1)])
    confirmed = parsed(
        transaction_status="partial_refund", refunds=[refund(1, bank_confirmed_at="2025-03-02 10:00:00")]
    )
    second = parsed(transaction_status="partial_refund", refunds=[refund(2), refund(1)])
    assert first.dedupe_key == confirmed.dedupe_key == "t-1:partial_refund:1"
    assert second.dedupe_key == "t-1:partial_refund:1:2"
    assert [one.amount for one in second.refunds] == [50_000, 50_000]


def test_a_stranger_cannot_make_the_key_longer_than_its_column() -> None:
    assert len(parsed(transaction_id="x" * 5_000).dedupe_key) <= KEY_LENGTH
