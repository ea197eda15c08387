"""When a transfer nobody heard of again is over, and its unique code is free for somebody else."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from billing.errors import NothingToPay
from billing.gateways.models import BankTransfer, TransferState
from billing.selectors.accounts import latest_subscription
from billing.services.standing import record
from tenants.context import local_today, writing
from tenants.models import Tenant


def expire_transfers(*, now: datetime) -> int:
    """End announced transfers whose last day is over where their tenants are; returns how many. Safe to repeat.

    One with a proof waits for staff and never ends by itself. 14 days from 10 March: the 24th still holds, on the 25th
    the code is given to others.
    """
    # The day turns first in the east, and a tenant with a test clock may be anywhere.
    tomorrow = now.date() + timedelta(days=1)
    over = Q(expires_on__lt=tomorrow) | Q(tenant__clock_on__gt=F("expires_on"))
    found = BankTransfer.objects.filter(over, state=TransferState.ANNOUNCED).select_related("tenant")
    return sum(_expire(transfer, now) for transfer in found.order_by("expires_on", "pk").iterator())


def _expire(transfer: BankTransfer, now: datetime) -> bool:
    with writing(transfer.tenant) as tenant:
        current = BankTransfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
        return end_transfer(tenant, current, now, local_today(tenant, now))


def end_transfer(tenant: Tenant, transfer: BankTransfer, now: datetime, today: date) -> bool:
    """End a transfer, locked by the caller, if its days are over; True if it was."""
    if transfer.state != TransferState.ANNOUNCED or today <= transfer.expires_on:
        return False
    transfer.state, transfer.decided_at = TransferState.EXPIRED, now
    transfer.save(update_fields=["state", "decided_at"])
    tell_transfer(tenant, transfer, "transfer.expired", today)
    return True


def tell_transfer(
    tenant: Tenant, transfer: BankTransfer, name: str, on: date, *, cause: str = "", **facts: Any
) -> None:
    """Write what happened to a transfer into the tenant's history."""
    subscription = latest_subscription()
    if subscription is None:
        raise NothingToPay(_("Tenant ini belum memiliki langganan."))
    record(
        tenant,
        subscription,
        name,
        on,
        cause=cause,
        transfer=str(transfer.pk),
        amount=transfer.amount,
        code=transfer.code,
        asked=transfer.asked,
        bank=transfer.bank,
        account=transfer.account,
        **facts,
    )
