"""Digests of figures by e-mail: who of the operator's staff wants which, and each on its way."""

from django.db import models
from django.db.models import Q

from reports.rules.lookbacks import Cadence
from tenants.models import User
from tenants.models.ids import new_id

KINDS = [(kind.value, kind.value) for kind in Cadence]


class DigestWish(models.Model):
    """A member of staff wants a digest, from the next one told after `created_at` on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="digest_wishes")
    kind = models.CharField("jenis", max_length=9, choices=KINDS)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "ringkasan yang diminta"
        verbose_name_plural = "ringkasan yang diminta"
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="digest_wish_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"


class DigestState(models.TextChoices):
    """Sending → sent; after a failure `failed` until the next try, `given_up` when no try is left."""

    SENDING = "sending", "sedang dikirim"
    SENT = "sent", "terkirim"
    FAILED = "failed", "gagal, dicoba lagi"
    GIVEN_UP = "given_up", "gagal"


class Digest(models.Model):
    """The digest of a period (which begins on `first`) to one reader. The row comes first: nobody gets a period twice.

    One that stays `sending` was cut off while the mail server had it. Nobody knows whether it left, so it is not sent again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="digests")
    kind = models.CharField("jenis", max_length=9, choices=KINDS)
    first = models.DateField("periode")
    state = models.CharField("status", max_length=8, choices=DigestState.choices, default=DigestState.SENDING)
    attempts = models.PositiveSmallIntegerField(default=1)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "ringkasan"
        verbose_name_plural = "ringkasan"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "first"], name="digest_once"),
            models.CheckConstraint(
                condition=Q(state=DigestState.FAILED, next_try_at__isnull=False)
                | (~Q(state=DigestState.FAILED) & Q(next_try_at__isnull=True)),
                name="digest_failed_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {self.first}"
