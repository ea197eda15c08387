"""Money back: asked for by staff, and approved by another one above the limit. `payouts` pays it out.

What the payer's bank took already (`taken`) is booked by the approval.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from billing.errors import RefundRefused
from billing.gateways.methods import gateway_can_refund
from billing.gateways.models import Refund, RefundState, RefundWay
from billing.models import Payment
from billing.rules.gateway_references import CHANNEL
from billing.rules.refunds import needs_second_person
from billing.selectors.refundable import gone_with
from billing.services.refunds.rows import (
    check_amount,
    finish_refund,
    locked_refund,
    new_refund,
    payment_of,
    refuse_sent,
    require_state,
)
from tenants.context import local_today, writing
from tenants.models import Tenant, User
from tenants.services.steering import check_reason


@dataclass(frozen=True, slots=True)
class Account:
    """Where a transfer of our own goes."""

    bank: str = ""
    number: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`amount` rupiah of a payment back, which way, and for a transfer where to."""

    payment_id: UUID
    amount: int
    way: RefundWay
    account: Account = Account()


def request_refund(*, tenant: Tenant, wanted: Wanted, reason: str, staff: User, now: datetime) -> Refund:
    """Ask for money back. Up to the limit it is ready at once; above it somebody else has to approve.

    What of the payment went back before counts: 600.000 and then 500.000 are above 1.000.000. RefundRefused where it is more
    than is left of the payment (open refunds counted), or where the way cannot carry it.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        payment = payment_of(wanted.payment_id)
        check_amount(payment, wanted.amount)
        _check_way(payment, wanted, local_today(locked, now))
        second = is_large_refund(gone_with(payment, wanted.amount))
        return new_refund(
            tenant=locked,
            payment=payment,
            way=wanted.way,
            amount=wanted.amount,
            cause=cause,
            staff=staff,
            now=now,
            second=second,
            bank=wanted.account.bank[:40],
            account=wanted.account.number[:30],
            holder=wanted.account.holder[:120],
        )


def is_large_refund(counted: int) -> bool:
    """Whether so much of a payment, rupiah, needs another member of staff."""
    return needs_second_person(counted, settings.REFUND_APPROVAL_LIMIT)


def way_of(payment: Payment, amount: int, on: date) -> RefundWay:
    """The best way for an amount of a payment: through the gateway where the method can, else a transfer."""
    partial = amount < payment.amount
    can = payment.channel == CHANNEL and gateway_can_refund(payment.method, payment.received_on, on, partial=partial)
    return RefundWay.GATEWAY if can else RefundWay.TRANSFER


def approve_refund(*, refund: Refund, staff: User, now: datetime) -> Refund:
    """A second person agrees; whoever asked cannot (the database refuses it, too). Repeating it changes nothing."""
    with locked_refund(refund) as current:
        is_taken = current.way == RefundWay.TAKEN
        if current.state == (RefundState.DONE if is_taken else RefundState.APPROVED):
            return current
        require_state(current, RefundState.REQUESTED)
        if current.requested_by_id == staff.pk:
            raise RefundRefused(_("Orang lain yang harus menyetujui pengembalian ini."), code="same_person")
        current.state, current.approved_by, current.approved_at = RefundState.APPROVED, staff, now
        current.save(update_fields=["state", "approved_by", "approved_at"])
        # What the bank has left before: there is nothing to wait for.
        return finish_refund(current, staff, now) if is_taken else current


def reject_refund(*, refund: Refund, reason: str, staff: User, now: datetime) -> Refund:
    """Nothing goes back, with the reason; not once it was sent to the gateway, where it may have happened."""
    cause = check_reason(reason)
    with locked_refund(refund) as current:
        if current.state == RefundState.REJECTED:
            return current
        require_state(current, RefundState.REQUESTED, RefundState.APPROVED)
        refuse_sent(current)
        current.state, current.decision = RefundState.REJECTED, cause[:300]
        current.done_by, current.done_at = staff, now
        current.save(update_fields=["state", "decision", "done_by", "done_at"])
    return current


def _check_way(payment: Payment, wanted: Wanted, on: date) -> None:
    if wanted.way == RefundWay.TRANSFER:
        return check_account(wanted.account)
    if way_of(payment, wanted.amount, on) != RefundWay.GATEWAY:
        message = _("Cara bayar ini tidak dapat dikembalikan lewat Midtrans; pilih transfer bank.")
        raise RefundRefused(message, field="way", code="not_by_gateway")
    return None


def check_account(account: Account) -> None:
    """RefundRefused names the first field that is empty."""
    for field, text in (("bank", account.bank), ("account", account.number), ("holder", account.holder)):
        if not text.strip():
            raise RefundRefused(_("Isi bank, nomor rekening, dan nama pemiliknya."), field=field, code="no_account")
