"""Money that needs a person: it came late or twice, or was taken back. Staff get a task, the history an event.

Nothing is charged again here, and no booking is undone: what staff decide is a document of its own.
"""

from datetime import datetime

from billing.gateways.models import Checkout
from billing.gateways.statements.models import Dispute, DisputeState
from billing.gateways.values import GatewayStatus, Outcome
from billing.services.refunds import our_keys
from plans.rules.money import format_rupiah
from tenants.context import local_today
from tenants.models import StaffTask, Tenant
from tenants.services.steering import record_staff_event


def report_late_payment(checkout: Checkout, status: GatewayStatus, now: datetime) -> None:
    """Money for an attempt that was over, or a second time for the same one: it is booked, and staff look at it."""
    title = f"Pembayaran terlambat atau ganda: {checkout.order_id}"
    note = f"{format_rupiah(status.gross_amount)} masuk saat percobaan berstatus {checkout.get_state_display()}."
    _ask_staff(checkout, f"late:{status.transaction_id}", title, note, now)


def report_undone(checkout: Checkout, status: GatewayStatus, now: datetime) -> None:
    """A payment that was booked and then reversed, refunded, cancelled or charged back."""
    refunds = ",".join(sorted(refund.id or refund.key for refund in status.refunds))
    if status.outcome not in {Outcome.REFUNDED, Outcome.PARTIALLY_REFUNDED}:
        open_dispute(checkout, status, now)
    amount = status.taken_back(our_keys(status))
    title = f"Pembayaran ditarik kembali: {checkout.order_id}"
    note = f"Gateway melaporkan {status.state} atas {format_rupiah(amount)}. Tidak ada yang ditagih ulang."
    key = f"undone:{status.transaction_id}:{status.state}:{refunds}"
    for tenant in _ask_staff(checkout, key, title, note, now):
        record_staff_event(
            tenant=tenant,
            name="payment.disputed",
            on=local_today(tenant, now),
            reason=note,
            order=checkout.order_id,
            gateway_status=status.state,
            amount=amount,
        )


def open_dispute(checkout: Checkout, status: GatewayStatus, now: datetime) -> Dispute:
    """A dispute for staff, however often the gateway tells of it; nothing is booked, and access stays as it is.

    One that is not decided grows with what the bank asks for; what is asked for beyond those decided is another: of 750.000
    first 200.000, decided, then 300.000 in all → a dispute of 100.000. Where nothing is asked for beyond them, the last one
    is given.
    """
    known = Dispute.objects.filter(transaction_id=status.transaction_id[:60]).order_by("opened_at", "pk")
    decided = sum(known.exclude(state=DisputeState.OPEN).values_list("amount", flat=True))
    asked, state = status.taken_back(our_keys(status)) - decided, status.state[:30]
    waiting, last = known.filter(state=DisputeState.OPEN), known.last()
    if last is not None and (asked <= 0 or waiting.update(gateway_state=state, amount=asked)):
        return known.get(pk=last.pk)
    return Dispute.objects.create(
        checkout=checkout,
        transaction_id=status.transaction_id[:60],
        gateway_state=state,
        amount=asked,
        opened_at=now,
    )


def _ask_staff(checkout: Checkout, key: str, title: str, note: str, now: datetime) -> list[Tenant]:
    """One task for each tenant of the attempt; returns the tenants for whom it is news."""
    told: list[Tenant] = []
    for tenant in Tenant.objects.filter(checkout_items__checkout=checkout).distinct().order_by("pk"):
        facts = {"kind": "payment", "title": title[:200], "note": note[:1000], "due_on": local_today(tenant, now)}
        _task, is_new = StaffTask.objects.get_or_create(tenant=tenant, key=key[:200], defaults=facts)
        if is_new:
            told.append(tenant)
    return told
