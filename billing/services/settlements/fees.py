"""What the gateway kept of each payment, posted to the books of the tenants it was for, and posted anew where a later report
says otherwise.
"""

from datetime import datetime

import structlog
from django.db import DatabaseError

from billing.gateways.methods import shares
from billing.gateways.statements.gateway_models import (
    DifferenceKind,
    DifferenceState,
    GatewayDifference,
    GatewayFee,
    GatewayReportRow,
)
from billing.models import Payment
from billing.selectors.gateway_fees import has_last_word, money_of, payers_of, standing_fee, unbooked_rows
from billing.services.books.ledger import keep_gateway_fee
from billing.services.payments.differences import close_open
from billing.services.settlements.order_payments import tell_apart
from billing.services.settlements.placed_notices import place_notices
from billing.services.settlements.reports import compare_rows
from plans.rules.money import format_rupiah
from tenants.context import writing
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.rows import change_tenant

log = structlog.get_logger(__name__)


def book_fees(*, now: datetime) -> int:
    """Post what the gateway kept of every payment whose row has come, once for each. How many; one that fails waits."""
    place_notices(now=now)
    done, rows = 0, list(unbooked_rows())
    tell_apart(rows, now)
    for row in rows:
        try:
            done += book_row(row, now)
        except (DomainError, DatabaseError):
            log.exception("gateway_fee_not_booked", row=str(row.pk))
    return done


def book_row(row: GatewayReportRow, now: datetime) -> bool:
    """Each tenant's share in its own transaction; the row is done when all have theirs."""
    payers = payers_of(row)
    parts = shares(row.kept, [total for _tenant, total in payers])
    booked = [_book_tenant(tenant, row, part) for (tenant, _total), part in zip(payers, parts, strict=True)]
    if not booked or not all(booked):
        return False
    GatewayReportRow.objects.filter(pk=row.pk, booked_at__isnull=True).update(booked_at=now)
    _came_after_all(row, now)
    _said_otherwise(row, now)
    return True


def _book_tenant(tenant: Tenant, row: GatewayReportRow, fee: int) -> bool:
    """Whether the payment is there; its fee is posted, or posted anew if a later row than the standing fee's says another."""
    with writing(tenant) as locked:
        payment = money_of(row, locked)
        if payment is None:
            return False
        standing = standing_fee(payment)
        if standing is None:
            _keep(locked, payment, row, fee)
        elif standing.amount != fee and has_last_word(row, standing):
            _keep(locked, payment, row, -standing.amount, reverses=standing)
            _keep(locked, payment, row, fee, position=standing.position + 2)
    return True


def _keep(
    tenant: Tenant,
    payment: Payment,
    row: GatewayReportRow,
    amount: int,
    *,
    position: int = 0,
    reverses: GatewayFee | None = None,
) -> None:
    """A step of a payment's fee, on the day that the row settled: 4.440, then −4.440 and 3.330 where a report corrects it."""
    keep_gateway_fee(
        GatewayFee(
            tenant=tenant,
            payment=payment.pk,
            position=position if reverses is None else reverses.position + 1,
            channel=payment.channel,
            amount=amount,
            settled_on=row.settled_on,
            row=row,
            reverses=reverses,
        )
    )
    change_tenant(tenant, books_changed=True, facts_changed=True)


def _came_after_all(row: GatewayReportRow, now: datetime) -> None:
    """Money that was missing when its row came and is booked now: closed, and compared again."""
    missing = GatewayDifference.objects.filter(row=row, kind=DifferenceKind.MISSING, state=DifferenceState.OPEN)
    if missing.exists():
        close_open(missing, "Pembayarannya sudah dibukukan kemudian", now)
        compare_rows([row], now)


def _said_otherwise(row: GatewayReportRow, now: datetime) -> None:
    """What was wrong with a fee that a later row has taken back waits for nobody; a new fee has a difference of its own."""
    gone = GatewayFee.objects.filter(reversal__row=row).values("row")
    wrong = GatewayDifference.objects.filter(kind=DifferenceKind.FEE, row__in=gone)
    close_open(wrong, f"Biayanya dibetulkan oleh laporan yang datang kemudian: {format_rupiah(row.kept)}", now)
