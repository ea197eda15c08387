"""What staff decide of a dispute: won, and the payment stands; lost, and the money is booked as taken, tenant by tenant."""

from datetime import datetime
from uuid import uuid5

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from billing.errors import DisputeClosed, RefundRefused
from billing.gateways.methods import shares
from billing.gateways.models import Checkout, CheckoutItem, CheckoutState, Notice, NoticeState, RefundWay
from billing.gateways.statements.models import Dispute, DisputeState
from billing.models import Payment
from billing.services.refunds import Wanted, record_taken
from billing.services.suspense import resolve_notice
from tenants.context import inside, local_today
from tenants.models import Tenant, User
from tenants.services.steering import check_reason, record_staff_event

CHANNEL = "midtrans"


def win_dispute(*, dispute: Dispute, note: str, staff: User, now: datetime) -> Dispute:
    """The bank gives the money back: the payment stands, nothing was booked. Repeating changes nothing."""
    cause = check_reason(note)
    current = _decide(dispute, DisputeState.WON, 0, cause, staff, now)
    if current.closed_at is None:
        for tenant, _items in _shares(current):
            record_staff_event(
                tenant=tenant,
                name="payment.dispute_won",
                on=local_today(tenant, now),
                reason=cause,
                order=current.checkout.order_id,
                amount=current.amount,
            )
        Checkout.objects.filter(pk=current.checkout_id, state=CheckoutState.DISPUTED).update(state=CheckoutState.PAID)
        _close(current, staff, now)
    return current


def lose_dispute(*, dispute: Dispute, amount: int, note: str, staff: User, now: datetime) -> Dispute:
    """`amount` rupiah are gone: booked as taken back, so invoices are open again and access follows them.

    1.350.000 for two tenants lost whole: 750.000 and 600.000 are open again. The decision is kept first, then each tenant is
    booked in its own transaction under a key of its own; interrupted, it stays in the queue and is gone on with by repeating.
    """
    cause = check_reason(note)
    if not 0 < amount <= dispute.amount:
        raise RefundRefused(_("Jumlahnya melebihi pembayaran yang disengketakan."), field="amount")
    current = _decide(dispute, DisputeState.LOST, amount, cause, staff, now)
    if current.closed_at is None:
        paid = _shares(current)
        parts = shares(current.lost, [total for _tenant, total in paid])
        for (tenant, _total), part in zip(paid, parts, strict=True):
            _take(current, tenant, part, staff, now)
        _close(current, staff, now)
    return current


@transaction.atomic
def _decide(dispute: Dispute, state: DisputeState, lost: int, cause: str, staff: User, now: datetime) -> Dispute:
    """Keep the decision; the same again is given back, another one is refused."""
    current = Dispute.objects.select_for_update(of=("self",)).select_related("checkout").get(pk=dispute.pk)
    if current.state == DisputeState.OPEN:
        current.state, current.lost, current.note = state, lost, cause[:300]
        current.decided_by, current.decided_at = staff, now
        current.save(update_fields=["state", "lost", "note", "decided_by", "decided_at"])
    elif (current.state, current.lost) != (state, lost):
        raise DisputeClosed(_("Sengketa ini sudah diputuskan: %(state)s.") % {"state": current.get_state_display()})
    return current


def _shares(dispute: Dispute) -> list[tuple[Tenant, int]]:
    """The tenants of the payment and what it was for each."""
    items = CheckoutItem.objects.filter(checkout=dispute.checkout).order_by("tenant_id")
    sums = list(items.values_list("tenant_id").annotate(total=Sum("amount")).order_by("tenant_id"))
    tenants = Tenant.objects.in_bulk([tenant_id for tenant_id, _total in sums])
    return [(tenants[tenant_id], total) for tenant_id, total in sums]


def _take(dispute: Dispute, tenant: Tenant, amount: int, staff: User, now: datetime) -> None:
    reference = f"{CHANNEL}:{dispute.transaction_id[:50]}:{tenant.schema_name}"
    with inside(tenant):
        payment = Payment.objects.filter(reference=reference).first()
    if payment is None or not amount:
        return
    # A fee that the payer bore is within the dispute, not within the payment.
    wanted = Wanted(payment.pk, min(amount, payment.amount), RefundWay.TAKEN)
    key = uuid5(dispute.pk, tenant.schema_name)
    record_taken(tenant=tenant, wanted=wanted, reason=dispute.note, staff=staff, now=now, key=key)


def _close(dispute: Dispute, staff: User, now: datetime) -> None:
    """Done: what the gateway told of it waits for nobody any more."""
    told = Notice.objects.filter(checkout=dispute.checkout, state=NoticeState.SUSPENSE, amount__isnull=True)
    for notice in told.filter(transaction_id=dispute.transaction_id):
        resolve_notice(notice=notice, tenant=None, documents=[], note=dispute.note, staff=staff, now=now)
    dispute.closed_at = now
    dispute.save(update_fields=["closed_at"])
