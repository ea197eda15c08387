"""The payments of an order that the gateway confirmed: an order may be paid twice; public tables only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from billing.gateways.models import AFTER_PAID, Checkout, Notice, NoticeState
from billing.gateways.statements.gateway_models import GatewayReportRow
from tenants.models import Tenant

# A notice in these states says what the gateway holds; one that changed nothing repeats another.
_CONFIRMED = (NoticeState.APPLIED, NoticeState.SUSPENSE, NoticeState.RESOLVED)


@dataclass(frozen=True, slots=True)
class OrderPayment:
    """One payment: `amount` rupiah by `transaction`; `tenant` is whom staff booked it to, None where they did not."""

    transaction: str
    amount: int
    tenant: Tenant | None = None


def order_payments(rows: Sequence[GatewayReportRow]) -> dict[UUID, list[OrderPayment]]:
    """Those that each row may be of, by the row's key, the attempt's own first. One query."""
    attempts = {row.checkout_id for row in rows} - {None}
    orders = {row.order_id for row in rows} - {""}
    mine = Q(order_id__in=orders) | Q(checkout__in=attempts)
    notices = Notice.objects.filter(mine, state__in=_CONFIRMED, amount__isnull=False).exclude(transaction_id="")
    told = list(notices.select_related("tenant").order_by("received_at", "pk"))
    return {row.pk: list(_of(row, told)) for row in rows}


def _of(row: GatewayReportRow, notices: Sequence[Notice]) -> Iterable[OrderPayment]:
    found: dict[str, OrderPayment] = {}
    own = row.checkout
    if own is not None and own.transaction_id and own.state in AFTER_PAID:
        found[own.transaction_id] = OrderPayment(own.transaction_id, _held(own))
    for notice in notices:
        if notice.order_id == row.order_id or (own is not None and notice.checkout_id == own.pk):
            payment = OrderPayment(notice.transaction_id, notice.amount or 0, notice.tenant)
            if payment.tenant is not None or payment.transaction not in found:
                found[payment.transaction] = payment
    return found.values()


def _held(attempt: Checkout) -> int:
    return attempt.amount if attempt.gross_amount is None else attempt.gross_amount


def unplaced_notice(row: GatewayReportRow) -> Notice | None:
    """The notice of a row's money that staff resolved without a tenant: money closed, or booked before notices kept whose."""
    return next(iter(unplaced_notices([row])), None)


def unplaced_notices(rows: Sequence[GatewayReportRow]) -> list[Notice]:
    """Those of all these rows. One query."""
    transactions = {row.transaction for row in rows} - {""}
    found = Notice.objects.filter(transaction_id__in=transactions, state=NoticeState.RESOLVED, tenant__isnull=True)
    return list(found.filter(amount__isnull=False).order_by("received_at", "pk")) if transactions else []
