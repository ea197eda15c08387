"""Money that the gateway confirmed and no attempt of ours could take in: it waits in suspense, or staff decided on it."""

from django.db.models import QuerySet

from billing.gateways.models import Notice, NoticeState
from billing.gateways.values import GatewayStatus


def is_confirmed(status: GatewayStatus) -> bool:
    """Whether the gateway told of money of this transaction before, whatever staff did with it."""
    return _notices(status).exists()


def is_placed(status: GatewayStatus) -> bool:
    """Whether staff booked it to a tenant."""
    return _notices(status).filter(tenant__isnull=False).exists()


def _notices(status: GatewayStatus) -> "QuerySet[Notice]":
    queued = Notice.objects.filter(state__in=(NoticeState.SUSPENSE, NoticeState.RESOLVED), amount__isnull=False)
    return queued.filter(transaction_id=status.transaction_id[:60])
