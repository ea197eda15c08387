"""Staff name the payment that a row of the gateway's report is about, or whose books have it."""

from datetime import datetime

from django.db import transaction as database
from django.utils.translation import gettext as _

from billing.errors import DifferenceClosed
from billing.gateways.statements.gateway_models import (
    DifferenceKind,
    DifferenceState,
    GatewayDifference,
    GatewayReportRow,
)
from billing.selectors.order_payments import order_payments
from billing.services.payments.differences import close_difference
from billing.services.settlements.fees import book_row
from billing.services.settlements.placed_notices import place_notice
from billing.services.settlements.reports import compare_rows
from tenants.models import Tenant


def name_payment(*, difference: GatewayDifference, transaction: str, reason: str, now: datetime) -> GatewayDifference:
    """Keep which transaction of its order a row is about, close the question, and post its fee there.

    750.000 paid twice, rows of 3.000 and 4.440: each goes where staff say. DifferenceClosed where a colleague was faster, or
    (field `transaction`) where the order has no such payment, or where the fee is in the books of another already (it was named
    before). A payment not booked yet has its fee posted once it is.
    """
    with database.atomic():
        current = GatewayDifference.objects.select_for_update(of=("self",)).get(pk=difference.pk)
        row = current.row
        if row is None or current.kind != DifferenceKind.WHICH or current.state != DifferenceState.OPEN:
            raise DifferenceClosed(_("Selisih ini sudah diubah orang lain; muat ulang halamannya."))
        _check_named(row, transaction)
        closed = close_difference(difference=current, reason=reason, now=now)
        row.matched_transaction = transaction
        row.save(update_fields=["matched_transaction"])
    book_row(row, now)
    return closed


def _check_named(row: GatewayReportRow, transaction: str) -> None:
    if transaction not in {payment.transaction for payment in order_payments([row])[row.pk]}:
        message = _("Order ini tidak memiliki pembayaran dengan transaction id itu.")
        raise DifferenceClosed(message, field="transaction", code="no_such_payment")
    # Named anew it would be posted to both: what was taken back for it of an earlier row does not come back by itself.
    if transaction != row.matched_transaction and row.fees.exists():
        message = _("Biaya baris ini sudah dibukukan pada %(transaction)s.") % {"transaction": row.matched_transaction}
        raise DifferenceClosed(message, field="transaction", code="fee_booked")


def place_money(*, difference: GatewayDifference, tenant: Tenant, reason: str, now: datetime) -> GatewayDifference:
    """Money that is missing for the report was booked to a tenant: kept with its notice, closed, and its fee posted there.

    DifferenceClosed where a colleague was faster, or (field `tenant`) where the books of the tenant do not have it.
    """
    place_notice(difference=difference, tenant=tenant)
    closed = close_difference(difference=difference, reason=reason, now=now)
    if difference.row is not None:
        book_row(difference.row, now)
        compare_rows([difference.row], now)
    return closed
