"""Attempts to pay: what the gateway says of one is checked, applied once, and booked per tenant.

Locks: an attempt's row is held while the gateway is asked, so that its answers are applied in the order they were
given; the tenants' rows are locked only afterwards, each in a transaction of its own, so one tenant never holds up
another.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction

from billing.gateways.mandate_models import MandateMethod
from billing.gateways.methods import shares
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import AFTER_PAID, LIVE, Checkout, CheckoutItem, CheckoutState, NoticeState
from billing.gateways.transitions import RECEIVED, is_late_payment, may_follow
from billing.gateways.values import ORDER_ID, GatewayStatus, Outcome
from billing.rules.gateway_references import CHANNEL, gateway_reference
from billing.selectors.confirmed_money import is_confirmed, is_placed
from billing.selectors.our_refunds import are_ours
from billing.services.gateway.client import MIDTRANS, status_or_none
from billing.services.gateway.debit_outcomes import conclude_debit
from billing.services.gateway.disputes import (
    is_chargeback_news,
    note_returned,
    report_late_payment,
    report_undone,
    was_paid_late,
)
from billing.services.gateway.verdicts import Verdict
from billing.services.payments.receiving import Received, record_payment
from tenants.context import acting, local_today
from tenants.errors import DomainError
from tenants.models import Tenant

log = structlog.get_logger(__name__)
_PLAIN_STATES = {
    Outcome.PENDING: CheckoutState.PENDING,
    Outcome.CHALLENGED: CheckoutState.CHALLENGED,
    Outcome.CANCELLED: CheckoutState.CANCELLED,
    Outcome.EXPIRED: CheckoutState.EXPIRED,
}
_REFUNDS = {Outcome.REFUNDED, Outcome.PARTIALLY_REFUNDED}
# Money that went back was there first: where its payment's own notice was lost, the payment is booked all the same.
_WENT_BACK = {*_REFUNDS, Outcome.CHARGEBACK}
_WENT_BACK_STATES = {"refund", "partial_refund", "chargeback", "partial_chargeback"}
_PARTLY_GONE = {"partial_refund", "partial_chargeback"}
_NO_CHANGE = "tidak mengubah apa pun"


def check_attempt(
    *,
    checkout_id: UUID,
    now: datetime,
    gateway: MidtransClient,
    told_at: datetime | None = None,
    transaction_id: str = "",
) -> Verdict:
    """Ask the gateway about one attempt and apply its answer: state at once, then money tenant by tenant.

    Of an order that was paid twice it tells of the last transaction, unless another is named (`transaction_id`). `told_at`:
    when a notice of a chargeback came, where that is why it is asked. Safe to repeat and to run twice at once: payments
    are keyed by transaction and tenant. GatewayError when the gateway does not answer (nothing has changed then).
    """
    with transaction.atomic():
        checkout = Checkout.objects.select_for_update().get(pk=checkout_id)
        last = status_or_none(gateway, checkout.order_id)
        status = _status_of(checkout, last, transaction_id, gateway)
        # What was asked of another transaction says nothing of the order's last one: that is due as before.
        checkout.checked_at = now if status is last else checkout.checked_at
        verdict, pays = _take_in(checkout, status, gateway.config.merchant_id, now, told_at)
    if pays and status is not None:
        book_attempt(checkout_id=checkout_id, status=status, now=now)
    conclude_debit(checkout_id=checkout_id, now=now, raw=None if status is None else status.raw)
    return verdict


def _status_of(
    checkout: Checkout, last: GatewayStatus | None, transaction_id: str, gateway: MidtransClient
) -> GatewayStatus | None:
    """What the gateway says of the order (`last`), or of another transaction of it that brought money or was booked.

    An id from outside gains nothing: only what the gateway itself says to be of this order counts.
    """
    if last is None or last.transaction_id == transaction_id or not ORDER_ID.fullmatch(transaction_id):
        return last
    other = status_or_none(gateway, transaction_id)
    if other is None or other.order_id != checkout.order_id:
        return last
    is_booked = checkout.state in AFTER_PAID and other.transaction_id == checkout.transaction_id
    return other if is_booked or other.outcome in {Outcome.PAID, *_WENT_BACK} else last


def _take_in(
    checkout: Checkout, status: GatewayStatus | None, merchant_id: str, now: datetime, told_at: datetime | None
) -> tuple[Verdict, bool]:
    """Apply an answer to a locked attempt; and whether money is to be booked for it."""
    if status is None:
        checkout.save(update_fields=["checked_at"])
        return Verdict(NoticeState.IGNORED, "gateway belum mengenal transaksi ini"), False
    problem = _problem(checkout, status, merchant_id)
    if problem:
        checkout.error = "" if checkout.state in AFTER_PAID else problem[:300]
        checkout.save(update_fields=["checked_at", "error"])
        return Verdict(NoticeState.SUSPENSE, problem, status), False
    verdict = _move(checkout, status, now, told_at)
    unbooked = status.outcome in _WENT_BACK and checkout.items.filter(applied_at__isnull=True).exists()
    return verdict, unbooked or verdict.is_payment or status.outcome is Outcome.PAID


def _problem(checkout: Checkout, status: GatewayStatus, merchant_id: str) -> str:
    """Why an answer must not be applied by a machine; "" if it may."""
    if merchant_id and status.merchant_id and status.merchant_id != merchant_id:
        return f"milik merchant lain: {status.merchant_id[:60]}"
    if status.outcome is Outcome.UNKNOWN:
        return f"status tidak dikenal: {status.state[:40]}/{status.fraud_status[:20]}/{status.status_code[:5]}"
    # An amount matters once there is money; a pending one may be corrected by the gateway itself.
    is_new = status.outcome in _WENT_BACK and checkout.state not in AFTER_PAID
    if (is_new or status.outcome is Outcome.PAID) and not status.amount_matches(checkout.amount):
        return f"jumlah tidak cocok: diminta {checkout.amount}, gateway menerima {status.gross_amount}"
    return ""


def _move(checkout: Checkout, status: GatewayStatus, now: datetime, told_at: datetime | None) -> Verdict:
    """Along the table of transitions, never backwards. Another transaction of the same order is news of its own.

    Money that went back is news whatever was known: a payment whose notice was lost, a refund after a chargeback.
    """
    same = status.transaction_id == checkout.transaction_id
    known = checkout.gateway_status if same else ""
    was, paid = CheckoutState(checkout.state), status.outcome is Outcome.PAID
    if was in AFTER_PAID and not same:
        return _second(checkout, status, now, told_at)
    if paid and was in AFTER_PAID and known in _WENT_BACK_STATES:
        return _come_back(checkout, status, was, now)
    late = paid and (is_late_payment(known, status.state) or was not in {*LIVE, *AFTER_PAID})
    repeated = status.outcome is Outcome.CHARGEBACK and known == status.state
    stale = repeated and not is_chargeback_news(status, told_at)
    gone = status.outcome in _WENT_BACK and (repeated or known != status.state)
    if stale or not (may_follow(known, status.state) or late or gone):
        checkout.save(update_fields=["checked_at"])
        return Verdict(NoticeState.IGNORED, _NO_CHANGE, status)
    if late:
        report_late_payment(checkout, status, now)
    _write(checkout, status, _next_state(checkout, status, now), now)
    undone = not paid and (gone or was in AFTER_PAID)
    return _undone(checkout, status, now, told_at) if undone else Verdict(NoticeState.APPLIED, status.state, status)


def _second(checkout: Checkout, status: GatewayStatus, now: datetime, told_at: datetime | None) -> Verdict:
    """Another transaction of an order that was paid: its money is booked beside the first, and may go back like that.

    The attempt keeps the transaction that paid it. What a transaction without money says changes nothing.
    """
    checkout.save(update_fields=["checked_at"])
    if status.outcome is Outcome.PAID:
        report_late_payment(checkout, status, now)
        note_returned(status, now)
        return Verdict(NoticeState.APPLIED, "pembayaran kedua untuk pesanan yang sama", status)
    if not may_follow(RECEIVED, status.state):
        return Verdict(NoticeState.IGNORED, _NO_CHANGE, status)
    if is_placed(status):
        return _undone(checkout, status, now, told_at)
    is_booked, is_left = was_paid_late(checkout, status), status.state in _PARTLY_GONE
    if is_booked or (is_left and not is_confirmed(status) and status.amount_matches(checkout.amount)):
        # Of money that nobody told of a part is left: all of it came. Booking is by its key: what is there stays.
        report_late_payment(checkout, status, now)
        return replace(_undone(checkout, status, now, told_at), is_payment=True)
    if is_left or is_confirmed(status):
        return Verdict(NoticeState.SUSPENSE, f"uang yang belum dibukukan ditarik kembali: {status.state}", status)
    return Verdict(NoticeState.IGNORED, _NO_CHANGE, status)


def _undone(checkout: Checkout, status: GatewayStatus, now: datetime, told_at: datetime | None) -> Verdict:
    """Money went back: a refund of ours is nothing new, anything else is for staff.

    A chargeback is never ours, though what we gave back before is listed with it.
    """
    if status.outcome in _REFUNDS and are_ours(status):
        return Verdict(NoticeState.APPLIED, f"pengembalian dana kita: {status.state}", status)
    is_news = report_undone(checkout, status, now, told_at)
    return Verdict(NoticeState.SUSPENSE, f"pembayaran ditarik kembali: {status.state}", status, is_news)


def _come_back(checkout: Checkout, status: GatewayStatus, was: CheckoutState, now: datetime) -> Verdict:
    """What had gone back is paid again at the gateway: after a dispute that was won as expected, else for staff."""
    if was == CheckoutState.PAID:
        _write(checkout, status, was, now)
        note_returned(status, now)
        return Verdict(NoticeState.APPLIED, f"sengketa selesai: {status.state}", status)
    checkout.save(update_fields=["checked_at"])
    return Verdict(NoticeState.SUSPENSE, f"gateway kembali mencatat {status.state}", status)


def _next_state(checkout: Checkout, status: GatewayStatus, now: datetime) -> CheckoutState:
    """A denied attempt leaves the page open for another, where there is one; a closed attempt is opened by money alone."""
    was, outcome = CheckoutState(checkout.state), status.outcome
    if outcome is Outcome.PAID:
        return CheckoutState.PAID
    if outcome in _REFUNDS:
        return CheckoutState.REFUNDED
    if outcome is Outcome.CHARGEBACK or was in {CheckoutState.PAID, CheckoutState.DISPUTED}:
        return CheckoutState.DISPUTED
    if was not in LIVE:
        return was
    if outcome is Outcome.DENIED:
        has_page = checkout.method not in MandateMethod.values
        return CheckoutState.PENDING if has_page and now < checkout.expires_at else CheckoutState.DENIED
    return _PLAIN_STATES[outcome]


def _write(checkout: Checkout, status: GatewayStatus, state: CheckoutState, now: datetime) -> None:
    checkout.state, checkout.gateway_status = state, status.state[:30]
    checkout.transaction_id, checkout.payment_type = status.transaction_id[:60], status.payment_type[:40]
    checkout.gross_amount, checkout.error = status.gross_amount, ""
    if state in AFTER_PAID and checkout.paid_at is None:
        checkout.paid_at = now
    checkout.save()
    # A paid document stays taken until it is booked, so that nobody can start a second payment in between.
    if state not in {*LIVE, CheckoutState.PAID}:
        checkout.items.filter(live=True).update(live=False)


def close_attempt(*, checkout_id: UUID, state: CheckoutState, error: str = "") -> Checkout:
    """End a live attempt that no money came for, and free its documents; one that is over stays as it is."""
    with transaction.atomic():
        checkout = Checkout.objects.select_for_update().get(pk=checkout_id)
        if checkout.state in LIVE:
            checkout.state, checkout.error = state, error[:300]
            checkout.save(update_fields=["state", "error"])
            checkout.items.filter(live=True).update(live=False)
    return checkout


def book_attempt(*, checkout_id: UUID, status: GatewayStatus, now: datetime) -> None:
    """Book what was asked, per tenant: the documents meant first, then the oldest, the surplus as credit.

    A tenant that fails does not hold up the others; its error is raised at the end, so that the caller tries again.
    """
    failures: list[Exception] = []
    groups = list(_by_tenant(checkout_id))
    fees = shares(_fee_of(checkout_id), [_sum(items) for _tenant, items in groups])
    for (tenant, items), fee in zip(groups, fees, strict=True):
        try:
            _book_tenant(tenant, items, fee, status, now)
        except (DomainError, DatabaseError) as error:
            log.exception("checkout_not_booked", tenant=tenant.schema_name, checkout=str(checkout_id))
            failures.append(error)
    if failures:
        raise failures[0]


def _by_tenant(checkout_id: UUID) -> Iterator[tuple[Tenant, list[CheckoutItem]]]:
    items = (
        CheckoutItem.objects.filter(checkout_id=checkout_id).select_related("tenant").order_by("tenant_id", "number")
    )
    for _key, group in groupby(items, key=lambda item: item.tenant_id):
        listed = list(group)
        yield listed[0].tenant, listed


def _fee_of(checkout_id: UUID) -> int:
    fee: int = Checkout.objects.values_list("fee", flat=True).get(pk=checkout_id)
    return fee


def _sum(items: list[CheckoutItem]) -> int:
    return sum(item.amount for item in items)


def _book_tenant(tenant: Tenant, items: list[CheckoutItem], fee: int, status: GatewayStatus, now: datetime) -> None:
    received = Received(
        amount=_sum(items),
        fee=fee,
        channel=CHANNEL,
        reference=gateway_reference(status.transaction_id, tenant.schema_name),
        on=local_today(tenant, now),
        method=status.payment_type,
        note=status.order_id,
        documents=[item.document_id for item in items],
    )
    with transaction.atomic(), acting(MIDTRANS):
        record_payment(tenant=tenant, received=received)
        waiting = CheckoutItem.objects.filter(pk__in=[item.pk for item in items], applied_at__isnull=True)
        waiting.update(applied_at=now, live=False)
