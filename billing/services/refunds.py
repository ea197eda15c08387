"""Money back: asked for by staff, approved by another one above the limit, paid out, and booked when it has left.

Lock order everywhere: the tenant's row, then the refund's. The gateway is called outside of any transaction; its key is the
refund's id, so that the same refund sent twice is one there, too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from billing.errors import PaymentNotFound, RefundClosed, RefundRefused
from billing.gateways.errors import GatewayRejected
from billing.gateways.methods import gateway_can_refund
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import Refund, RefundState, RefundWay
from billing.gateways.values import GatewayStatus
from billing.models import Payment
from billing.rules.gateway_references import CHANNEL, transaction_in
from billing.rules.refunds import needs_second_person
from billing.selectors.refundable import left_of
from billing.services.gateway import told_to_people
from billing.services.proofs import forget_proof, store_proof
from billing.services.refund_booking import book_refund
from plans.rules.money import format_rupiah
from tenants.context import local_today, writing
from tenants.errors import DomainError
from tenants.models import Tenant, User
from tenants.services.steering import check_reason

RESENT_AFTER = timedelta(minutes=5)


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

    RefundRefused where it is more than is left of the payment (open refunds counted), or where the way cannot carry it.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        payment = _payment(wanted.payment_id)
        _check_amount(payment, wanted.amount)
        _check_way(payment, wanted, local_today(locked, now))
        second = needs_second_person(wanted.amount, settings.REFUND_APPROVAL_LIMIT)
        return Refund.objects.create(
            tenant=locked,
            payment_id=payment.pk,
            transaction_id=_transaction(payment),
            way=wanted.way,
            amount=wanted.amount,
            reason=cause[:300],
            state=RefundState.REQUESTED if second else RefundState.APPROVED,
            needs_second=second,
            bank=wanted.account.bank[:40],
            account=wanted.account.number[:30],
            holder=wanted.account.holder[:120],
            requested_by=staff,
            requested_at=now,
        )


def way_of(payment: Payment, amount: int, on: date) -> RefundWay:
    """The best way for an amount of a payment: through the gateway where the method can, else a transfer."""
    partial = amount < payment.amount
    can = payment.channel == CHANNEL and gateway_can_refund(payment.method, payment.received_on, on, partial=partial)
    return RefundWay.GATEWAY if can else RefundWay.TRANSFER


def approve_refund(*, refund: Refund, staff: User, now: datetime) -> Refund:
    """A second person agrees; whoever asked cannot (the database refuses it, too)."""
    with _locked(refund) as current:
        if current.state == RefundState.APPROVED:
            return current
        _require(current, RefundState.REQUESTED)
        if current.requested_by_id == staff.pk:
            raise RefundRefused(_("Orang lain yang harus menyetujui pengembalian ini."), code="same_person")
        current.state, current.approved_by, current.approved_at = RefundState.APPROVED, staff, now
        current.save(update_fields=["state", "approved_by", "approved_at"])
    return current


def reject_refund(*, refund: Refund, reason: str, staff: User, now: datetime) -> Refund:
    """Nothing goes back, with the reason; not once it was sent to the gateway, where it may have happened."""
    cause = check_reason(reason)
    with _locked(refund) as current:
        if current.state == RefundState.REJECTED:
            return current
        _require(current, RefundState.REQUESTED, RefundState.APPROVED)
        _refuse_sent(current)
        current.state, current.decision = RefundState.REJECTED, cause[:300]
        current.done_by, current.done_at = staff, now
        current.save(update_fields=["state", "decision", "done_by", "done_at"])
    return current


def send_refund(*, refund: Refund, staff: User | None, now: datetime, gateway: MidtransClient) -> Refund:
    """Pay an approved refund out through the gateway, then book it. Safe to repeat: the key is the refund's own.

    A refusal is kept in `error` and raised as RefundRefused; the refund then waits for another way. Silence raises
    PaymentPageUnavailable: it is sent again, by staff or by the regular look.
    """
    with _locked(refund) as current:
        if current.state == RefundState.DONE:
            return current
        _require(current, RefundState.APPROVED)
        _require_way(current, RefundWay.GATEWAY)
        current.sent_at, current.error = now, ""
        current.save(update_fields=["sent_at", "error"])
    try:
        with told_to_people():
            gateway.refund(current.transaction_id, str(current.pk), current.amount, current.reason)
    except DomainError as error:
        _note_refusal(current, error.__cause__)
        raise
    return _complete(current, staff, now)


def _note_refusal(refund: Refund, cause: BaseException | None) -> None:
    if isinstance(cause, GatewayRejected):
        Refund.objects.filter(pk=refund.pk, state=RefundState.APPROVED).update(error=cause.message[:300] or cause.code)
        raise RefundRefused(
            _("Midtrans menolak pengembalian ini: %(reason)s") % {"reason": cause.message}, code="gateway_refused"
        ) from cause


def pay_by_transfer(*, refund: Refund, account: Account) -> Refund:
    """Where the gateway refused (or cannot): the money goes back by a transfer of our own instead."""
    with _locked(refund) as current:
        _require(current, RefundState.REQUESTED, RefundState.APPROVED)
        _refuse_sent(current)
        _check_account(account)
        current.way = RefundWay.TRANSFER
        current.bank, current.account, current.holder = account.bank, account.number, account.holder
        current.save(update_fields=["way", "bank", "account", "holder"])
    return current


def confirm_transfer(*, refund: Refund, file: "File[bytes]", staff: User, now: datetime) -> Refund:
    """Staff have transferred an approved refund: the proof is kept with it, and it is booked. Repeating changes nothing."""
    if refund.state == RefundState.DONE:
        return refund
    proof = store_proof(file)
    try:
        with _locked(refund) as current:
            _require(current, RefundState.APPROVED)
            _require_way(current, RefundWay.TRANSFER)
            current.proof.name, current.proof_type, current.proof_name = proof.path, proof.content_type, proof.name
            current.save(update_fields=["proof", "proof_type", "proof_name"])
            return _book(current, staff, now)
    except Exception:
        forget_proof(proof.path)
        raise


def record_taken(
    *, tenant: Tenant, wanted: Wanted, reason: str, staff: User, now: datetime, key: UUID | None = None
) -> Refund:
    """A chargeback or reversal that the gateway confirmed and staff accept as lost: booked, nothing is sent anywhere.

    With a `key` it is booked once, however often it is told.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        known = Refund.objects.filter(pk=key, tenant=locked).first() if key is not None else None
        if known is not None:
            return known
        payment = _payment(wanted.payment_id)
        _check_amount(payment, wanted.amount, taking=key)
        taken = Refund.objects.create(
            **({} if key is None else {"id": key}),
            tenant=locked,
            payment_id=payment.pk,
            transaction_id=_transaction(payment),
            way=RefundWay.TAKEN,
            amount=wanted.amount,
            reason=cause[:300],
            state=RefundState.APPROVED,
            needs_second=False,
            requested_by=staff,
            requested_at=now,
        )
        return _book(taken, staff, now)


