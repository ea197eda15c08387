"""Sending what is queued.

A message is *claimed* in a short transaction (state `sending`, attempts counted, `next_try_at` = the end of the claim),
then handed to its channel with no transaction open, then marked in another. So no row is locked while a mail server
thinks, and a worker that dies leaves a claim that ends by itself. What remains: a worker that dies after the channel
took the message and before the mark sends it once more when the claim has ended. At least once; e-mails carry the same
Message-ID both times.

The tenants to visit stand on the public rows (`messages_due_at`); a visit claims the tenant the same way, by moving
that instant, so a crash here is caught up, too, and two workers take different tenants.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Min

from notifications.channels import Outgoing, send
from notifications.errors import SendFailed
from notifications.models import Message, MessageState
from notifications.rules.attempts import next_try
from tenants.context import inside, writing
from tenants.models import Tenant

log = structlog.get_logger(__name__)
# A run takes at most so many messages, each for at most 15 seconds, so it ends before its claims do.
BATCH = 50
CLAIM = timedelta(minutes=15)


@dataclass(slots=True)
class Delivered:
    """What one run did."""

    tenants: int = 0
    sent: int = 0
    failed: int = 0

    @property
    def tried(self) -> int:
        """Messages that were handed to a channel."""
        return self.sent + self.failed


def deliver(*, now: datetime, limit: int = BATCH) -> Delivered:
    """Send what is due, at most `limit` messages; call again, with a new `now`, while it finds tenants.

    A failure is tried again after 1, 5, 30 minutes, 2 and 12 hours, then given up; the reason stays on the message.
    """
    outcome = Delivered()
    while outcome.tried < limit and (tenant := _claim_tenant(now)) is not None:
        outcome.tenants += 1
        with inside(tenant):
            while outcome.tried < limit and (message := _claim_message(now)) is not None:
                _send(message, now, outcome)
        _plan_next_visit(tenant)
    return outcome


def _claim_tenant(now: datetime) -> Tenant | None:
    """The tenant that waits longest; nobody else visits it until the claim ends or new messages are written."""
    with transaction.atomic():
        due = Tenant.objects.filter(messages_due_at__lte=now, provisioning=Tenant.ProvisioningState.READY)
        free = due.order_by("messages_due_at", "pk").select_for_update(skip_locked=True, no_key=True, of=("self",))
        tenant = free.first()
        if tenant is not None:
            Tenant.objects.filter(pk=tenant.pk).update(messages_due_at=now + CLAIM)
        return tenant


def _claim_message(now: datetime) -> Message | None:
    """The message that waits longest, claimed; also one whose sender's claim has ended."""
    with transaction.atomic():
        due = Message.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
        message = due.select_for_update(skip_locked=True).first()
        if message is not None:
            message.state, message.attempts = MessageState.SENDING, message.attempts + 1
            message.next_try_at = now + CLAIM
            message.save(update_fields=["state", "attempts", "next_try_at"])
        return message


def _send(message: Message, now: datetime, outcome: Delivered) -> None:
    """Hand it to its channel and mark what came of it. Whatever a channel raises concerns this message alone."""
    try:
        reference = send(outgoing_of(message))
    except SendFailed as error:
        _mark_failed(message, now, error.reason, retryable=error.retryable)
        outcome.failed += 1
    except Exception as error:
        log.exception("channel_broken", channel=message.channel, message_id=str(message.pk))
        _mark_failed(message, now, f"{type(error).__name__}: {error}", retryable=True)
        outcome.failed += 1
    else:
        _mark(message, state=MessageState.SENT, sent_at=now, next_try_at=None, error="", reference=reference[:120])
        outcome.sent += 1


def _mark_failed(message: Message, now: datetime, reason: str, *, retryable: bool) -> None:
    again = next_try(message.attempts, now, retryable=retryable)
    state = MessageState.GIVEN_UP if again is None else MessageState.FAILED
    log.warning("message_not_sent", channel=message.channel, message_id=str(message.pk), state=state, reason=reason)
    _mark(message, state=state, next_try_at=again, error=reason[:500])


def _mark(message: Message, **changes: object) -> None:
    """Only for who still holds the claim: one that ended may belong to another worker by now."""
    mine = Message.objects.filter(pk=message.pk, state=MessageState.SENDING, attempts=message.attempts)
    mine.update(**changes)


def _plan_next_visit(tenant: Tenant) -> None:
    """The earliest instant at which a message of the tenant is due again.

    Under the tenant's lock: messages written meanwhile wait for it and then pull the instant forward again.
    """
    with writing(tenant) as locked:
        earliest = Message.objects.filter(next_try_at__isnull=False).aggregate(at=Min("next_try_at"))["at"]
        Tenant.objects.filter(pk=locked.pk).update(messages_due_at=earliest)


def outgoing_of(message: Message) -> Outgoing:
    """The message as channels take it."""
    return Outgoing(
        id=message.pk,
        channel=message.channel,
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        language=message.language,
        sender_name=message.sender_name,
        reply_to=message.reply_to,
        subject=message.subject,
        text=message.body_text,
        html=message.body_html,
    )


def retry_message(*, tenant: Tenant, message_id: UUID, now: datetime) -> bool:
    """Let staff send a message again that was given up or waits for its next try; False if there is none such."""
    states = [MessageState.FAILED, MessageState.GIVEN_UP]
    with writing(tenant) as locked:
        found = Message.objects.filter(pk=message_id, state__in=states)
        changed = found.update(state=MessageState.QUEUED, attempts=0, next_try_at=now)
        if changed:
            Tenant.objects.filter(pk=locked.pk).update(messages_due_at=now)
    return bool(changed)
