"""Rows of the gateway's report that name no transaction: told apart by their amounts, else named by staff."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from billing.gateways.statements.gateway_models import (
    DifferenceKind,
    DifferenceSource,
    GatewayDifference,
    GatewayReportRow,
    ReportRowKind,
)
from billing.rules.order_payments import payment_meant
from billing.selectors.order_payments import OrderPayment, order_payments
from billing.services.payments.differences import close_open, note_difference


def tell_apart(rows: Sequence[GatewayReportRow], now: datetime) -> None:
    """Keep with each row that names none which transaction of its order it is about.

    Where that cannot be known (an order paid twice with the same sum) nothing is guessed: staff are asked, once.
    """
    unnamed = [row for row in rows if row.kind == ReportRowKind.PAYMENT and not row.transaction]
    if not unnamed:
        return
    payments, told = order_payments(unnamed), _told(unnamed)
    known: list[GatewayReportRow] = []
    # Those whose amount says it come first: one that is left over may then be the rest.
    for row in sorted(unnamed, key=lambda row: row.amount not in {one.amount for one in payments[row.pk]}):
        found = payments[row.pk]
        meant = payment_meant(row.amount, {one.transaction: one.amount for one in found}, told[row.order_id])
        if meant is not None:
            row.matched_transaction = meant
            row.save(update_fields=["matched_transaction"])
            told[row.order_id].add(meant)
            known.append(row)
        elif found:
            _ask(row, found, now)
    asked = GatewayDifference.objects.filter(row__in=known, kind=DifferenceKind.WHICH)
    close_open(asked, "Pembayarannya diketahui kemudian", now)


def _told(rows: Sequence[GatewayReportRow]) -> dict[str, set[str]]:
    """The transactions of which other rows of the same orders have told, by order."""
    orders = {row.order_id for row in rows} - {""}
    others = GatewayReportRow.objects.filter(order_id__in=orders, kind=ReportRowKind.PAYMENT)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in others.exclude(transaction_id="", matched_transaction=""):
        found[row.order_id].add(row.transaction)
    return found


def _ask(row: GatewayReportRow, found: Sequence[OrderPayment], now: datetime) -> None:
    note_difference(
        GatewayDifference(
            key=f"{DifferenceKind.WHICH}:{row.fingerprint}",
            source=DifferenceSource.REPORT,
            kind=DifferenceKind.WHICH,
            order_id=row.order_id,
            ours=0,
            theirs=row.kept,
            note=f"Laporan tidak menyebut transaksinya; order ini dibayar {len(found)} kali.",
            checkout=row.checkout,
            row=row,
            found_at=now,
        )
    )
