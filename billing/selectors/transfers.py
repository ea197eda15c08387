"""Bank transfers of a tenant: the one under way, and what became of the last one."""

from billing.gateways.models import OPEN_TRANSFERS, BankTransfer, TransferState
from tenants.models import Tenant


def open_transfer(tenant: Tenant) -> BankTransfer | None:
    """The transfer that was announced or waits for confirmation; there is at most one."""
    return BankTransfer.objects.filter(tenant=tenant, state__in=OPEN_TRANSFERS).first()


def refused_transfer(tenant: Tenant) -> BankTransfer | None:
    """The latest transfer, if staff refused it and nothing was announced after it."""
    latest = BankTransfer.objects.filter(tenant=tenant).order_by("-created_at").first()
    return latest if latest is not None and latest.state == TransferState.REJECTED else None
