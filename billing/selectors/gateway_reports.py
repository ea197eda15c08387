"""What we know of the payments that a gateway's report tells of; public tables only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from billing.gateways.methods import expected_fee
from billing.gateways.models import (
    AFTER_PAID,
    Checkout,
    CheckoutState,
    Notice,
    NoticeState,
    Refund,
    RefundState,
    RefundWay,
)
from billing.gateways.statements.gateway_models import GatewayReport, GatewayReportRow, ReportRowKind
from billing.gateways.values import GATEWAY_ZONE
from billing.rules.gateway_report import Known, ReportRow, RowKind

# A card settles after up to three working days, a virtual account on the next: who is in no report a week on is missed.
SETTLES_WITHIN = timedelta(days=7)
# So long after a report came, payments of its days that it does not have are still looked for.
COMPARED_FOR = timedelta(days=30)


def last_columns() -> dict[str, str]:
    """The headings staff named for the last file that needed any."""
    latest = GatewayReport.objects.exclude(columns={}).order_by("-imported_at", "-pk").first()
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
    """What we know of each row's payment, by the row's key: of its attempt, or of the notice staff booked it out of. Rows of
    the same attempt in earlier files count as told already.
    """
    attempts = {row.checkout.pk: row.checkout for row in rows if row.checkout is not None}
    told: dict[UUID | None, list[GatewayReportRow]] = defaultdict(list)
    before = GatewayReportRow.objects.filter(checkout__in=attempts).select_related("report")
    for row in before.order_by("settled_on", "report__imported_at", "row", "pk"):
        told[row.checkout_id].append(row)
    keys = {row.transaction for found in told.values() for row in found} | {
        one.transaction_id for one in attempts.values()
    }
    back, confirmed = _went_back(keys - {""}), _confirmed(rows)
    return {
        row.pk: _known(row, _before(row, told[row.checkout_id]), back, confirmed.get(_money(row)))
        for row in rows
        if row.checkout is not None or _money(row) in confirmed
    }


def _money(row: GatewayReportRow) -> str:
    return row.transaction or row.order_id


def _confirmed(rows: Sequence[GatewayReportRow]) -> dict[str, int]:
    """Rupiah of other transactions than the attempts' own: booked by staff out of suspense, or a second payment of an order."""
    odd = [row for row in rows if row.checkout is None or not _is_own(row, row.checkout)]
    if not odd:
        return {}
    keys = {key for row in odd for key in (row.transaction, row.order_id) if key}
    by_staff = Q(tenant__isnull=False) & (Q(transaction_id__in=keys) | Q(order_id__in=keys))
    by_us = Q(checkout__in={row.checkout_id for row in odd} - {None}, state=NoticeState.APPLIED)
    found = Notice.objects.filter(by_staff | by_us, amount__isnull=False).exclude(transaction_id="")
    sums = {}
    for notice in found.order_by("received_at", "pk"):
        sums[notice.transaction_id] = notice.amount or 0
        if notice.tenant_id is not None:
            sums[notice.order_id] = notice.amount or 0
    return sums


def _is_own(row: GatewayReportRow, attempt: Checkout) -> bool:
    """Whether a row is of the transaction that its attempt was paid by."""
    return attempt.state in AFTER_PAID and row.transaction in {"", attempt.transaction_id}


def _before(row: GatewayReportRow, told: Sequence[GatewayReportRow]) -> list[GatewayReportRow]:
    return [one for one in told if place_of(one) < place_of(row)]


def place_of(row: GatewayReportRow) -> tuple[date, datetime, int]:
    """Where a row stands among all the gateway said: by the day it settled, then by the file, then by its line there."""
    return row.settled_on, row.report.imported_at, row.row


def _known(
    row: GatewayReportRow, before: Sequence[GatewayReportRow], back: Mapping[str, int], confirmed: int | None
) -> Known:
    attempt = row.checkout
    if attempt is None:
        return Known(paid=True, gross=confirmed or 0)
    payments = [one for one in before if one.kind == ReportRowKind.PAYMENT]
    kept = [one.kept for one in payments if one.transaction == row.transaction]
    source = _source(row, attempt, back)
    went = [one for one in before if one.kind != ReportRowKind.PAYMENT and _source(one, attempt, back) == source]
    another = not _is_own(row, attempt) and any(one.transaction != row.transaction for one in payments)
    own = attempt.amount if attempt.gross_amount is None else attempt.gross_amount
    return Known(
        paid=confirmed is not None or (attempt.state in AFTER_PAID and not another),
        gross=own if confirmed is None else confirmed,
        fee=expected_fee(attempt.method, attempt.payment_type, row.amount, row.paid_on or row.settled_on),
        kept=kept[-1] if kept else None,
        back=back.get(source, 0) - sum(one.amount for one in went),
    )


def _source(row: GatewayReportRow, attempt: Checkout, back: Mapping[str, int]) -> str:
    """Of which payment a row gives something back: of its own transaction, if we know of such money, else of the attempt's."""
    return row.transaction if row.transaction in back else attempt.transaction_id


def _went_back(transactions: Collection[str]) -> dict[str, int]:
    """Rupiah that went back through the gateway, by refund or chargeback, and are booked; by transaction."""
    refunds = Refund.objects.filter(
        transaction_id__in=transactions,
        state=RefundState.DONE,
        way__in=(RefundWay.GATEWAY, RefundWay.TAKEN),
    )
    return dict(refunds.values_list("transaction_id").annotate(total=Sum("amount")).order_by())


def unsettled_attempts(now: datetime) -> "QuerySet[Checkout]":
    """Attempts booked as paid that no report has, though those of their days and a week more have come.

    Of all days that reports tell of, those are looked at which the reports of the last 30 days have added: what the ones before
    had come up to was looked at then.
    """
    days = _days_to_compare(now)
    if days is None:
        return Checkout.objects.none()
    first, end = days
    paid = Checkout.objects.filter(state=CheckoutState.PAID, paid_at__gte=_instant(first), paid_at__lt=_instant(end))
    # Nothing settles before it is paid: older rows need not be read.
    told = GatewayReportRow.objects.filter(checkout=OuterRef("pk"), settled_on__gte=first)
    return paid.exclude(Exists(told)).order_by("paid_at", "pk")


def _days_to_compare(now: datetime) -> tuple[date, date] | None:
    """The first day and the one after the last. Up to 31 January was told before, of March lately: 24 January to 25 March."""
    since = now - COMPARED_FOR
    new = GatewayReport.objects.filter(imported_at__gte=since).aggregate(first=Min("first_on"), last=Max("last_on"))
    if new["first"] is None:
        return None
    old = GatewayReport.objects.filter(imported_at__lt=since).aggregate(first=Min("first_on"), last=Max("last_on"))
    if old["first"] is None:
        return new["first"], new["last"] - SETTLES_WITHIN + timedelta(days=1)
    reached = old["last"] - SETTLES_WITHIN
    first = min(new["first"], reached) if new["first"] < old["first"] else reached
    return first, max(new["last"], old["last"]) - SETTLES_WITHIN + timedelta(days=1)


def rows_of(report: GatewayReport) -> "QuerySet[GatewayReportRow]":
    """The rows that were new with a report, with their attempts."""
    return report.rows.select_related("checkout", "report").order_by("settled_on", "row")


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), GATEWAY_ZONE)
