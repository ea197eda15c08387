"""What gateways kept of payments, over all tenants; public rows only."""

from datetime import date

from django.db.models import QuerySet

from billing.gateways.statements.models import GatewayFee


def fees_kept(first: date, last: date) -> QuerySet[GatewayFee]:
    """Of payments that the gateway passed on in these days (both included); what a later report took back is below zero."""
    return GatewayFee.objects.filter(settled_on__range=(first, last))
