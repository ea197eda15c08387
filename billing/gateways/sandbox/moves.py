"""Moving a transaction from one status to the next, as the gateway's table of transitions allows."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum

from billing.gateways.sandbox.answers import notification
from billing.gateways.sandbox.catalogue import METHODS
from billing.gateways.sandbox.errors import Refusal
from billing.gateways.sandbox.models import SandboxPage, SandboxRefund, SandboxTransaction
from billing.gateways.sandbox.notices import queue_notice
from billing.gateways.sandbox.pages import charged_method, charged_page, page_state
from billing.gateways.transitions import is_late_payment, may_follow
from billing.gateways.values import state_of

_MONEY_IN = {"capture", "settlement"}


def locked_transaction(reference: str) -> SandboxTransaction:
    """By order id (its last attempt) or transaction id, locked; Refusal 404 if there is none."""
    wanted = Q(page__order_id=reference)
    with suppress(ValueError):  # An order id need not look like a transaction id.
        wanted |= Q(transaction_id=UUID(reference))
    found = SandboxTransaction.objects.select_for_update(of=("self",)).select_related("page").filter(wanted)
    attempt = found.order_by("-pk").first()
    if attempt is None:
        raise Refusal(404, "Transaction doesn't exist.")
    return attempt


def start_attempt(*, page: SandboxPage, method: str, now: datetime) -> SandboxTransaction:
    """The payer has chosen a method: a transaction exists from here on. The page must be locked and open."""
    if method not in METHODS or page_state(page, now) != "open":
        raise Refusal(400, "Metode ini tidak dapat dipilih.")
    return SandboxTransaction.objects.create(page=page, method=method, amount=page.gross_amount, created_at=now)


@transaction.atomic
def charge(*, body: Mapping[str, Any], now: datetime) -> SandboxTransaction:
    """A transaction by a method that the merchant names, pending and notified; Refusal as Midtrans would."""
    method = charged_method(body)
    if method not in METHODS:
        raise Refusal(400, "bank_transfer.bank is not supported")
    attempt = start_attempt(page=charged_page(body=body, now=now), method=method, now=now)
    queue_notice(attempt, notification(attempt), label="pending", due_at=now)
    return attempt


def move(attempt: SandboxTransaction, *, status: str, now: datetime, fraud: str = "accept", late: bool = False) -> None:
    """Change the status of a locked transaction; Refusal 412 where the table of transitions has no such step.

    `late` also allows the payment that comes in after the transaction was over.
    """
    old, new = state_of(attempt.status, attempt.fraud_status), state_of(status, fraud)
    if not (may_follow(old, new) or (late and is_late_payment(old, new))):
        raise Refusal(412, "Transaction status cannot be updated.")
    attempt.status, attempt.fraud_status = status, fraud
    if status in _MONEY_IN and fraud == "accept" and attempt.settled_at is None:
        attempt.settled_at = now
    attempt.save()


@transaction.atomic
def change_status(*, reference: str, status: str, now: datetime, late: bool = False) -> SandboxTransaction:
    """Move and notify, in one: cancel, expire, reversal, settlement, acceptance of a challenge."""
    attempt = locked_transaction(reference)
    move(attempt, status=status, now=now, late=late)
    queue_notice(attempt, notification(attempt), label=status, due_at=now)
    return attempt


@transaction.atomic
def cancel_transaction(*, reference: str, now: datetime) -> SandboxTransaction:
    """Cancel what is not settled. A captured card may be cancelled, a settlement may not."""
    attempt = locked_transaction(reference)
    if attempt.status not in {"pending", "capture", "authorize"}:
        raise Refusal(412, "Transaction status cannot be updated.")
    return change_status(reference=str(attempt.transaction_id), status="cancel", now=now)


@transaction.atomic
def expire_transaction(*, reference: str, now: datetime) -> SandboxTransaction:
    """Let a pending transaction expire."""
    attempt = locked_transaction(reference)
    if attempt.status != "pending":
        raise Refusal(412, "Transaction status cannot be updated.")
    return change_status(reference=str(attempt.transaction_id), status="expire", now=now)


@transaction.atomic
def expire_overdue_attempt(*, reference: str, now: datetime) -> bool:
    """What time has done meanwhile: a pending transaction past its page's expiry is expired, notified, and True."""
    attempt = locked_transaction(reference)
    is_overdue = attempt.status == "pending" and attempt.page.expires_at <= now
    if is_overdue:
        change_status(reference=str(attempt.transaction_id), status="expire", now=now)
    return is_overdue


@transaction.atomic
def charge_back(*, reference: str, amount: int | None, now: datetime) -> SandboxTransaction:
    """The payer's bank takes money back and notifies: all of it (None), or a part in rupiah that more may follow.

    Parts are listed as refunds are, under a key of the bank's own.
    """
    attempt = locked_transaction(reference)
    left = attempt.amount - (attempt.refunds.aggregate(total=Sum("amount"))["total"] or 0)
    if amount is not None and not 0 < amount <= left:
        raise Refusal(414, "Chargeback amount exceeds the amount left.")
    move(attempt, status="chargeback" if amount in {None, left} else "partial_chargeback", now=now)
    if amount is not None:
        key = f"cb-{uuid4().hex[:12]}"
        attempt.refunds.create(
            refund_key=key, amount=amount, reason="Chargeback", created_at=now, bank_confirmed_at=now
        )
    queue_notice(attempt, notification(attempt), label=attempt.status, due_at=now)
    return attempt


def _refusal_of_refund(attempt: SandboxTransaction, key: str, amount: int, left: int) -> Refusal | None:
    if attempt.refunds.filter(refund_key=key).exists():
        return Refusal(406, "Refund request is duplicated: refund_key has been used.")
    if attempt.status not in {"settlement", "partial_refund"}:
        return Refusal(412, "Transaction status cannot be updated.")
    if not METHODS[attempt.method].refundable:
        return Refusal(412, "Payment type does not support refund.")
    return Refusal(414, "Refund amount exceeds the amount left.") if not 0 < amount <= left else None


@transaction.atomic
def refund_transaction(
    *, reference: str, refund_key: str, amount: int | None, reason: str, now: datetime
) -> tuple[SandboxTransaction, SandboxRefund]:
    """Refund whole rupiah (None: all that is left) of a settlement. Notifies twice: before and after the bank."""
    attempt = locked_transaction(reference)
    left = attempt.amount - (attempt.refunds.aggregate(total=Sum("amount"))["total"] or 0)
    key, wanted = refund_key or f"auto-{uuid4().hex[:12]}", left if amount is None else amount
    if refusal := _refusal_of_refund(attempt, key, wanted, left):
        raise refusal
    refund = SandboxRefund(transaction=attempt, refund_key=key, amount=wanted, reason=reason, created_at=now)
    try:
        refund.full_clean()
    except ValidationError as error:
        raise Refusal(400, "refund_key or reason is invalid") from error
    refund.save()
    move(attempt, status="refund" if wanted == left else "partial_refund", now=now)
    queue_notice(attempt, notification(attempt), label=attempt.status, due_at=now)
    refund.bank_confirmed_at = now
    refund.save(update_fields=["bank_confirmed_at"])
    queue_notice(attempt, notification(attempt), label=f"{attempt.status}, bank", due_at=now)
    return attempt, refund