def resend_refunds(*, now: datetime, gateway: MidtransClient) -> int:
    """Ask again about refunds whose answer was lost; returns how many are done now. One that fails holds up no other."""
    due = Refund.objects.filter(
        state=RefundState.APPROVED, way=RefundWay.GATEWAY, sent_at__lte=now - RESENT_AFTER, error=""
    )
    done = 0
    for refund in due.select_related("tenant"):
        try:
            done += send_refund(refund=refund, staff=None, now=now, gateway=gateway).state == RefundState.DONE
        except DomainError:
            continue  # logged by `told_to_people`; kept with the refund where it was a refusal
    return done


def are_ours(status: GatewayStatus) -> bool:
    """Whether every refund that the gateway lists was sent by us: then it is no dispute."""
    keys = {refund.key for refund in status.refunds}
    return bool(keys) and keys == our_keys(status)


def our_keys(status: GatewayStatus) -> set[str]:
    """The keys of those refunds that the gateway lists which were sent by us."""
    ids = {refund.key for refund in status.refunds if _is_id(refund.key)}
    ours = Refund.objects.filter(pk__in=ids, way=RefundWay.GATEWAY, sent_at__isnull=False)
    return {str(key) for key in ours.values_list("pk", flat=True)}


def _is_id(key: str) -> bool:
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False


