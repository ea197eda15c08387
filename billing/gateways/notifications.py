"""Reading a payment notification as it was posted: parsing, the signature, the key of a duplicate.

A valid signature says only that order id, status code and amount belong together. It does not cover the status or
the transaction id, so nothing here may move money: ask the gateway for the status first.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from billing.gateways.values import GatewayRefund, Outcome, outcome_of, refunds_of, state_of, text_of

MAX_BYTES = 64 * 1024
# Longer keys (many refunds, or a stranger's idea of an id) are hashed, so that a column can hold them.
KEY_LENGTH = 150


@dataclass(frozen=True, kw_only=True)
class Notification:
    """One notification, its texts as they came ("" where absent).

    `gross_amount` keeps its exact characters, because the signature is made over them. `order_id` may be missing (the
    nested subscription shape) or not ours. `raw` has every number as text.
    """

    order_id: str
    transaction_id: str
    transaction_status: str
    fraud_status: str
    status_code: str
    gross_amount: str
    payment_type: str
    signature_key: str
    merchant_id: str
    custom_field: str
    is_subscription: bool
    refunds: tuple[GatewayRefund, ...]
    raw: dict[str, Any] = field(repr=False, compare=False, hash=False)

    @property
    def outcome(self) -> Outcome:
        """What the notification claims; the gateway's status decides."""
        return outcome_of(self.transaction_status, self.fraud_status, self.status_code)

    @property
    def state(self) -> str:
        """The claimed state, as in `GatewayStatus.state`."""
        return state_of(self.transaction_status, self.fraud_status)

    @property
    def dedupe_key(self) -> str:
        """The same for a repeated notification, another for news: transaction id, state and refund ids.

        Never the order id alone: one order brings deny, deny, settlement. The state tells an accepted capture from the
        challenged one before it; the two notifications of one refund (before and after the bank) share a key.
        """
        refunds = sorted(refund.id or refund.key for refund in self.refunds)
        key = ":".join([self.transaction_id or self.order_id, self.state, *refunds])
        return key if len(key) <= KEY_LENGTH else hashlib.sha256(key.encode()).hexdigest()


def _no_constants(text: str) -> None:
    raise ValueError(f"Not JSON: {text}.")


def _decoded(body: bytes) -> dict[str, Any]:
    """The JSON object with every number as the text it was written as; ValueError for anything else."""
    if len(body) > MAX_BYTES:
        raise ValueError(f"A notification has at most {MAX_BYTES} bytes.")
    try:
        raw = json.loads(body, parse_int=str, parse_float=str, parse_constant=_no_constants)
        # NUL cannot be stored by PostgreSQL, a lone surrogate cannot be encoded: neither comes from the gateway.
        if b"\x00" in json.dumps(raw, ensure_ascii=False).replace("\\u0000", "\x00").encode():
            raise ValueError("A notification has no NUL characters.")
    except RecursionError as error:
        raise ValueError("The notification is nested too deeply.") from error
    if not isinstance(raw, dict):
        raise ValueError("A notification is a JSON object.")  # noqa: TRY004  # of the sender's making, not of a caller's
    return raw


def _facts(raw: dict[str, Any]) -> Mapping[str, Any]:
    """Where the transaction's fields are: at the top, or inside `transaction` of a subscription's notification."""
    nested = raw.get("transaction")
    return nested if isinstance(nested, dict) and "order_id" not in raw else raw


def parse_notification(body: bytes) -> Notification:
    """Read a posted body. Tolerates unknown and missing fields, numbers for strings, and the subscription shape.

    ValueError for what is not a JSON object of a sensible size: worth a 400, not a stored fact.
    """
    raw = _decoded(body)
    facts = _facts(raw)
    return Notification(
        order_id=text_of(facts, "order_id"),
        transaction_id=text_of(facts, "transaction_id"),
        transaction_status=text_of(facts, "transaction_status").lower(),
        fraud_status=text_of(facts, "fraud_status").lower(),
        status_code=text_of(facts, "status_code"),
        gross_amount=text_of(facts, "gross_amount"),
        payment_type=text_of(facts, "payment_type"),
        signature_key=text_of(facts, "signature_key"),
        merchant_id=text_of(facts, "merchant_id"),
        custom_field=text_of(facts, "custom_field1"),
        is_subscription="subscription" in raw or "schedule" in raw,
        refunds=refunds_of(facts),
        raw=raw,
    )


def signature_for(order_id: str, status_code: str, gross_amount: str, key: str) -> str:
    """SHA-512, in hexadecimal, over the raw texts: "150000.00", never 150000."""
    return hashlib.sha512(f"{order_id}{status_code}{gross_amount}{key}".encode()).hexdigest()


def signature_is_valid(notification: Notification, key: str) -> bool:
    """Whether the signature fits, compared in constant time. Never without a key, an order id and an amount."""
    if not (key and notification.order_id and notification.status_code and notification.gross_amount):
        return False
    expected = signature_for(notification.order_id, notification.status_code, notification.gross_amount, key)
    return hmac.compare_digest(expected.encode(), notification.signature_key.lower().encode())
