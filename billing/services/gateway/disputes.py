"""Money that needs a person: it came late or twice, or was taken back. Staff get a task, the history an event.

Nothing is charged again here, and no booking is undone: what staff decide is a document of its own.
"""

from datetime import datetime

from django.db.models import QuerySet

from billing.gateways.models import Checkout
from billing.gateways.statements.models import Dispute, DisputeState
from billing.gateways.values import GatewayStatus, Outcome
from billing.rules.chargebacks import Asked, Decided, asked_beyond, is_told_again
from billing.selectors.confirmed_money import tenants_of_money
from billing.selectors.our_refunds import our_keys
from plans.rules.money import format_rupiah
from tenants.context import local_today
from tenants.models import StaffTask, Tenant
from tenants.services.steering import record_staff_event


def report_late_payment(checkout: Checkout, status: GatewayStatus, now: datetime) -> None:
    """Money for an attempt that was over, or a second time for the same one: it is booked, and staff look at it."""
    title = f"Pembayaran terlambat atau ganda: {checkout.order_id}"
    note = f"{format_rupiah(status.gross_amount)} masuk saat percobaan berstatus {checkout.get_state_display()}."
    _ask_staff(checkout, status, _late_key(status), title, note, now)


def was_paid_late(checkout: Checkout, status: GatewayStatus) -> bool:
    """Whether staff were told of money by this transaction (`report_late_payment`): then it is booked."""
    tasks = StaffTask.objects.filter(tenant__checkout_items__checkout=checkout, key=_late_key(status))
    return tasks.exists()


def _late_key(status: GatewayStatus) -> str:
    return f"late:{status.transaction_id}"


def report_undone(checkout: Checkout, status: GatewayStatus, now: datetime, told_at: datetime | None = None) -> bool:
    """A payment that was booked and then reversed, refunded, cancelled or charged back.

    Whether a further dispute was opened: one beside those decided.
    """
    refunds = ",".join(sorted(refund.id or refund.key for refund in status.refunds))
    before = disputes_of(status).count()
    if status.outcome not in {Outcome.REFUNDED, Outcome.PARTIALLY_REFUNDED}:
        open_dispute(checkout, status, now, told_at)
    further = 0 < before < disputes_of(status).count()
    amount = status.taken_back(our_keys(status))
    title = f"Pembayaran ditarik kembali: {checkout.order_id}"
    note = f"Gateway melaporkan {status.state} atas {format_rupiah(amount)}. Tidak ada yang ditagih ulang."
    key = f"undone:{status.transaction_id}:{status.state}:{refunds}" + (f":{before + 1}" if further else "")
    for tenant in _ask_staff(checkout, status, key, title, note, now):
        record_staff_event(
            tenant=tenant,
            name="payment.disputed",
            on=local_today(tenant, now),
            reason=note,
            order=checkout.order_id,
            gateway_status=status.state,
            amount=amount,
        )
    return further


def disputes_of(status: GatewayStatus) -> "QuerySet[Dispute]":
    """All disputes of a transaction, the oldest first."""
    return Dispute.objects.filter(transaction_id=status.transaction_id[:60]).order_by("opened_at", "pk")


def is_chargeback_news(status: GatewayStatus, told_at: datetime | None) -> bool:
    """Whether a chargeback that was told of before asks for anything else now (`told_at`: by a notice of that instant)."""
    asked, waiting = _asked(status, told_at), disputes_of(status).filter(state=DisputeState.OPEN).first()
    return asked > 0 and (waiting is None or waiting.amount != asked)


def open_dispute(checkout: Checkout, status: GatewayStatus, now: datetime, told_at: datetime | None = None) -> Dispute:
    """A dispute for staff, however often the gateway tells of it; nothing is booked, and access stays as it is.

    One that is not decided grows with what the bank asks for; what is asked for beyond those decided is another: of 750.000
    first 200.000, decided, then 300.000 in all → a dispute of 100.000 (`asked_beyond`). Where nothing is asked for beyond
    them, the last one is given.
    """
    known, asked = disputes_of(status), _asked(status, told_at)
    told = {"gateway_state": status.state[:30], "amount": asked, "parts": sorted(_parts(status) or ())}
    waiting, last = known.filter(state=DisputeState.OPEN), known.last()
    if last is not None and (asked <= 0 or waiting.update(**told)):
        return known.get(pk=last.pk)
    transaction = status.transaction_id[:60]
    return Dispute.objects.create(checkout=checkout, transaction_id=transaction, opened_at=now, **told)


def note_returned(status: GatewayStatus, now: datetime) -> None:
    """The gateway says that money whose dispute was won is ours again: what its bank asks for later is asked for anew."""
    won = disputes_of(status).filter(state=DisputeState.WON, returned_at__isnull=True)
    won.update(returned_at=now)


def _asked(status: GatewayStatus, told_at: datetime | None) -> int:
    done = list(disputes_of(status).exclude(state=DisputeState.OPEN))
    decided = [_decided(dispute) for dispute in done]
    asked = Asked(status.gross_amount, status.taken_back(our_keys(status)), _parts(status))
    return asked_beyond(asked, decided, again=bool(done) and is_told_again(told_at, done[-1].decided_at))


def _decided(dispute: Dispute) -> Decided:
    won, parts = dispute.state == DisputeState.WON, frozenset(dispute.parts or ())
    return Decided(dispute.amount, won, dispute.returned_at is not None, parts)


def _parts(status: GatewayStatus) -> dict[str, int] | None:
    """What a partial chargeback names, by id; None where the whole is asked for."""
    ours = our_keys(status)
    parts = {part.id: part.amount for part in status.refunds if part.key not in ours}
    return parts if status.state == "partial_chargeback" and parts else None


def _ask_staff(
    checkout: Checkout, status: GatewayStatus, key: str, title: str, note: str, now: datetime
) -> list[Tenant]:
    """One task for each tenant whose money it is; returns those for whom it is news."""
    told: list[Tenant] = []
    for tenant in tenants_of_money(checkout.pk, status.transaction_id):
        facts = {"kind": "payment", "title": title[:200], "note": note[:1000], "due_on": local_today(tenant, now)}
        _task, is_new = StaffTask.objects.get_or_create(tenant=tenant, key=key[:200], defaults=facts)
        if is_new:
            told.append(tenant)
    return told
