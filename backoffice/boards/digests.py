"""Digests by e-mail on their days (C18): who wants one gets it once, after the facts have followed the events."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings

from backoffice.boards.letter import Letter, Told, told, write_letter
from notifications.channels import Outgoing, send
from notifications.errors import SendFailed
from plans.selectors.holidays import holidays
from reports.models import Digest
from reports.rules.lookbacks import Lookback, told_by, told_on
from reports.selectors.digests import readers_of
from reports.services.digests import claim_digest, mark_failed, mark_sent
from reports.services.following import follow_events
from tenants.models import Tenant, User
from tenants.permissions import staff_may

log = structlog.get_logger(__name__)
AT_LATEST = time(12)
SENDER = "Langganan BizOps"


def send_digests(*, now: datetime) -> int:
    """Every digest that is due; returns how many left. Safe to repeat, and to run twice at once.

    Customers whose news are not drawn yet are waited for until noon; then it leaves and says how many they are.
    """
    here = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    waiting = [(period, readers) for period in told_by(here, holidays()) if (readers := _readers(period))]
    if not waiting:
        return 0
    follow_events()
    missing = Tenant.objects.filter(facts_changed=True).count()
    if missing and here.time() < AT_LATEST:
        log.info("digests_wait_for_facts", tenants=missing)
        return 0
    found = [(told(period, here.date(), missing), readers) for period, readers in waiting]
    return sum(_send(letter, reader, now) for letter, readers in found for reader in readers)


def _readers(period: Lookback) -> list[User]:
    """Those who want it, may read it, and have not been sent it."""
    found = readers_of(period.cadence, told_on(period, holidays()))
    done = Digest.objects.filter(kind=period.cadence.value, first=period.first, next_try_at__isnull=True)
    served = set(done.values_list("user_id", flat=True))
    return [user for user in found if user.pk not in served and staff_may(user, "choose_digests")]


def _send(found: Told, reader: User, now: datetime) -> bool:
    """Claimed before it is sent: who loses the claim sends nothing. Whatever goes wrong concerns this reader alone."""
    digest = claim_digest(user=reader, period=found.period, now=now)
    if digest is None:
        return False
    try:
        send(_outgoing(digest, write_letter(found, reader), reader))
    except SendFailed as error:
        mark_failed(digest=digest, reason=error.reason, retryable=error.retryable, now=now)
        return False
    except Exception as error:
        log.exception("digest_broken", digest_id=str(digest.pk))
        mark_failed(digest=digest, reason=f"{type(error).__name__}: {error}", retryable=True, now=now)
        return False
    mark_sent(digest=digest, now=now)
    return True


def _outgoing(digest: Digest, letter: Letter, reader: User) -> Outgoing:
    return Outgoing(
        id=digest.pk,
        channel="email",
        recipient=reader.email,
        recipient_name=str(reader),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        language=reader.language,
        sender_name=SENDER,
        kept=False,
        stop_at=letter.stop_at,
    )