def _complete(refund: Refund, staff: User | None, now: datetime) -> Refund:
    with _locked(refund) as current:
        return current if current.state == RefundState.DONE else _book(current, staff, now)


def _book(refund: Refund, staff: User | None, now: datetime) -> Refund:
    """With the tenant's lock held: the books, the event, and the refund itself, in one transaction."""
    today = local_today(refund.tenant, now)
    earlier = Refund.objects.filter(payment_id=refund.payment_id, state=RefundState.DONE)
    book_refund(refund.tenant, refund, _payment(refund.payment_id), list(earlier.values_list("pk", flat=True)), today)
    refund.state, refund.done_by, refund.done_at, refund.error = RefundState.DONE, staff, now, ""
    refund.save(update_fields=["state", "done_by", "done_at", "error"])
    return refund


@contextmanager
def _locked(refund: Refund) -> Iterator[Refund]:
    """The tenant's lock, then the refund's row."""
    with writing(refund.tenant) as tenant:
        current = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
        current.tenant = tenant
        yield current


def _payment(payment_id: UUID) -> Payment:
    found = Payment.objects.filter(pk=payment_id).first()
    if found is None:
        raise PaymentNotFound(_("Pembayaran ini tidak ada."), field="payment")
    return found


def _check_amount(payment: Payment, amount: int, *, taking: UUID | None = None) -> None:
    left = left_of(payment, taking=taking)
    if not 0 < amount <= left:
        message = _("Yang dapat dikembalikan dari pembayaran ini paling banyak %(left)s.")
        raise RefundRefused(message % {"left": format_rupiah(left)}, field="amount", code="more_than_paid")


def _check_way(payment: Payment, wanted: Wanted, on: date) -> None:
    if wanted.way == RefundWay.TRANSFER:
        return _check_account(wanted.account)
    if way_of(payment, wanted.amount, on) != RefundWay.GATEWAY:
        message = _("Cara bayar ini tidak dapat dikembalikan lewat Midtrans; pilih transfer bank.")
        raise RefundRefused(message, field="way", code="not_by_gateway")
    return None


def _check_account(account: Account) -> None:
    for field, text in (("bank", account.bank), ("account", account.number), ("holder", account.holder)):
        if not text.strip():
            raise RefundRefused(_("Isi bank, nomor rekening, dan nama pemiliknya."), field=field, code="no_account")


def _require(refund: Refund, *states: RefundState) -> None:
    if refund.state not in states:
        state = refund.get_state_display()
        raise RefundClosed(_("Pengembalian ini sudah tidak terbuka (%(state)s).") % {"state": state})


def _require_way(refund: Refund, way: RefundWay) -> None:
    if refund.way != way:
        message = _("Pengembalian ini dilakukan dengan cara lain: %(way)s.")
        raise RefundRefused(message % {"way": refund.get_way_display()}, code="wrong_way")


def _refuse_sent(refund: Refund) -> None:
    """What was sent and not answered may have happened: only sending it again tells."""
    if refund.sent_at is not None and not refund.error:
        raise RefundRefused(_("Sudah dikirim ke Midtrans. Kirim ulang untuk mengetahui hasilnya."), code="sent")


def _transaction(payment: Payment) -> str:
    """The gateway's transaction of a payment; "" of any other payment, whatever somebody typed as its reference."""
    return transaction_in(payment.reference)[:80] if payment.channel == CHANNEL else ""
