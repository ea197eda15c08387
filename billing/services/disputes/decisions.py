"""What staff decide of a dispute: won, and the payment stands; lost, and the money is booked as taken, tenant by tenant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import DisputeClosed, RefundRefused
from billing.gateways.methods import shares
from billing.gateways.models import (
    OPEN_REFUNDS,
    Checkout,
    CheckoutState,
    Notice,
    NoticeState,
    PaperRequestState,
    Refund,
    RefundWay,
)
from billing.gateways.statements.models import Dispute, DisputeState
from billing.models import Payment
from billing.rules.gateway_references import gateway_reference
from billing.selectors.confirmed_money import tenants_of_money
from billing.selectors.refundable import left_of, share_key
from billing.services.payments.suspense import resolve_notice
from billing.services.refunds.requests import Wanted
from billing.services.refunds.taken import is_large_taking, record_taken
from plans.rules.money import format_rupiah
from tenants.context import inside, local_today
from tenants.models import Tenant, User
from tenants.services.steering import check_reason, record_staff_event


@dataclass(frozen=True, slots=True)
class Paid:
    """A tenant's payment within a dispute: `left` rupiah of it can still be taken, what this dispute took already included."""

    tenant: Tenant
    payment_id: UUID | None
    left: int


def win_dispute(*, dispute: Dispute, note: str, staff: User, now: datetime) -> Dispute:
    """The bank gives the money back: the payment stands, nothing was booked. Repeating changes nothing."""
    cause = check_reason(note)
    current = _decide(dispute, DisputeState.WON, 0, cause, staff, now)
    if current.closed_at is None:
        _tell(current, "payment.dispute_won", now)
        disputed = Checkout.objects.filter(pk=current.checkout_id, state=CheckoutState.DISPUTED)
        # An order that was paid twice is in dispute by the transaction that it keeps.
        disputed.filter(transaction_id=current.transaction_id).update(state=CheckoutState.PAID)
        _close(current, staff, now)
    return current


def lose_dispute(*, dispute: Dispute, amount: int, note: str, staff: User, now: datetime) -> Dispute:
    """`amount` rupiah are gone: booked as taken back, so invoices are open again and access follows them.

    1.350.000 for two tenants lost whole: 750.000 and 600.000 are open again. Where all of it had gone back before, it is
    lost with 0 and nothing is booked. The decision is kept first with each tenant's share, then each is booked in its own
    transaction under a key of its own; interrupted, it stays in the queue, no refund can take what it is yet to take
    (`refundable.left_of`), and repeating it books the rest of the same shares. Above the limit RefundRefused unless
    somebody else asked for it (`losses`).
    """
    cause = check_reason(note)
    known, paid = Dispute.objects.select_related("checkout").get(pk=dispute.pk), paid_by(dispute)
    if known.state == DisputeState.OPEN:
        _check_loss(known, paid, amount)
    current = _decide(dispute, DisputeState.LOST, amount, cause, staff, now, _shares(paid, amount))
    if current.closed_at is None:
        for item in paid:
            _take(current, item, staff, now)
        if not any((current.shares or {}).values()):
            _tell(current, "payment.dispute_lost", now)
        _close(current, staff, now)
    return current


def check_loss(dispute: Dispute, amount: int) -> None:
    """RefundRefused where so much cannot be lost of it."""
    _check_loss(Dispute.objects.select_related("checkout").get(pk=dispute.pk), paid_by(dispute), amount)


def _shares(paid: Sequence[Paid], amount: int) -> dict[str, int]:
    """What a loss takes of each payment, by its key: 675.000 of 750.000 and 600.000 → 375.000 and 300.000."""
    # A fee that the payer bore is within the dispute, not within the payments.
    lefts = [item.left for item in paid]
    parts = shares(min(amount, sum(lefts)), lefts) if any(lefts) else lefts
    return {str(item.payment_id): part for item, part in zip(paid, parts, strict=True) if item.payment_id}


def most_lost(dispute: Dispute) -> int:
    """What can still be lost: 750.000 disputed of which 200.000 went back before → 550.000; of which all did → 0."""
    return _most(dispute, paid_by(dispute))


def paid_by(dispute: Dispute) -> list[Paid]:
    """Whose payment it was, tenant by tenant."""
    found = []
    for tenant in tenants_of_money(dispute.checkout_id, dispute.transaction_id):
        reference = gateway_reference(dispute.transaction_id, tenant.schema_name)
        taken = (
            Refund.objects.filter(pk=share_key(dispute, tenant.schema_name)).values_list("amount", flat=True).first()
        )
        with inside(tenant):
            payment = Payment.objects.filter(reference=reference).first()
            left = 0 if payment is None else left_of(payment)
        found.append(Paid(tenant, None if payment is None else payment.pk, left + (taken or 0)))
    return found


