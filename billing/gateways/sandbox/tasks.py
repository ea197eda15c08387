"""The sender of notifications: a thread beside the web server, because a sandbox should need no worker."""

import threading
from datetime import datetime

import requests
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from billing.gateways.sandbox.notices import Answer, claim_due_notice, next_due_at, record_answer

log = structlog.get_logger(__name__)
_TIMEOUT_SECONDS = 15
_LONGEST_NAP_SECONDS = 600.0
# One sender a process keeps the order of notices that are due in the same instant.
_sending = threading.Lock()
_alarm: list[threading.Timer] = []


def post_notice(body: str) -> Answer:
    """Post one notification to the product's webhook, and say how it was answered."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Veritrans",
        "Host": settings.MIDTRANS_NOTIFICATION_HOST,
    }
    try:
        response = requests.post(
            settings.MIDTRANS_NOTIFICATION_URL,
            data=body.encode(),
            headers=headers,
            timeout=_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return Answer(None, f"{type(error).__name__}: {error}")
    return Answer(response.status_code, f"HTTP {response.status_code}")


def send_due_notices(now: datetime) -> int:
    """Post everything due at `now`, one after another, and count them. Failures are recorded and retried."""
    count = 0
    while notice := claim_due_notice(now):
        record_answer(notice=notice, answer=post_notice(notice.body), now=now)
        count += 1
    return count


def _set_alarm() -> None:
    """Wake up again for a late notice or a retry; only the latest alarm of a process stands."""
    due = next_due_at()
    while _alarm:
        _alarm.pop().cancel()
    if due is not None:
        wait = min(max((due - timezone.now()).total_seconds(), 0.2), _LONGEST_NAP_SECONDS)
        timer = threading.Timer(wait, _run)
        timer.daemon = True
        _alarm.append(timer)
        timer.start()


def _run() -> None:
    try:
        with _sending:
            send_due_notices(timezone.now())
            _set_alarm()
    except Exception:
        log.exception("sandbox.sender_failed")
    finally:
        # Threads have a connection of their own; nobody else would close it.
        connection.close()


def start_sender() -> None:
    """Send in the background once the present transaction is committed."""
    transaction.on_commit(lambda: threading.Thread(target=_run, name="midtrans-sandbox", daemon=True).start())
