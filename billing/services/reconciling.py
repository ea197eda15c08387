"""Asking the gateway about attempts it never told us of."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Least

from billing.gateways.errors import GatewayError
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import LIVE, Checkout, CheckoutItem, CheckoutState, NoticeState
from billing.services.attempts import Verdict, check_attempt
from billing.services.checkouts import expire_checkout
from billing.services.suspense import put_into_suspense
from tenants.errors import DomainError

log = structlog.get_logger(__name__)
FIRST_LOOK = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
MOST_AT_ONCE = 500


@dataclass(slots=True)
class Reconciled:
    """How many attempts were asked about, of these found paid or over, and failed (they are asked again)."""

    asked: int = 0
    settled: int = 0
    failed: int = 0


def due_attempts(now: datetime) -> "QuerySet[Checkout]":
    """Live attempts whose next look is due, and paid ones whose booking was interrupted.

    Looked at 5 minutes after the start, then whenever their age has doubled (10, 20, 40 minutes …, at most 6 hours),
    and once the page is over.
    """
    age = ExpressionWrapper(F("checked_at") - F("created_at"), output_field=DurationField())
    wait = Least(age, Value(LONGEST_WAIT, output_field=DurationField()))
    due = (
        Q(checked_at__isnull=True, created_at__lte=now - FIRST_LOOK)
        | Q(checked_at__lte=now - wait, created_at__lte=now - FIRST_LOOK)
        | Q(expires_at__lte=now, checked_at__isnull=True)
        | Q(expires_at__lte=now, checked_at__lt=F("expires_at"))
    )
    live = Checkout.objects.filter(due, state__in=LIVE).values("pk")
    # Each part by the index of its own few rows; joined by OR all attempts ever made would be read.
    unbooked = CheckoutItem.objects.filter(
        live=True, checkout__state=CheckoutState.PAID, checkout__paid_at__lte=now - FIRST_LOOK
    ).values("checkout_id")
    return Checkout.objects.filter(pk__in=live.union(unbooked)).order_by("created_at")


def reconcile_checkouts(*, now: datetime, gateway: MidtransClient) -> Reconciled:
    """Ask about every due attempt and apply the answer as a notice's would be. One that fails holds up no other."""
    outcome = Reconciled()
    for checkout in due_attempts(now)[:MOST_AT_ONCE]:
        outcome.asked += 1
        try:
            outcome.settled += _reconcile(checkout, now, gateway)
        except (GatewayError, DomainError, DatabaseError):
            log.exception("checkout_not_reconciled", order_id=checkout.order_id)
            outcome.failed += 1
    return outcome


def _reconcile(checkout: Checkout, now: datetime, gateway: MidtransClient) -> bool:
    """Look at one attempt; True if it is no longer live."""
    if checkout.expires_at <= now and checkout.state in LIVE:
        expire_checkout(checkout=checkout, now=now, gateway=gateway)
    verdict = check_attempt(checkout_id=checkout.pk, now=now, gateway=gateway)
    if verdict.state == NoticeState.SUSPENSE:
        _queue_for_staff(checkout, verdict, now)
    checkout.refresh_from_db()
    return checkout.state not in LIVE


def _queue_for_staff(checkout: Checkout, verdict: Verdict, now: datetime) -> None:
    """What a machine must not decide waits beside the notices, once."""
    if verdict.status is not None:
        put_into_suspense(checkout=checkout, status=verdict.status, reason=verdict.reason, now=now)
