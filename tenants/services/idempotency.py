"""Answers given under an `Idempotency-Key`: claimed before the work, kept after it, given again to a repetition."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from tenants.errors import Conflict
from tenants.models import IdempotentRequest

KEPT_FOR = timedelta(hours=48)
# Long enough for any request; what is still unanswered then was cut off and may be tried again.
ABANDONED_AFTER = timedelta(minutes=10)
WAIT_MILLISECONDS = 10_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A request under a key: who asks (`scope`), under which key, and what (`fingerprint`, not reversible)."""

    scope: str
    key: str
    fingerprint: str


def claim_request(*, claim: Claim, now: datetime) -> IdempotentRequest:
    """The row of this key: a new one with an empty `status`, whose answer the caller must keep; or an answered one.

    Inside a transaction a second request under the key waits here until the first has committed, then finds its answer.
    `Conflict` for another request under the same key, and for one that is still being worked on.
    """
    fresh = IdempotentRequest(scope=claim.scope, key=claim.key, fingerprint=claim.fingerprint)
    _insert(fresh)
    row = IdempotentRequest.objects.get(scope=claim.scope, key=claim.key)
    if row.fingerprint != claim.fingerprint:
        raise Conflict(
            _("Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai kunci baru untuk setiap permintaan."),
            field="Idempotency-Key",
            code="idempotency_key_reused",
        )
    if row.status is None and row.pk != fresh.pk and not _take_over(row, now):
        raise _in_progress()
    return row


def _insert(fresh: IdempotentRequest) -> None:
    """Insert unless it is there; wait for another's uncommitted row, but not for ever."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {WAIT_MILLISECONDS}")
            IdempotentRequest.objects.bulk_create([fresh], ignore_conflicts=True)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        raise _in_progress() from error


def _take_over(row: IdempotentRequest, now: datetime) -> bool:
    abandoned = IdempotentRequest.objects.filter(pk=row.pk, status__isnull=True, created_at__lt=now - ABANDONED_AFTER)
    return bool(abandoned.update(created_at=now))


def _in_progress() -> Conflict:
    return Conflict(
        _("Permintaan dengan Idempotency-Key ini masih dikerjakan. Coba lagi sebentar lagi."),
        field="Idempotency-Key",
        code="idempotency_in_progress",
    )


def keep_answer(*, row: IdempotentRequest, status: int, body: Any) -> None:
    """Keep what was answered."""
    IdempotentRequest.objects.filter(pk=row.pk).update(status=status, body=body)


def forget_request(*, row: IdempotentRequest) -> None:
    """Free the key: nothing came of the request, so it may be sent again."""
    IdempotentRequest.objects.filter(pk=row.pk).delete()


def prune_requests(*, now: datetime) -> int:
    """Drop answers older than two days; returns how many."""
    return IdempotentRequest.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]
