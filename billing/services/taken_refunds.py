"""Money that was taken from us: the bank of the payer has it, and nothing is sent anywhere."""

from datetime import datetime
from uuid import UUID

from billing.gateways.models import Refund, RefundWay
from billing.services.refund_rows import check_amount, finish_refund, new_refund, payment_of
from billing.services.refunds import Wanted
from tenants.context import writing
from tenants.models import Tenant, User
from tenants.services.steering import check_reason


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
        payment = payment_of(wanted.payment_id)
        check_amount(payment, wanted.amount, taking=key)
        known_by: dict[str, UUID] = {} if key is None else {"id": key}
        taken = new_refund(
            tenant=locked,
            payment=payment,
            way=RefundWay.TAKEN,
            amount=wanted.amount,
            cause=cause,
            staff=staff,
            now=now,
            second=False,
            **known_by,
        )
        return finish_refund(taken, staff, now)
