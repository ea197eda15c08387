"""A transaction in Midtrans' own JSON: every value a text, amounts with two decimals, times in GMT+7 without offset."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from billing.gateways.notifications import signature_for
from billing.gateways.sandbox.catalogue import METHODS
from billing.gateways.sandbox.codes import qr_text
from billing.gateways.sandbox.models import SandboxRefund, SandboxTransaction
from billing.gateways.values import GATEWAY_ZONE

_STATUS_CODES = {"pending": "201", "deny": "202", "expire": "202"}
FEE = 4_000
CARD_LIFE = timedelta(days=3 * 365)


def amount_text(amount: int) -> str:
    """150000 → "150000.00"."""
    return f"{amount}.00"


def time_text(moment: datetime) -> str:
    """03:00 UTC → "2025-03-01 10:00:00"."""
    return moment.astimezone(GATEWAY_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def status_code_of(transaction: SandboxTransaction) -> str:
    """The code in a notification: 200 paid or undone, 201 pending or challenged, 202 denied or expired."""
    if transaction.fraud_status == "challenge":
        return "201"
    return _STATUS_CODES.get(transaction.status, "200")


def _refund_fields(refund: SandboxRefund) -> dict[str, Any]:
    fields = {
        "refund_chargeback_id": str(refund.pk),
        "refund_amount": amount_text(refund.amount),
        "created_at": time_text(refund.created_at),
        "reason": refund.reason,
        "refund_key": refund.refund_key,
        "refund_method": "bank",
    }
    return fields | ({"bank_confirmed_at": time_text(refund.bank_confirmed_at)} if refund.bank_confirmed_at else {})


def facts_of(transaction: SandboxTransaction) -> dict[str, Any]:
    """The fields a status answer and a notification share."""
    method = METHODS[transaction.method]
    facts: dict[str, Any] = {
        "order_id": transaction.page.order_id,
        "transaction_id": str(transaction.transaction_id),
        "transaction_status": transaction.status,
        "fraud_status": transaction.fraud_status,
        "payment_type": method.payment_type,
        "gross_amount": amount_text(transaction.amount),
        "currency": "IDR",
        "merchant_id": settings.MIDTRANS_MERCHANT_ID,
        "transaction_time": time_text(transaction.created_at),
        "expiry_time": time_text(transaction.page.expires_at),
        **method.details(transaction.pk),
    }
    if transaction.response_code != "00":
        facts["channel_response_code"], facts["channel_response_message"] = transaction.response_code, "Declined"
    if transaction.saved and transaction.page.request.get("user_id") and method.payment_type == "credit_card":
        facts["saved_token_id"] = transaction.saved.token
        facts["saved_token_id_expired_at"] = time_text(transaction.saved.created_at + CARD_LIFE)
    if transaction.settled_at:
        facts["settlement_time"] = time_text(transaction.settled_at)
    if transaction.original_amount is not None:
        facts["original_amount"] = amount_text(transaction.original_amount)
    refunds = list(transaction.refunds.all())
    if refunds:
        # The top-level amount is cumulative.
        facts["refund_amount"] = amount_text(sum(refund.amount for refund in refunds))
        facts["refunds"] = [_refund_fields(refund) for refund in refunds]
    return facts


def status_answer(transaction: SandboxTransaction, message: str = "Success, transaction is found") -> dict[str, Any]:
    """The body of GET status and of a successful cancel, expire or refund; expired is 407 here, 202 in a notice."""
    code = "407" if transaction.status == "expire" else status_code_of(transaction)
    return _signed({**facts_of(transaction), "status_code": code, "status_message": message})


def charge_answer(transaction: SandboxTransaction) -> dict[str, Any]:
    """The body of a charge: the pending transaction; for QRIS with the text of the code and the address of its image."""
    answer = status_answer(transaction, "Success, transaction is created")
    if METHODS[transaction.method].payment_type == "qris":
        answer["qr_string"] = qr_text(transaction.page.order_id, transaction.amount)
        answer["actions"] = [{"name": "generate-qr-code", "method": "GET", "url": ""}]
    return answer


def notification(transaction: SandboxTransaction, **changed: str) -> str:
    """The body of a notification; `changed` are facts that the payer's page tampers with before it is signed."""
    facts = {**facts_of(transaction), "status_code": status_code_of(transaction)}
    return json.dumps(_signed({**facts, "status_message": "midtrans payment notification", **changed}))


def forged(body: str) -> str:
    """The same notification as somebody without the key would sign it."""
    return json.dumps(_signed(json.loads(body), key="bukan-kunci-yang-benar"))


def _signed(facts: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    secret = settings.MIDTRANS_SIGNATURE_KEY if key is None else key
    signature = signature_for(facts["order_id"], facts["status_code"], facts["gross_amount"], secret)
    return {**facts, "signature_key": signature}
