"""Which of the refunds that the gateway lists were sent by us; public tables only."""

from uuid import UUID

from billing.gateways.models import Refund, RefundWay
from billing.gateways.values import GatewayStatus


def are_ours(status: GatewayStatus) -> bool:
    """Whether every refund that the gateway lists was sent by us: then it is no dispute."""
    keys = {refund.key for refund in status.refunds}
    return bool(keys) and keys == our_keys(status)


def our_keys(status: GatewayStatus) -> set[str]:
    """The keys of those refunds that the gateway lists which were sent by us."""
    ids = {refund.key for refund in status.refunds if _is_id(refund.key)}
    ours = Refund.objects.filter(pk__in=ids, way=RefundWay.GATEWAY, sent_at__isnull=False)
    return {str(key) for key in ours.values_list("pk", flat=True)}


def _is_id(key: str) -> bool:
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False
