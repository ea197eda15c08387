"""Bank transfers of a tenant: the one under way, and what became of the last one."""

from billing.gateways.models import OPEN_TRANSFERS, BankTransfer, TransferState
from billing.models import Document
from tenants.models import Tenant


def open_transfer(tenant: Tenant) -> BankTransfer | None:
    """The transfer that was announced or waits for confirmation; there is at most one."""
    return BankTransfer.objects.filter(tenant=tenant, state__in=OPEN_TRANSFERS).first()


def transfer_under_review(tenant: Tenant, document: Document) -> BankTransfer | None:
    """The transfer whose proof waits for staff and which pays this document: nobody should pay it a second time."""
    transfer = open_transfer(tenant)
    waits = transfer is not None and transfer.state == TransferState.SUBMITTED
    return transfer if transfer is not None and waits and str(document.pk) in transfer.documents else None


def refused_transfer(tenant: Tenant) -> BankTransfer | None:
    """The latest transfer, if staff refused it and nothing was announced after it."""
    return _latest_if(tenant, TransferState.REJECTED)


def expired_transfer(tenant: Tenant) -> BankTransfer | None:
    """The latest transfer, if its code ran out and nothing was announced after it."""
    return _latest_if(tenant, TransferState.EXPIRED)


def _latest_if(tenant: Tenant, state: TransferState) -> BankTransfer | None:
    latest = BankTransfer.objects.filter(tenant=tenant).order_by("-created_at", "-pk").first()
    return latest if latest is not None and latest.state == state else None