def _check_loss(dispute: Dispute, paid: list[Paid], amount: int) -> None:
    """Before anything is kept: a decision that cannot be booked would stay in the queue for ever."""
    missing = [item.tenant.name for item in paid if item.payment_id is None]
    if missing:
        raise RefundRefused(
            _("%(tenant)s tidak memiliki pembayaran dari order ini. Bukukan pembayarannya dahulu.")
            % {"tenant": ", ".join(missing)},
            field="amount",
            code="payment_missing",
        )
    _check_no_open_refund(paid)
    most = _most(dispute, paid)
    if not min(most, 1) <= amount <= most:
        raise RefundRefused(_most_words(most), field="amount")


def _most(dispute: Dispute, paid: list[Paid]) -> int:
    left = sum(item.left for item in paid)
    return min(dispute.amount, left + dispute.checkout.fee) if left else 0


def _check_no_open_refund(paid: list[Paid]) -> None:
    """A refund that may still be paid out or rejected: nobody can say yet how much the bank took of the payment."""
    keys = [item.payment_id for item in paid if item.payment_id is not None]
    waiting = Refund.objects.filter(payment_id__in=keys, state__in=OPEN_REFUNDS)
    amount = sum(waiting.values_list("amount", flat=True))
    if amount:
        raise RefundRefused(
            _("Pengembalian %(amount)s dari pembayaran ini masih terbuka. Jalankan atau tolak dahulu.")
            % {"amount": format_rupiah(amount)},
            code="refund_open",
        )


def _most_words(most: int) -> str:
    if not most:
        return _("Semua uang pembayaran ini sudah kembali sebelumnya. Isi 0.")
    return _("Yang masih dapat ditarik dari pembayaran ini: %(amount)s.") % {"amount": format_rupiah(most)}


@transaction.atomic
def _decide(
    dispute: Dispute,
    state: DisputeState,
    lost: int,
    cause: str,
    staff: User,
    now: datetime,
    parts: Mapping[str, int] | None = None,
) -> Dispute:
    """Keep the decision with its shares; the same again is given back as it was kept, another one is refused."""
    current = Dispute.objects.select_for_update(of=("self",)).select_related("checkout").get(pk=dispute.pk)
    if current.state == DisputeState.OPEN:
        _answer_request(current, state, lost, cause, staff, now)
        current.state, current.lost, current.note = state, lost, cause[:300]
        current.decided_by, current.decided_at, current.shares = staff, now, parts
        current.save(update_fields=["state", "lost", "note", "decided_by", "decided_at", "shares"])
    elif (current.state, current.lost) != (state, lost):
        raise DisputeClosed(_("Sengketa ini sudah diputuskan: %(state)s.") % {"state": current.get_state_display()})
    elif current.shares is None and parts is not None and current.closed_at is None:
        current.shares = parts  # decided before shares were kept
        current.save(update_fields=["shares"])
    return current


def _answer_request(dispute: Dispute, state: DisputeState, lost: int, cause: str, staff: User, now: datetime) -> None:
    """What somebody asked for is approved by this decision, or overtaken; a large loss nobody else asked for is refused."""
    asked = dispute.losses.select_for_update(of=("self",)).filter(state=PaperRequestState.REQUESTED).first()
    if state == DisputeState.LOST and is_large_taking(lost):
        if asked is None or asked.amount != lost or asked.requested_by_id == staff.pk:
            raise RefundRefused(_("Orang lain yang harus menyetujui kekalahan ini."), code="same_person")
        asked.state, asked.approved_by, asked.approved_at = PaperRequestState.DONE, staff, now
    elif asked is not None:
        asked.state, asked.rejected_by, asked.decision = PaperRequestState.REJECTED, staff, cause[:300]
    if asked is not None:
        asked.decided_at = now
        asked.save()


def _take(dispute: Dispute, paid: Paid, staff: User, now: datetime) -> None:
    amount = (dispute.shares or {}).get(str(paid.payment_id), 0)
    if paid.payment_id is None or not amount:
        return
    wanted = Wanted(paid.payment_id, amount, RefundWay.TAKEN)
    key = share_key(dispute, paid.tenant.schema_name)
    record_taken(tenant=paid.tenant, wanted=wanted, reason=dispute.note, staff=staff, now=now, key=key)


def _tell(dispute: Dispute, name: str, now: datetime) -> None:
    for tenant in tenants_of_money(dispute.checkout_id, dispute.transaction_id):
        record_staff_event(
            tenant=tenant,
            name=name,
            on=local_today(tenant, now),
            reason=dispute.note,
            key=f"{name}:{dispute.pk}",
            order=dispute.checkout.order_id,
            amount=dispute.amount,
        )


def _close(dispute: Dispute, staff: User, now: datetime) -> None:
    """Done: what the gateway told of it waits for nobody any more."""
    told = Notice.objects.filter(checkout=dispute.checkout, state=NoticeState.SUSPENSE, amount__isnull=True)
    for notice in told.filter(transaction_id=dispute.transaction_id):
        resolve_notice(notice=notice, tenant=None, documents=[], note=dispute.note, staff=staff, now=now)
    dispute.closed_at = now
    dispute.save(update_fields=["closed_at"])
