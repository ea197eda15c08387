"""The queue of what only a person may decide: unknown orders, amounts that do not fit, money taken back."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import NoticeClosed
from billing.gateways.models import AFTER_PAID, Checkout, CheckoutItem, CheckoutState, Notice, NoticeState
from billing.gateways.statements.models import DifferenceState
from billing.gateways.transitions import RECEIVED
from billing.gateways.values import GatewayStatus, Outcome
from billing.rules.gateway_references import CHANNEL, gateway_reference
from billing.services.payments.differences import close_difference
from billing.services.payments.receiving import Received, record_payment
from tenants.context import local_today
from tenants.models import Tenant, User
from tenants.services.steering import check_reason

RECONCILED = "reconcile"


def is_known_to_staff(notice: Notice, status: GatewayStatus | None = None) -> bool:
    """Whether the same news waits already or has been decided.

    Confirmed money is known by its transaction and amount, whatever told of it; anything else by the notice's own key, or by
    that of the gateway's `status`: a settlement that is told late says nothing of a refund that waits already.
    """
    others = Notice.objects.filter(state__in=(NoticeState.SUSPENSE, NoticeState.RESOLVED)).exclude(pk=notice.pk)
    if notice.amount is not None:
        return others.filter(transaction_id=notice.transaction_id, amount=notice.amount).exists()
    keys = {notice.dedupe_key, notice.dedupe_key if status is None else _news_key(status)}
    return others.filter(dedupe_key__in=keys, amount__isnull=True).exists()


def _news_key(status: GatewayStatus) -> str:
    """As the key of a notification that says the same."""
    refunds = sorted(refund.id or refund.key for refund in status.refunds)
    return ":".join([status.transaction_id, status.state, *refunds])[:150]


def put_into_suspense(*, checkout: Checkout, status: GatewayStatus, reason: str, now: datetime) -> Notice | None:
    """Queue what reconciling found without a notice, once; its body is the gateway's answer."""
    notice = Notice(
        body=json.dumps(status.raw),
        source=RECONCILED,
        order_id=status.order_id[:80],
        dedupe_key=_news_key(status),
        state=NoticeState.SUSPENSE,
        reason=reason[:300],
        checkout=checkout,
        applied_at=now,
        transaction_id=status.transaction_id[:60],
        amount=status.gross_amount if status.outcome is Outcome.PAID else None,
    )
    if is_known_to_staff(notice):
        return None
    notice.save()
    return notice


def resolve_notice(
    *, notice: Notice, tenant: Tenant | None, documents: Sequence[UUID], note: str, staff: User, now: datetime
) -> Notice:
    """Staff decide: the confirmed amount is booked to a tenant (`documents` first), or nothing is and the note says
    why.

    NoticeClosed if a colleague was faster, or if the gateway confirmed no money that could be booked, or only what is booked.
    """
    reason = check_reason(note)
    with transaction.atomic():
        locked = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        if locked.state != NoticeState.SUSPENSE:
            raise NoticeClosed(_("Pemberitahuan ini sudah diselesaikan."))
        if tenant is not None:
            _refuse_booked(locked)
            _end_attempt(locked, now)
            _book(locked, tenant, documents, reason, now)
        locked.state, locked.resolution, locked.resolved_by = NoticeState.RESOLVED, reason[:300], staff
        locked.tenant = tenant
        locked.save(update_fields=["state", "resolution", "resolved_by", "tenant"])
        for difference in locked.differences.filter(state=DifferenceState.OPEN):
            close_difference(difference=difference, reason=reason, now=now)
    return locked


def _refuse_booked(notice: Notice) -> None:
    """Money that its attempt brought into the books is in them, whatever the gateway says of it later."""
    items = CheckoutItem.objects.filter(checkout=notice.checkout_id, applied_at__isnull=False)
    if notice.transaction_id and items.filter(checkout__transaction_id=notice.transaction_id).exists():
        raise NoticeClosed(
            _("Uang ini sudah dibukukan dari percobaan bayarnya; tutup tanpa tenant, dengan alasannya."),
            field="tenant",
            code="booked_already",
        )


def _book(notice: Notice, tenant: Tenant, documents: Sequence[UUID], reason: str, now: datetime) -> None:
    if notice.amount is None or not notice.transaction_id:
        raise NoticeClosed(
            _("Gateway tidak membenarkan adanya uang untuk pemberitahuan ini; tutup tanpa tenant, dengan alasannya."),
            field="tenant",
            code="nothing_confirmed",
        )
    received = Received(
        amount=notice.amount,
        channel=CHANNEL,
        reference=gateway_reference(notice.transaction_id, tenant.schema_name),
        on=local_today(tenant, now),
        note=reason,
        documents=list(documents),
    )
    record_payment(tenant=tenant, received=received)


def _end_attempt(notice: Notice, now: datetime) -> None:
    """The money is placed by hand: the attempt is paid, also one that was over, and its documents are free for another.

    It keeps the transaction, or a chargeback of this money would pass for one of a transaction that paid nothing.
    """
    if notice.checkout_id is None or notice.amount is None:
        return
    checkout = Checkout.objects.select_for_update().get(pk=notice.checkout_id)
    if checkout.state not in AFTER_PAID:
        checkout.state, checkout.paid_at, checkout.gross_amount = CheckoutState.PAID, now, notice.amount
        checkout.transaction_id, checkout.gateway_status = notice.transaction_id, RECEIVED
        checkout.error = "dibukukan oleh staf"
        checkout.save(
            update_fields=["state", "paid_at", "gross_amount", "transaction_id", "gateway_status", "error"],
        )
        checkout.items.update(live=False, applied_at=now)
