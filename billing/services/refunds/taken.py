"""Money that was taken from us: the bank of the payer has it, and nothing is sent anywhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from billing.gateways.models import Refund, RefundWay
from billing.rules.refunds import needs_second_person
from billing.selectors.refundable import gone_with
from billing.services.refunds.requests import Wanted
from billing.services.refunds.rows import check_amount, finish_refund, new_refund, payment_of
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
        taken = _write(locked, wanted, cause, staff, now, key=key)
        return finish_refund(taken, staff, now)


def request_taken(*, tenant: Tenant, wanted: Wanted, reason: str, staff: User, now: datetime) -> Refund:
    """What one person writes down of it by hand. Up to the limit of a lost dispute it is booked at once; above it, with what
    of the payment went back before, another one agrees, and then it is (`approve_refund`).
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        second = is_large_taking(gone_with(payment_of(wanted.payment_id), wanted.amount))
        taken = _write(locked, wanted, cause, staff, now, second=second)
        return taken if second else finish_refund(taken, staff, now)


def is_large_taking(amount: int) -> bool:
    """Whether so much, rupiah, needs another member of staff."""
    return needs_second_person(amount, settings.LOST_DISPUTE_APPROVAL_LIMIT)


def _write(
    tenant: Tenant,
    wanted: Wanted,
    cause: str,
    staff: User,
    now: datetime,
    *,
    second: bool = False,
    key: UUID | None = None,
) -> Refund:
    payment = payment_of(wanted.payment_id)
    check_amount(payment, wanted.amount, taking=key)
    known_by: dict[str, Any] = {} if key is None else {"id": key}
    return new_refund(
        tenant=tenant,
        payment=payment,
        way=RefundWay.TAKEN,
        amount=wanted.amount,
        cause=cause,
        staff=staff,
        now=now,
        second=second,
        **known_by,
    )
