"""Messages to people, one row for each person and channel. In the tenant's schema: no foreign key leaves it."""

from django.db import models
from django.db.models import Q

from tenants.models.ids import new_id


class ChannelName(models.TextChoices):
    """How a message reaches a person."""

    EMAIL = "email", "email"
    IN_APP = "in_app", "dalam aplikasi"
    WHATSAPP = "whatsapp", "WhatsApp"
    SMS = "sms", "SMS"


class MessageState(models.TextChoices):
    """Queued → sending → sent; after a failure `failed` until the next try, `given_up` when no try is left."""

    QUEUED = "queued", "menunggu"
    SENDING = "sending", "sedang dikirim"
    SENT = "sent", "terkirim"
    FAILED = "failed", "gagal, dicoba lagi"
    GIVEN_UP = "given_up", "gagal"


PENDING = (MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED)


class Message(models.Model):
    """What one person is told about one event on one channel; text and address are copied in and never change.

    `event_id` is the public event's key. `recipient` is an e-mail address, a number to dial, or `user:<id>` in the app.
    `next_try_at` is the next instant at which somebody may take the message up: of one being sent, the end of the
    sender's lease. `occurred_on` is the event's day by the tenant's own clock. An in-app message is sent when it is
    written, and read at `read_at`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event_id = models.BigIntegerField()
    event_name = models.CharField(max_length=60)
    occurred_on = models.DateField()
    channel = models.CharField(max_length=8, choices=ChannelName.choices)
    user_id = models.BigIntegerField(null=True)
    recipient = models.CharField(max_length=254)
    recipient_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, default="id")
    sender_name = models.CharField(max_length=200, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    link = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # Nothing is sent twice for the same cause; also serves "what was said about this event".
            models.UniqueConstraint(fields=["event_id", "channel", "recipient"], name="message_once"),
            models.CheckConstraint(
                condition=Q(state__in=PENDING, next_try_at__isnull=False)
                | (~Q(state__in=PENDING) & Q(next_try_at__isnull=True)),
                name="message_pending_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False), name="message_sent_at"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="message_pending", condition=Q(next_try_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.subject}"
