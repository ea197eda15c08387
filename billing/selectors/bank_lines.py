"""Lines of the bank beside a transfer, for whoever decides it by its proof."""

from datetime import timedelta

from django.db.models import Q

from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import PLACED, BankLine, LineState

MOST = 10
# Placed money of the tenant from so long ago is another matter.
LATELY = timedelta(days=30)


def lines_about(transfer: BankTransfer) -> list[BankLine]:
    """What the bank's statement says about it: its own line, waiting ones of its sum, and what the tenant was given lately."""
    since = transfer.announced_on - LATELY
    sums = {transfer.asked, transfer.stated, transfer.received} - {None}
    waiting = Q(account=transfer.account, incoming=True, amount__in=sums, state=LineState.WAITING)
    placed = Q(tenant=transfer.tenant_id, state__in=PLACED, on__gte=since)
    found = BankLine.objects.filter(waiting | placed | Q(transfer=transfer)).select_related("statement")
    return list(found.order_by("-on", "-row", "-pk")[:MOST])
