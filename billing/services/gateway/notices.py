"""Notifications: stored as they came, applied later by a worker on the gateway's own word."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.db.models import F, Q

from billing.gateways.errors import GatewayError, NotFound
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import Checkout, Mandate, Notice, NoticeState
from billing.gateways.notifications import Notification, parse_notification, signature_is_valid
from billing.gateways.values import ORDER_ID, Outcome
from billing.selectors.confirmed_money import is_confirmed
from billing.services.gateway.attempts import check_attempt
from billing.services.gateway.client import signature_key, status_or_none
from billing.services.gateway.mandates import check_mandate
from billing.services.gateway.verdicts import Verdict
from billing.services.payments.suspense import is_known_to_staff
from tenants.errors import DomainError

log = structlog.get_logger(__name__)
# While a worker is at a notice nobody else takes it; should it die, the notice is due again after this.
LEASE = timedelta(minutes=2)
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360)]
MOST_ATTEMPTS = 12
# A notice of a transaction that the gateway itself does not know (yet) is not worth as many questions.
MOST_UNKNOWN = 3
FORGED_KEPT, IGNORED_KEPT = timedelta(days=7), timedelta(days=90)


def receive_notice(*, body: bytes, source: str, now: datetime) -> Notice:
    """Store a notification exactly as posted, and say by its `state` whether its signature is ours (else FORGED).

    Nothing is looked up or asked here, so the answer is quick and a forger learns nothing. ValueError for what is no
    JSON object of a sensible size.
    """
    told = parse_notification(body)
    state, reason = _first_look(told)
    return Notice.objects.create(
        body=body.decode(errors="replace"),
        source=source[:60],
        order_id=told.order_id[:80],
        dedupe_key=told.dedupe_key[:150],
        state=state,
        reason=reason,
        retry_at=now if state == NoticeState.NEW else None,
    )


def _first_look(told: Notification) -> tuple[NoticeState, str]:
    """The gateway's own subscriptions are not used and their notices carry no signature; an ordinary one comes as
    well.
    """
    if told.is_subscription and not told.signature_key:
        return NoticeState.IGNORED, "pemberitahuan langganan gateway tidak dipakai"
    if not signature_is_valid(told, signature_key()):
        return NoticeState.FORGED, "tanda tangan salah"
    return NoticeState.NEW, ""


def pending_notices(now: datetime) -> list[UUID]:
    """Notices waiting to be applied, oldest first."""
    due = Notice.objects.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now), state=NoticeState.NEW)
    return list(due.order_by("received_at", "pk").values_list("pk", flat=True)[:500])


def apply_pending_notices(*, now: datetime, gateway: MidtransClient) -> int:
    """Apply every notice that waits, also those whose message to a worker was lost; returns how many."""
    waiting: Sequence[UUID] = pending_notices(now)
    for notice_id in waiting:
        apply_notice(notice_id=notice_id, now=now, gateway=gateway)
    return len(waiting)


def apply_notice(*, notice_id: UUID, now: datetime, gateway: MidtransClient) -> Notice:
    """Ask the gateway what really happened and apply that; what the notice claims never moves money.

    Claimed by a conditional update, so of two workers one does it. A failure that may pass leaves the notice NEW with
    the reason, the number of attempts and the time of the next.
    """
    notice = _claim(notice_id, now)
    if notice is None:
        return Notice.objects.get(pk=notice_id)
    try:
        verdict = _judge(notice, now, gateway)
    except (GatewayError, DomainError, DatabaseError) as error:
        log.warning("notice_postponed", notice=str(notice.pk), error=str(error))
        return _postpone(notice, error, now)
    return _conclude(notice, verdict, now)


def _claim(notice_id: UUID, now: datetime) -> Notice | None:
    due = Notice.objects.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now), pk=notice_id, state=NoticeState.NEW)
    if not due.update(attempts=F("attempts") + 1, retry_at=now + LEASE):
        return None
    return Notice.objects.get(pk=notice_id)


def _judge(notice: Notice, now: datetime, gateway: MidtransClient) -> Verdict:
    told = parse_notification(notice.body.encode())
    if (mandate := Mandate.objects.filter(order_id=told.order_id or "-").first()) is not None:
        mandate = check_mandate(mandate_id=mandate.pk, now=now, gateway=gateway, told=told.raw)
        return Verdict(NoticeState.APPLIED, f"auto-debit: {mandate.state}")
    checkout = _attempt_of(told)
    if checkout is None:
        return _judge_stray(notice, told, now, gateway)
    notice.checkout = checkout
    told_at = notice.received_at if told.outcome is Outcome.CHARGEBACK else None
    asked: dict[str, Any] = {"checkout_id": checkout.pk, "told_at": told_at, "transaction_id": told.transaction_id}
    verdict = check_attempt(**asked, now=now, gateway=gateway)
    if verdict.status is None:
        raise NotFound(verdict.reason)
    if told.outcome is Outcome.PAID and verdict.status.outcome is not Outcome.PAID:
        reason = f"gateway tidak membenarkan {told.state}, statusnya {verdict.status.state}"
        return verdict if verdict.state == NoticeState.SUSPENSE else Verdict(verdict.state, reason, verdict.status)
    return verdict


def _attempt_of(told: Notification) -> Checkout | None:
    """By order id; some banks put something else there, so by transaction id and the custom field, too.

    Only our own attempts are looked up, and only their own ids are ever asked: an id from outside gains nothing.
    """
    for key in (told.order_id, told.custom_field):
        if key and (found := Checkout.objects.filter(order_id=key).first()):
            return found
    keys = [key for key in (told.transaction_id, told.order_id) if key]
    return Checkout.objects.filter(transaction_id__in=keys).first()


def _judge_stray(notice: Notice, told: Notification, now: datetime, gateway: MidtransClient) -> Verdict:
    """An order that is not ours. Its id is covered by the signature, so the gateway may be asked whose it is."""
    status = status_or_none(gateway, told.order_id) if ORDER_ID.fullmatch(told.order_id) else None
    if status is None:
        return Verdict(NoticeState.SUSPENSE, "pesanan tidak dikenal, juga oleh gateway")
    checkout = Checkout.objects.filter(order_id=status.order_id).first()
    if checkout is not None:
        notice.checkout = checkout
        return check_attempt(checkout_id=checkout.pk, now=now, gateway=gateway)
    if status.outcome is Outcome.PAID:
        return Verdict(NoticeState.SUSPENSE, "pesanan tidak dikenal, uang sudah diterima", status)
    if is_confirmed(status):
        return Verdict(NoticeState.SUSPENSE, f"pesanan tidak dikenal, uangnya ditarik kembali: {status.state}", status)
    return Verdict(NoticeState.IGNORED, f"pesanan tidak dikenal, belum dibayar: {status.state}", status)


def _postpone(notice: Notice, error: Exception, now: datetime) -> Notice:
    """Later and later; in the end a person looks at it."""
    limit = MOST_UNKNOWN if isinstance(error, NotFound) else MOST_ATTEMPTS
    notice.reason = f"{type(error).__name__}: {error}"[:300]
    notice.retry_at = now + BACKOFF[min(notice.attempts, len(BACKOFF)) - 1]
    if notice.attempts >= limit:
        notice.state, notice.retry_at = NoticeState.SUSPENSE, None
    notice.save(update_fields=["reason", "retry_at", "state", "checkout"])
    return notice


def _conclude(notice: Notice, verdict: Verdict, now: datetime) -> Notice:
    status = verdict.status
    notice.state, notice.reason, notice.amount = verdict.state, verdict.reason[:300], verdict.confirmed_amount
    notice.transaction_id = status.transaction_id[:60] if status is not None else ""
    if notice.state == NoticeState.SUSPENSE and not verdict.is_news and is_known_to_staff(notice, status):
        notice.state, notice.reason = NoticeState.IGNORED, f"sudah ada di antrean: {verdict.reason}"[:300]
    notice.applied_at, notice.retry_at = now, None
    notice.save()
    return notice


def prune_notices(*, now: datetime) -> int:
    """Delete forged notices after a week and those that changed nothing after 90 days; what moved money is kept."""
    forged = Notice.objects.filter(state=NoticeState.FORGED, received_at__lt=now - FORGED_KEPT)
    idle = Notice.objects.filter(state=NoticeState.IGNORED, received_at__lt=now - IGNORED_KEPT)
    return forged.delete()[0] + idle.delete()[0]
