"""What we know of the payments that a gateway's report tells of; public tables only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Max, Min, QuerySet, Sum

from billing.gateways.methods import expected_fee
from billing.gateways.models import Checkout, CheckoutState, Refund, RefundState, RefundWay
from billing.gateways.statements.gateway_models import GatewayReport, GatewayReportRow, ReportRowKind
from billing.gateways.values import GATEWAY_ZONE
from billing.rules.gateway_report import Known, ReportRow, RowKind

# A card settles after up to three working days, a virtual account on the next: who is in no report a week on is missed.
SETTLES_WITHIN = timedelta(days=7)
_PAID = {CheckoutState.PAID, CheckoutState.REFUNDED, CheckoutState.DISPUTED}


def last_columns() -> dict[str, str]:
    """The headings staff named for the last file that needed any."""
    latest = GatewayReport.objects.exclude(columns={}).order_by("-imported_at").first()
    return dict(latest.columns) if latest is not None else {}


def attempts_of(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Checkout]:
    """The attempt behind each (order id, transaction id): by order, else by transaction, which some banks put there."""
    asked = list(keys)
    ids = {key for pair in asked for key in pair if key}
    by_order = {one.order_id: one for one in Checkout.objects.filter(order_id__in=ids)}
    by_transaction = {one.transaction_id: one for one in Checkout.objects.filter(transaction_id__in=ids)}
    found = {}
    for order, transaction in asked:
        attempt = by_order.get(order) or by_transaction.get(transaction) or by_transaction.get(order)
        if attempt is not None:
            found[(order, transaction)] = attempt
    return found


def as_read(row: GatewayReportRow) -> ReportRow:
    """A kept row as the rules take it."""
    return ReportRow(
        row=row.row,
        order_id=row.order_id,
        transaction_id=row.transaction_id,
        kind=RowKind(row.kind),
        method=row.method,
        amount=row.amount,
        fee=row.fee,
        tax=row.tax,
        paid_on=row.paid_on,
        settled_on=row.settled_on,
    )


def known_of(rows: Sequence[GatewayReportRow]) -> dict[UUID, Known]:
    """What we know of each row's attempt, by the row's key; rows of the same attempt in earlier files count as told already."""
    attempts = {row.checkout.pk: row.checkout for row in rows if row.checkout is not None}
    told: dict[UUID, list[GatewayReportRow]] = defaultdict(list)
    for row in GatewayReportRow.objects.filter(checkout__in=attempts).order_by("settled_on", "pk"):
        told[_attempt(row)].append(row)
    back = _went_back(attempts.values())
    return {
        row.pk: _known(row, attempts[_attempt(row)], told[_attempt(row)], back)
        for row in rows
        if row.checkout is not None
    }


def _attempt(row: GatewayReportRow) -> UUID:
    key: UUID = row.checkout_id  # type: ignore[assignment]  # asked of rows with an attempt alone
    return key


def _known(
    row: GatewayReportRow, attempt: Checkout, told: Sequence[GatewayReportRow], back: Mapping[str, int]
) -> Known:
    before = [one for one in told if (one.settled_on, one.pk) < (row.settled_on, row.pk)]
    kept = [one.kept for one in before if one.kind == ReportRowKind.PAYMENT]
    gone = sum(one.amount for one in before if one.kind != ReportRowKind.PAYMENT)
    on = row.paid_on or row.settled_on
    return Known(
        paid=attempt.state in _PAID,
        gross=attempt.amount if attempt.gross_amount is None else attempt.gross_amount,
        fee=expected_fee(attempt.method, attempt.payment_type, row.amount, on),
        kept=kept[0] if kept else None,
        back=back.get(attempt.transaction_id, 0) - gone,
    )


def _went_back(attempts: Iterable[Checkout]) -> dict[str, int]:
    """Rupiah that went back through the gateway, by refund or chargeback, and are booked; by transaction."""
    refunds = Refund.objects.filter(
        transaction_id__in={attempt.transaction_id for attempt in attempts} - {""},
        state=RefundState.DONE,
        way__in=(RefundWay.GATEWAY, RefundWay.TAKEN),
    )
    return dict(refunds.values_list("transaction_id").annotate(total=Sum("amount")).order_by())


def unsettled_attempts() -> "QuerySet[Checkout]":
    """Attempts booked as paid that no report has, though those of their days and a week more have come."""
    days = GatewayReportRow.objects.aggregate(first=Min("settled_on"), last=Max("settled_on"))
    if days["first"] is None:
        return Checkout.objects.none()
    first, last = _instant(days["first"]), _instant(days["last"] - SETTLES_WITHIN + timedelta(days=1))
    paid = Checkout.objects.filter(state=CheckoutState.PAID, paid_at__gte=first, paid_at__lt=last)
    return paid.filter(report_rows__isnull=True).order_by("paid_at")


def unbooked_rows() -> "QuerySet[GatewayReportRow]":
    """Rows of payments we know whose fee is in nobody's books yet."""
    waiting = GatewayReportRow.objects.filter(kind=ReportRowKind.PAYMENT, booked_at__isnull=True)
    return waiting.filter(checkout__state__in=_PAID).select_related("checkout").order_by("settled_on", "pk")


def rows_of(report: GatewayReport) -> "QuerySet[GatewayReportRow]":
    """The rows that were new with a report, with their attempts."""
    return report.rows.select_related("checkout").order_by("settled_on", "row")


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), GATEWAY_ZONE)
