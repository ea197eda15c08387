"""Money that the gateway confirmed and no attempt of ours could take in: it waits in suspense, or staff decided on it."""

from uuid import UUID

from django.db.models import QuerySet

from billing.gateways.models import CheckoutItem, Notice, NoticeState
from billing.gateways.values import GatewayStatus
from tenants.models import Tenant


def is_confirmed(status: GatewayStatus) -> bool:
    """Whether the gateway told of money of this transaction before, whatever staff did with it."""
    return _notices(status).exists()


def is_placed(status: GatewayStatus) -> bool:
    """Whether staff booked it to a tenant."""
    return _notices(status).filter(tenant__isnull=False).exists()


def tenants_of_money(checkout_id: UUID, transaction_id: str) -> "QuerySet[Tenant]":
    """Whom staff booked a transaction's money to, else those its attempt was for; always in the same order."""
    placed = Notice.objects.filter(transaction_id=transaction_id[:60], tenant__isnull=False)
    items = CheckoutItem.objects.filter(checkout=checkout_id)
    keys = set(placed.values_list("tenant_id", flat=True)) or set(items.values_list("tenant_id", flat=True))
    return Tenant.objects.filter(pk__in=keys).order_by("pk")


def _notices(status: GatewayStatus) -> "QuerySet[Notice]":
    queued = Notice.objects.filter(state__in=(NoticeState.SUSPENSE, NoticeState.RESOLVED), amount__isnull=False)
    return queued.filter(transaction_id=status.transaction_id[:60])
