"""Which payment a row of the gateway's report is about, whose it is, and which fee of it stands."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from billing.gateways.models import AFTER_PAID, CheckoutItem, Notice
from billing.gateways.statements.gateway_models import GatewayFee, GatewayReportRow, ReportRowKind
from billing.models import Payment
from billing.rules.gateway_references import gateway_reference
from billing.selectors.gateway_reports import place_of
from tenants.models import Tenant


def unbooked_rows() -> "QuerySet[GatewayReportRow]":
    """Rows whose fee is in nobody's books yet, of payments known by an attempt or because staff booked them out of suspense."""
    waiting = GatewayReportRow.objects.filter(kind=ReportRowKind.PAYMENT, booked_at__isnull=True)
    by_hand = Notice.objects.filter(tenant__isnull=False)
    by_transaction = Q(Exists(by_hand.filter(transaction_id=OuterRef("transaction_id"))))
    by_order = Q(Exists(by_hand.filter(order_id=OuterRef("order_id"))), transaction_id="")
    known = Q(checkout__state__in=AFTER_PAID) | by_transaction | by_order
    found = waiting.filter(known).select_related("checkout", "report")
    return found.order_by("settled_on", "report__imported_at", "row", "pk")


def booked_by_hand(row: GatewayReportRow) -> Notice | None:
    """The notice out of which staff booked the money of a row, by its transaction."""
    if not row.transaction:
        return None
    found = Notice.objects.filter(transaction_id=row.transaction, tenant__isnull=False)
    return found.select_related("tenant").order_by("received_at", "pk").first()


def payers_of(row: GatewayReportRow) -> list[tuple[Tenant, int]]:
    """Whose payment a row is, with what each paid of it (rupiah): one whom staff named, else those of the attempt."""
    notice = booked_by_hand(row)
    if notice is not None and notice.tenant is not None:
        return [(notice.tenant, row.amount)]
    items = CheckoutItem.objects.filter(checkout=row.checkout_id).values_list("tenant_id")
    sums = dict(items.annotate(total=Sum("amount")).order_by("tenant_id"))
    tenants = Tenant.objects.in_bulk(list(sums))
    return [(tenants[key], total) for key, total in sums.items()]


def money_of(row: GatewayReportRow, tenant: Tenant) -> Payment | None:
    """The tenant's payment that a row is about, by its transaction. None while it is not booked, or while nobody knows which it
    is (`order_payments.tell_apart`).

    Where a report gives other ids, the attempt's own payment, unless another transaction of the order is that already, or the
    gateway told of that id itself: an order may be paid twice, and each payment has a fee of its own.
    """
    own = row.transaction
    attempt = row.checkout.transaction_id if row.checkout is not None else ""
    found = _payment(own, tenant) if own else None
    if found is not None or not own or attempt in {"", own} or booked_by_hand(row) is not None:
        return found
    if Notice.objects.filter(checkout=row.checkout_id, transaction_id=own).exists():
        return None
    other = _payment(attempt, tenant)
    standing = standing_fee(other) if other is not None else None
    return other if standing is None or standing.row.transaction == own else None


def _payment(transaction: str, tenant: Tenant) -> Payment | None:
    return Payment.objects.filter(reference=gateway_reference(transaction, tenant.schema_name)).first()


def standing_fee(payment: Payment) -> GatewayFee | None:
    """The fee of a payment that no later one has taken back."""
    found = GatewayFee.objects.filter(payment=payment.pk, reverses__isnull=True).select_related("row__report")
    return found.order_by("-position").first()


def has_last_word(row: GatewayReportRow, standing: GatewayFee) -> bool:
    """Whether nothing that was booked tells of the payment after this row; who told the standing fee once more counts, too."""
    same = Q(transaction_id=row.transaction) | Q(transaction_id="", matched_transaction=row.transaction)
    booked = GatewayReportRow.objects.filter(same, kind=ReportRowKind.PAYMENT, booked_at__isnull=False)
    return all(place_of(row) > place_of(one) for one in (standing.row, *booked.select_related("report")))
