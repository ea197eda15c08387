"""The outbox of notifications: queued with the change they tell of, claimed and recorded by the sender."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from billing.gateways.sandbox.errors import Refusal
from billing.gateways.sandbox.models import SandboxNotice, SandboxTransaction
from billing.gateways.sandbox.retries import wait_before_retry

# While a sender is at it nobody else takes the notice; should it die, the notice is due again after this.
_LEASE = timedelta(minutes=1)


@dataclass(frozen=True)
class Answer:
    """How our posting was answered: `status` is None when nothing came in time."""

    status: int | None
    text: str


def queue_notice(attempt: SandboxTransaction, body: str, *, label: str, due_at: datetime | None) -> SandboxNotice:
    """Put a notification into the outbox; without `due_at` it waits for somebody to send it by hand."""
    return SandboxNotice.objects.create(transaction=attempt, body=body, label=label, due_at=due_at)


def resend_last(*, attempt: SandboxTransaction, now: datetime) -> SandboxNotice:
    """Send the last notification of a transaction once more, word for word; Refusal if there was none."""
    last = attempt.notices.order_by("-pk").first()
    if last is None:
        raise Refusal(404, "Belum ada notifikasi.")
    return queue_notice(attempt, last.body, label=f"{json.loads(last.body)['transaction_status']}, ulang", due_at=now)


def release_notice(*, pk: int, now: datetime) -> None:
    """Send one now that is held back, waits for its retry, or was given up."""
    SandboxNotice.objects.filter(pk=pk).update(due_at=now, finished_at=None)


@transaction.atomic
def claim_due_notice(now: datetime) -> SandboxNotice | None:
    """Take the oldest notice that is due, and only once among several senders."""
    due = SandboxNotice.objects.select_for_update(skip_locked=True).filter(due_at__lte=now)
    notice = due.order_by("due_at", "pk").first()
    if notice is not None:
        notice.due_at = now + _LEASE
        notice.save(update_fields=["due_at"])
    return notice


def record_answer(*, notice: SandboxNotice, answer: Answer, now: datetime) -> None:
    """Count a sending, and plan the next one if Midtrans would make it."""
    sent = notice.sent + 1
    wait = wait_before_retry(answer.status, sent)
    SandboxNotice.objects.filter(pk=notice.pk).update(
        sent=sent,
        answer=answer.text[:200],
        due_at=now + wait if wait else None,
        finished_at=None if wait else now,
    )


def next_due_at() -> datetime | None:
    """When the next notice is due; None if nothing waits."""
    waiting = SandboxNotice.objects.filter(due_at__isnull=False).order_by("due_at")
    return waiting.values_list("due_at", flat=True).first()
