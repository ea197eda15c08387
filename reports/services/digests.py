"""Digests: who wants which, and that nobody gets one twice."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from notifications.rules.attempts import next_try
from reports.models import Digest, DigestState, DigestWish
from reports.rules.lookbacks import Cadence, Lookback
from tenants.models import User


def choose_digests(*, user: User, kinds: Collection[Cadence]) -> None:
    """These and no others. Who keeps one keeps the day since when."""
    with transaction.atomic():
        DigestWish.objects.filter(user=user).exclude(kind__in=kinds).delete()
        DigestWish.objects.bulk_create((DigestWish(user=user, kind=kind) for kind in kinds), ignore_conflicts=True)


def stop_digest(*, user_id: int, kind: Cadence) -> None:
    """No more of this one; safe to repeat."""
    DigestWish.objects.filter(user=user_id, kind=kind).delete()


def claim_digest(*, user: User, period: Lookback, now: datetime) -> Digest | None:
    """The right to send it, once: the first time, or after a failure when its next try has come; None for who is too late."""
    digest, made = Digest.objects.get_or_create(user=user, kind=period.cadence.value, first=period.first)
    if made:
        return digest
    again = Digest.objects.filter(pk=digest.pk, state=DigestState.FAILED, next_try_at__lte=now)
    taken = again.update(state=DigestState.SENDING, attempts=F("attempts") + 1, next_try_at=None)
    return Digest.objects.get(pk=digest.pk) if taken else None


def mark_sent(*, digest: Digest, now: datetime) -> None:
    """The mail server has it."""
    Digest.objects.filter(pk=digest.pk).update(state=DigestState.SENT, sent_at=now, error="")


def mark_failed(*, digest: Digest, reason: str, retryable: bool, now: datetime) -> None:
    """The mail server did not take it: tried again as other messages are, then given up."""
    again = next_try(digest.attempts, now, retryable=retryable)
    state = DigestState.GIVEN_UP if again is None else DigestState.FAILED
    Digest.objects.filter(pk=digest.pk).update(state=state, next_try_at=again, error=reason[:500])
