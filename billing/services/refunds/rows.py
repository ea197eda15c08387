"""A refund's row under its locks, its payment, and what its state allows.

Lock order everywhere: the tenant's row, then the refund's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from billing.errors import PaymentNotFound, RefundClosed, RefundRefused
from billing.gateways.models import Refund, RefundState, RefundWay
from billing.models import Payment
from billing.rules.gateway_references import CHANNEL, transaction_in
from billing.selectors.refundable import left_of
from billing.services.refunds.booking import book_refund
from plans.rules.money import format_rupiah
from tenants.context import local_today, writing
from tenants.models import Tenant, User


@contextmanager
def locked_refund(refund: Refund) -> Iterator[Refund]:
    """The tenant's lock, then the refund's row."""
    with writing(refund.tenant) as tenant:
        current = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
        current.tenant = tenant
        yield current


def payment_of(payment_id: UUID) -> Payment:
    """The payment in the tenant's books. PaymentNotFound names `payment`."""
    found = Payment.objects.filter(pk=payment_id).first()
    if found is None:
        raise PaymentNotFound(_("Pembayaran ini tidak ada."), field="payment")
    return found


def transaction_of(payment: Payment) -> str:
    """The gateway's transaction of a payment; "" of any other payment, whatever somebody typed as its reference."""
    return transaction_in(payment.reference)[:80] if payment.channel == CHANNEL else ""


def check_amount(payment: Payment, amount: int, *, taking: UUID | None = None) -> None:
    """RefundRefused where more is asked for than is left of the payment; `taking` as in `left_of`."""
    left = left_of(payment, taking=taking)
    if not 0 < amount <= left:
        message = _("Yang dapat dikembalikan dari pembayaran ini paling banyak %(left)s.")
        raise RefundRefused(message % {"left": format_rupiah(left)}, field="amount", code="more_than_paid")


def new_refund(
    *,
    tenant: Tenant,
    payment: Payment,
    way: RefundWay,
    amount: int,
    cause: str,
    staff: User,
    now: datetime,
    second: bool,
    **more: Any,
) -> Refund:
    """Write the row: asked for where a `second` person has to agree, else agreed to. `more` are fields of it."""
    return Refund.objects.create(
        tenant=tenant,
        payment_id=payment.pk,
        transaction_id=transaction_of(payment),
        way=way,
        amount=amount,
        reason=cause[:300],
        state=RefundState.REQUESTED if second else RefundState.APPROVED,
        needs_second=second,
        requested_by=staff,
        requested_at=now,
        **more,
    )


def require_state(refund: Refund, *states: RefundState) -> None:
    """RefundClosed in any other state."""
    if refund.state not in states:
        state = refund.get_state_display()
        raise RefundClosed(_("Pengembalian ini sudah tidak terbuka (%(state)s).") % {"state": state})


def require_way(refund: Refund, *ways: RefundWay) -> None:
    """RefundRefused where it goes another way."""
    if refund.way not in ways:
        message = _("Pengembalian ini dilakukan dengan cara lain: %(way)s.")
        raise RefundRefused(message % {"way": refund.get_way_display()}, code="wrong_way")


def refuse_sent(refund: Refund) -> None:
    """What was sent and not answered may have happened: only sending it again tells."""
    if refund.sent_at is not None and not refund.error:
        raise RefundRefused(_("Sudah dikirim ke Midtrans. Kirim ulang untuk mengetahui hasilnya."), code="sent")


def finish_refund(refund: Refund, staff: User | None, now: datetime) -> Refund:
    """With the tenant's lock held: the books, the event, and the refund itself, in one transaction."""
    _book(refund, now)
    refund.state, refund.done_by, refund.done_at, refund.error = RefundState.DONE, staff, now, ""
    refund.save(update_fields=["state", "done_by", "done_at", "error"])
    return refund


def foresee_refund(*, refund: Refund, now: datetime) -> None:
    """What an open refund does to the books once it has left, whoever has still to agree: for a look that is rolled back."""
    with locked_refund(refund) as current:
        require_state(current, RefundState.REQUESTED, RefundState.APPROVED)
        _book(current, now)


def _book(refund: Refund, now: datetime) -> None:
    today = local_today(refund.tenant, now)
    earlier = Refund.objects.filter(payment_id=refund.payment_id, state=RefundState.DONE)
    book_refund(refund.tenant, refund, payment_of(refund.payment_id), list(earlier.values_list("pk", flat=True)), today)
