"""From events to messages: at least once, and never twice the same message.

An event is handled in one transaction with the messages it causes and its own mark, so nothing is lost between them;
the unique key (event, channel, recipient) makes a repetition harmless. Workers may run side by side: each locks the
events it handles and skips those of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Least

from notifications.models import ChannelName, Message, MessageState
from notifications.rules.audience import EMAIL, IN_APP, Telling, telling_of
from notifications.rules.recipients import Person, Recipient, recipients_of
from notifications.selectors.facts import Account, Facts, account_of, facts_of
from notifications.selectors.people import contact_of, members_of
from notifications.selectors.rendering import render_message
from tenants.context import inside
from tenants.models import Event, Tenant

log = structlog.get_logger(__name__)
BATCH = 100
# How old an event has to be before each further attempt; with the last one used up it waits for staff.
RETRY_AT_AGE = (
    timedelta(0),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)


@dataclass(slots=True)
class Notified:
    """What one run did: events handled, messages written, events that failed."""

    events: int = 0
    messages: int = 0
    failed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Audience:
    """The people of one tenant, read once for a batch."""

    account: Account
    members: Sequence[Person]
    contact: Person | None


def notify(*, now: datetime, limit: int = 500) -> Notified:
    """Turn up to `limit` events that nobody has been told of into messages, oldest first, a batch for each tenant.

    An event that fails is set back alone, with attempts and reason on its row, and holds up no other.
    """
    outcome = Notified()
    while outcome.events + len(outcome.failed) < limit:
        if not _notify_next_tenant(now, outcome, min(BATCH, limit)):
            break
    return outcome


def pending_events(now: datetime) -> "QuerySet[Event]":
    """Events to be handled now: of ready tenants, unhandled, and not waiting for a later attempt."""
    due = Q()
    for attempts, age in enumerate(RETRY_AT_AGE):
        due |= Q(notify_attempts=attempts, recorded_at__lte=now - age) if attempts else Q(notify_attempts=0)
    ready = Q(tenant__provisioning=Tenant.ProvisioningState.READY)
    return Event.objects.filter(due, ready, notified_at__isnull=True).order_by("id")


def _notify_next_tenant(now: datetime, outcome: Notified, limit: int) -> bool:
    """Handle a batch of the tenant whose event is oldest; False when there is none left."""
    with transaction.atomic():
        free = pending_events(now).exclude(pk__in=outcome.failed).select_for_update(skip_locked=True, of=("self",))
        first = free.select_related("tenant").first()
        if first is None:
            return False
        tenant = first.tenant
        events = list(free.filter(tenant=tenant)[:limit])
        with inside(tenant):
            # Read before the savepoints below: a rolled back SET search_path would leave the wrong schema.
            audience = Audience(account_of(tenant), members_of(tenant), contact_of(tenant))
            written = [message for event in events for message in _handle(event, audience, now, outcome)]
            if any(message.channel != ChannelName.IN_APP for message in written):
                _call_delivery(tenant, now)
    return True


def _call_delivery(tenant: Tenant, now: datetime) -> None:
    """Let the next delivery visit the tenant; last in the transaction, so that billing waits for this row briefly."""
    due = Least(Coalesce(F("messages_due_at"), now), now)
    Tenant.objects.filter(pk=tenant.pk).update(messages_due_at=due)


def _handle(event: Event, audience: Audience, now: datetime, outcome: Notified) -> list[Message]:
    """Write the messages of one event and mark it; a failure takes back this event alone."""
    try:
        with transaction.atomic():
            messages = _write(event, audience, now)
            Event.objects.filter(pk=event.pk).update(notified_at=now, notify_error="")
    except Exception as error:
        log.exception("event_not_told", event_id=event.pk, event_name=event.name)
        reason = f"{type(error).__name__}: {error}"[:500]
        Event.objects.filter(pk=event.pk).update(notify_attempts=F("notify_attempts") + 1, notify_error=reason)
        outcome.failed.append(event.pk)
        return []
    outcome.events += 1
    outcome.messages += len(messages)
    return messages


def _write(event: Event, audience: Audience, now: datetime) -> list[Message]:
    telling = telling_of(event.name, event.occurred_on, event.data)
    if telling is None:
        return []
    facts = facts_of(event, audience.account)
    messages = [_message(event, telling, facts, recipient, now) for recipient in _recipients(event, telling, audience)]
    return Message.objects.bulk_create(messages, ignore_conflicts=True)


def _recipients(event: Event, telling: Telling, audience: Audience) -> list[Recipient]:
    if not telling.invitee:
        return recipients_of(telling, audience.members, audience.contact)
    language = event.data.get("language", "id")
    return [Recipient(EMAIL, event.data["email"].lower(), event.data.get("name", ""), language, None)]


def _message(event: Event, telling: Telling, facts: Facts, recipient: Recipient, now: datetime) -> Message:
    """The row; an in-app message has arrived once it is written."""
    rendered = render_message(telling.letter, facts, recipient)
    in_app, issuer = recipient.channel == IN_APP, facts.account.issuer
    return Message(
        event_id=event.pk,
        event_name=event.name,
        occurred_on=event.occurred_on,
        channel=recipient.channel,
        user_id=recipient.user_id,
        recipient=recipient.address,
        recipient_name=recipient.name[:200],
        language=recipient.language,
        sender_name=facts.account.product,
        reply_to=issuer.email if issuer else "",
        subject=rendered.subject[:300],
        body_text=rendered.text,
        body_html=rendered.html,
        link=rendered.link[:500],
        state=MessageState.SENT if in_app else MessageState.QUEUED,
        sent_at=now if in_app else None,
        next_try_at=None if in_app else now,
    )


def retry_event(*, event: Event) -> None:
    """Let staff try an event again whose attempts are used up."""
    Event.objects.filter(pk=event.pk, notified_at__isnull=True).update(notify_attempts=0)
