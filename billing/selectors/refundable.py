"""How much of a payment can still go back."""

from uuid import UUID, uuid5

from billing.gateways.models import Refund, RefundState
from billing.gateways.statements.models import Dispute, DisputeState
from billing.models import Payment
from billing.rules.gateway_references import CHANNEL, schema_in, transaction_in
from billing.rules.refunds import refundable

GIVEN = (RefundState.REQUESTED, RefundState.APPROVED, RefundState.DONE)


def left_of(payment: Payment, *, taking: UUID | None = None) -> int:
    """Rupiah of a payment that can still go back; nothing of one whose booking was taken back.

    750.000 of which 200.000 went back and 100.000 are asked for, and a lost dispute has yet to take 300.000 → 150.000. `taking`
    is the key of a share that is being taken: it does not stand in its own way.
    """
    if payment.amount < 0 or Payment.objects.filter(reverses=payment.pk).exists():
        return 0
    given = _given(payment)
    waiting = [amount for key, amount in _yet_to_take(payment).items() if key != taking]
    return refundable(payment.amount, [*given, *waiting])


def gone_with(payment: Payment, amount: int) -> int:
    """What of a payment will have gone back with so much more, rupiah: that is held against the limits of one person.

    600.000 went back or are asked for, and 500.000 more → 1.100.000.
    """
    return sum(_given(payment)) + amount


def _given(payment: Payment) -> list[int]:
    return list(Refund.objects.filter(payment_id=payment.pk, state__in=GIVEN).values_list("amount", flat=True))


def share_key(dispute: Dispute, schema: str) -> UUID:
    """The key by which a tenant's share of a lost dispute is booked once."""
    return uuid5(dispute.pk, schema)


def _yet_to_take(payment: Payment) -> dict[UUID, int]:
    """Shares of disputes that are lost and not booked yet, by their keys."""
    if payment.channel != CHANNEL:
        return {}
    lost = Dispute.objects.filter(state=DisputeState.LOST, closed_at__isnull=True)
    schema, mine = schema_in(payment.reference), str(payment.pk)
    found = lost.filter(transaction_id__startswith=transaction_in(payment.reference), shares__isnull=False)
    shares = {share_key(one, schema): (one.shares or {}).get(mine, 0) for one in found}
    booked = set(Refund.objects.filter(pk__in=shares).values_list("pk", flat=True)) if shares else set()
    return {key: amount for key, amount in shares.items() if key not in booked}
