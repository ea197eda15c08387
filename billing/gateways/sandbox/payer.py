"""What a person on the payment page can do, and how the notification of it is to travel."""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from billing.gateways.sandbox.answers import FEE, forged, notification
from billing.gateways.sandbox.catalogue import METHODS
from billing.gateways.sandbox.errors import Refusal
from billing.gateways.sandbox.models import SandboxPage, SandboxTransaction
from billing.gateways.sandbox.moves import locked_transaction, move, start_attempt
from billing.gateways.sandbox.notices import queue_notice
from billing.gateways.sandbox.pages import latest_attempt, locked_page
from billing.gateways.sandbox.tokens import keep_card


class Action(StrEnum):
    """What the payer, or the bank behind the payer, does. WAIT chooses the method and pays later."""

    PAY = "pay"
    WAIT = "wait"
    DENY = "deny"
    EXPIRE = "expire"
    CHALLENGE = "challenge"


class Delivery(StrEnum):
    """How the notification travels. With FORGED and UNCONFIRMED nothing happens at Midtrans: only the notice says so.

    WRONG_AMOUNT charges a fee on top and hides the original amount; FEE_IMPOSED names it. LATER holds the notice
    back until somebody sends it by hand.
    """

    NORMAL = "normal"
    TWICE = "twice"
    LATE = "late"
    LATER = "later"
    NEVER = "never"
    FORGED = "forged"
    UNCONFIRMED = "unconfirmed"
    WRONG_AMOUNT = "wrong_amount"
    FEE_IMPOSED = "fee_imposed"
    OUT_OF_ORDER = "out_of_order"


_EMPTY_WORDS = {Delivery.FORGED, Delivery.UNCONFIRMED}
_FEES = {Delivery.WRONG_AMOUNT, Delivery.FEE_IMPOSED}
MAX_DELAY_SECONDS = 3600


def _attempt_of(page: SandboxPage, method: str, now: datetime) -> tuple[SandboxTransaction, bool]:
    """The pending attempt, or a new one by this method; and whether it is new."""
    latest = latest_attempt(page)
    # Locked and read again: the merchant may be cancelling it at this moment.
    attempt = locked_transaction(str(latest.transaction_id)) if latest else None
    if attempt is not None and attempt.status == "pending":
        return attempt, False
    return start_attempt(page=page, method=method, now=now), True


def _target(action: Action, method: str) -> tuple[str, str]:
    """Status and fraud status an action leads to: a card is captured, anything else settled."""
    paid = "capture" if method == "credit_card" else "settlement"
    targets = {
        Action.PAY: (paid, "accept"),
        Action.DENY: ("deny", "deny" if method == "credit_card" else "accept"),
        Action.EXPIRE: ("expire", "accept"),
        Action.CHALLENGE: ("capture", "challenge"),
    }
    if action is Action.CHALLENGE and method != "credit_card":
        raise Refusal(400, "Hanya kartu yang dapat ditantang.")
    return targets[action]


def _impose_fee(attempt: SandboxTransaction, delivery: Delivery) -> None:
    """Automatic fee imposition, which a dashboard can switch on behind our back."""
    attempt.original_amount = attempt.amount if delivery is Delivery.FEE_IMPOSED else None
    attempt.amount += FEE


def _result_body(attempt: SandboxTransaction, action: Action, delivery: Delivery, now: datetime) -> str:
    """Do it, and return the notification of it; or only claim it, where the delivery is an attacker's."""
    status, fraud = _target(action, attempt.method)
    if delivery in _EMPTY_WORDS:
        claim = notification(attempt, transaction_status=status, fraud_status=fraud, status_code="200")
        return forged(claim) if delivery is Delivery.FORGED else claim
    if delivery in _FEES:
        _impose_fee(attempt, delivery)
    move(attempt, status=status, now=now, fraud=fraud)
    if action is Action.PAY:
        keep_card(attempt, now)
    return notification(attempt)


def _queue(
    attempt: SandboxTransaction, bodies: dict[str, str], delivery: Delivery, delay_seconds: int, now: datetime
) -> None:
    """Put pending and result (as far as they are there) into the outbox the way the delivery says."""
    due: dict[Delivery, datetime | None] = {Delivery.LATE: now + timedelta(seconds=delay_seconds), Delivery.LATER: None}
    order = ("result", "pending") if delivery is Delivery.OUT_OF_ORDER else ("pending", "result")
    for kind in order:
        if kind not in bodies or (kind == "result" and delivery is Delivery.NEVER):
            continue
        moment = due.get(delivery, now) if kind == "result" else now
        for _ in range(2 if kind == "result" and delivery is Delivery.TWICE else 1):
            status = json.loads(bodies[kind])["transaction_status"]
            queue_notice(attempt, bodies[kind], label=f"{status} ({delivery})", due_at=moment)


@transaction.atomic
def play(
    *, token: UUID, method: str, action: Action, delivery: Delivery, delay_seconds: int, now: datetime
) -> SandboxTransaction:
    """One act of the payer: choose a method if none is pending, do the action, queue its notifications.

    Refusal where the page is closed, the method unknown, or the action does not fit. `delay_seconds` is for LATE.
    """
    page = locked_page(token)
    attempt, is_new = _attempt_of(page, method, now)
    tells_pending = METHODS[attempt.method].has_pending and (is_new or delivery is Delivery.OUT_OF_ORDER)
    bodies = {"pending": notification(attempt)} if tells_pending else {}
    if action is not Action.WAIT:
        bodies["result"] = _result_body(attempt, action, delivery, now)
    _queue(attempt, bodies, delivery, min(max(delay_seconds, 0), MAX_DELAY_SECONDS), now)
    return attempt
