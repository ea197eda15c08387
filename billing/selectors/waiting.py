"""What waits between the gateways and the books, over all tenants; public tables only."""

from typing import Any

from django.db.models import Count, Min

from billing.gateways.models import BankTransfer, Checkout, CheckoutState, Notice, NoticeState, TransferState
from billing.gateways.statements.models import BankLine, DifferenceState, GatewayDifference, LineState


def waiting_at_the_gateways() -> dict[str, dict[str, Any]]:
    """For each queue how many wait (`n`) and since when the oldest does (`at`, None when none): one query each."""
    notices = Notice.objects.filter(state=NoticeState.NEW)
    suspense = Notice.objects.filter(state=NoticeState.SUSPENSE)
    transfers = BankTransfer.objects.filter(state=TransferState.SUBMITTED)
    checkouts = Checkout.objects.filter(state__in=[CheckoutState.CREATED, CheckoutState.PENDING])
    lines = BankLine.objects.filter(state=LineState.WAITING)
    differences = GatewayDifference.objects.filter(state=DifferenceState.OPEN)
    return {
        "notices": notices.aggregate(n=Count("pk"), at=Min("received_at")),
        "suspense": suspense.aggregate(n=Count("pk"), at=Min("received_at")),
        "transfers": transfers.aggregate(n=Count("pk"), at=Min("submitted_at")),
        "bank_lines": lines.aggregate(n=Count("pk"), at=Min("created_at")),
        "differences": differences.aggregate(n=Count("pk"), at=Min("found_at")),
        "checkouts": checkouts.aggregate(n=Count("pk"), at=Min("created_at")),
    }
