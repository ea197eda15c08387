"""Asking the gateway about attempts it never told us of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Least

from billing.gateways.errors import GatewayError
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import LIVE, Checkout, CheckoutItem, CheckoutState, NoticeState
from billing.gateways.statements.gateway_models import DifferenceKind, DifferenceSource, GatewayDifference
from billing.services.gateway.attempts import check_attempt
from billing.services.gateway.checkout_ends import expire_checkout
from billing.services.gateway.verdicts import Verdict
from billing.services.payments.differences import note_difference
from billing.services.payments.suspense import put_into_suspense
from tenants.errors import DomainError

log = structlog.get_logger(__name__)
FIRST_LOOK = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
MOST_AT_ONCE = 500
_DAYS = timedelta(days=1)
RECHECKED_AFTER = (1 * _DAYS, 7 * _DAYS)
# Of what went back in part or is disputed more may go: a card gives back for 90 days, and its bank asks for 120.
GONE_BACK_AFTER = (*RECHECKED_AFTER, 14 * _DAYS, 30 * _DAYS, 60 * _DAYS, 90 * _DAYS, 120 * _DAYS)
GONE_BACK = (CheckoutState.REFUNDED, CheckoutState.DISPUTED)
LONGEST_LATE = 7 * _DAYS  # nights that may be missed before an attempt is given up
MOST_A_NIGHT = 5000
MOST_FAILURES = 20  # in a row: then the gateway is away, and is asked the next night


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
    return Checkout.objects.filter(pk__in=live.union(unbooked)).order_by("created_at", "pk")


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


def recheck_paid(*, now: datetime, gateway: MidtransClient) -> Reconciled:
    """Every night: ask again about what was paid, so that reversals, refunds and chargebacks are found whose notice was lost.

    A day and a week afterwards; where something went back already, until nothing more can (`GONE_BACK_AFTER`). At most so many
    a night, the oldest first; the others are due the next night. The answer is applied as a notice's would be; what a machine
    must not decide, and payments that the gateway does not know, are differences for staff.
    """
    outcome, failed_in_a_row = Reconciled(), 0
    for checkout in _paged(paid_to_recheck(now), MOST_A_NIGHT):
        outcome.asked += 1
        is_answered = _recheck(checkout, now, gateway, outcome)
        failed_in_a_row = 0 if is_answered else failed_in_a_row + 1
        if failed_in_a_row == MOST_FAILURES:
            break
    if outcome.asked == MOST_A_NIGHT or failed_in_a_row == MOST_FAILURES:
        log.warning("recheck_not_finished", asked=outcome.asked, failed=outcome.failed)
    return outcome


def _recheck(checkout: Checkout, now: datetime, gateway: MidtransClient, outcome: Reconciled) -> bool:
    """Ask about one attempt; False if that failed."""
    try:
        verdicts = _look_again(checkout, now, gateway)
    except (GatewayError, DomainError, DatabaseError):
        log.exception("checkout_not_rechecked", order_id=checkout.order_id)
        outcome.failed += 1
        return False
    outcome.settled += all(found.state != NoticeState.SUSPENSE and found.status is not None for found in verdicts)
    for found in verdicts:
        _note_recheck(checkout, found, now)
    return True


def _look_again(checkout: Checkout, now: datetime, gateway: MidtransClient) -> list[Verdict]:
    """Of the order, and where that tells of another transaction, of the one that paid it."""
    asked: dict[str, Any] = {"checkout_id": checkout.pk, "now": now, "gateway": gateway}
    found, paid_by = check_attempt(**asked), checkout.transaction_id
    if found.status is None or paid_by in {"", found.status.transaction_id}:
        return [found]
    return [found, check_attempt(**asked, transaction_id=paid_by)]


def paid_to_recheck(now: datetime) -> "QuerySet[Checkout]":
    """Attempts that were paid and not asked about since the last of their ages that is over."""
    paid = Q(state=CheckoutState.PAID) & _due_by_age(RECHECKED_AFTER, now)
    gone_back = Q(state__in=GONE_BACK) & _due_by_age(GONE_BACK_AFTER, now)
    return Checkout.objects.filter(paid | gone_back).order_by("paid_at", "pk")


def _due_by_age(ages: Sequence[timedelta], now: datetime) -> Q:
    due = Q()
    for age in ages:
        seen = Q(checked_at__isnull=True) | Q(checked_at__lt=F("paid_at") + Value(age, output_field=DurationField()))
        due |= Q(paid_at__lte=now - age) & seen
    return Q(paid_at__gt=now - ages[-1] - LONGEST_LATE) & due


def _paged(due: "QuerySet[Checkout]", most: int) -> Iterator[Checkout]:
    """The first so many, a page at a time. One that fails is still due, and is not met twice."""
    rest = due
    while most > 0 and (page := list(rest[: min(most, MOST_AT_ONCE)])):
        yield from page
        most, last = most - len(page), page[-1]
        rest = due.filter(Q(paid_at__gt=last.paid_at) | Q(paid_at=last.paid_at, pk__gt=last.pk))


def _note_recheck(checkout: Checkout, verdict: Verdict, now: datetime) -> None:
    if verdict.state == NoticeState.SUSPENSE:
        _queue_for_staff(checkout, verdict, now)
    elif verdict.status is None:
        note_difference(_difference(checkout, DifferenceKind.SURPLUS, "", verdict.reason, now))


def _difference(checkout: Checkout, kind: DifferenceKind, detail: str, why: str, now: datetime) -> GatewayDifference:
    return GatewayDifference(
        key=f"status:{kind.value}:{checkout.order_id}:{detail}"[:150],
        source=DifferenceSource.STATUS,
        kind=kind,
        order_id=checkout.order_id,
        transaction_id=checkout.transaction_id,
        ours=(checkout.gross_amount or checkout.amount) if checkout.state == CheckoutState.PAID else 0,
        theirs=0,
        note=why[:300],
        checkout=checkout,
        found_at=now,
    )


def _queue_for_staff(checkout: Checkout, verdict: Verdict, now: datetime) -> None:
    """What a machine must not decide waits beside the notices, once, and among the differences with the gateway."""
    status = verdict.status
    if status is None:
        return
    notice = put_into_suspense(checkout=checkout, status=status, reason=verdict.reason, now=now)
    if notice is not None:
        kind = DifferenceKind.AMOUNT if notice.amount is not None else DifferenceKind.STATE
        found = _difference(checkout, kind, f"{status.transaction_id}:{status.state}", verdict.reason, now)
        found.theirs, found.notice = status.gross_amount, notice
        found.ours = checkout.amount if kind == DifferenceKind.AMOUNT else found.ours
        note_difference(found)
