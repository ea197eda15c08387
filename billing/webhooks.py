"""Where the gateway tells us what happened. Stores and answers; a worker does the rest."""

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError as BrokerError

from billing.gateways.models import Notice, NoticeState
from billing.gateways.notifications import MAX_BYTES
from billing.services.gateway.notices import receive_notice
from billing.tasks import apply_notice

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def receive_midtrans(request: HttpRequest) -> HttpResponse:
    """200 once stored, whatever the worker will make of it; 403 forged, 400 unreadable, 413 too long.

    503 where the database is away: that may pass, and Midtrans comes back four times (a 500 once, a redirect never).
    """
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > MAX_BYTES:
        return _answer(413, "too large")
    source = request.META.get("REMOTE_ADDR", "")
    try:
        with transaction.atomic():
            notice = receive_notice(body=request.body, source=source, now=timezone.now())
            transaction.on_commit(lambda: _enqueue(notice))
    except ValueError as error:
        log.info("notice_unreadable", error=str(error), source=source)
        return _answer(400, "unreadable")
    except (OperationalError, InterfaceError):
        log.exception("notice_not_stored")
        return _answer(503, "try again")
    return _answer(403, "bad signature") if notice.state == NoticeState.FORGED else _answer(200, "ok")


def _enqueue(notice: Notice) -> None:
    """Tell a worker; if the broker is away, the regular look at waiting notices finds it."""
    if notice.state != NoticeState.NEW:
        return
    try:
        apply_notice.delay(str(notice.pk))
    except BrokerError:
        log.warning("notice_waits_for_beat", notice=str(notice.pk))


def _answer(status: int, text: str) -> HttpResponse:
    return HttpResponse(text + "\n", status=status, content_type="text/plain")
