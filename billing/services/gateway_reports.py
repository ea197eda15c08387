"""The gateway's settlement report: taken in once, compared row by row, and what the gateway kept posted to the books."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import structlog
from django.core.files.base import File
from django.db import DatabaseError, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from billing.errors import ReportRefused
from billing.gateways.methods import shares
from billing.gateways.models import CheckoutItem
from billing.gateways.statements.gateway_models import (
    DifferenceKind,
    DifferenceSource,
    DifferenceState,
    GatewayDifference,
    GatewayFee,
    GatewayReport,
    GatewayReportRow,
    ReportRowKind,
)
from billing.models import Payment
from billing.rules.gateway_references import gateway_reference
from billing.rules.gateway_report import Differs, Finding, Report, compare, fingerprints, read_report
from billing.selectors.gateway_reports import (
    as_read,
    attempts_of,
    known_of,
    rows_of,
    unbooked_rows,
    unsettled_attempts,
)
from billing.services.differences import close_difference, note_difference
from billing.services.ledger import keep_gateway_fee
from billing.services.uploads import plain_name, read_upload
from tenants.context import writing
from tenants.errors import DomainError
from tenants.models import Tenant, User
from tenants.rows import change_tenant

log = structlog.get_logger(__name__)
_BATCH = 500


def import_report(
    *, file: "File[bytes]", columns: Mapping[str, str], with_faults: bool, staff: User, now: datetime
) -> GatewayReport:
    """Take a report in: rows that no earlier file had, compared at once. The same file again gives back the first.

    ReportRefused names the field: a file that is no report, or rows that cannot be read and were not accepted
    (`with_faults`); they are left out and listed with the report. Fees are posted afterwards (`book_fees`).
    """
    raw = read_upload(file, ReportRefused, "report")
    digest = hashlib.sha256(raw).hexdigest()
    known = GatewayReport.objects.filter(sha256=digest).first()
    if known is not None:
        return known
    read = read_report(raw, columns)
    _check(read, with_faults=with_faults)
    with transaction.atomic():
        report, is_new = GatewayReport.objects.get_or_create(
            sha256=digest,
            defaults={
                "file_name": plain_name(file.name),
                "columns": dict(columns),
                "faults": [asdict(fault) for fault in read.faults],
                "imported_by": staff,
                "imported_at": now,
            },
        )
        if is_new:
            _store(report, read)
            compare_rows(list(rows_of(report)), now)
    return report


def _check(read: Report, *, with_faults: bool) -> None:
    whole = [fault for fault in read.faults if fault.row == 0]
    if any(fault.code == "header" for fault in whole):
        message = _("Kolom yang diperlukan tidak ditemukan. Sebutkan judul kolomnya di bawah.")
        raise ReportRefused(message, field="order", code="report_columns")
    if whole:
        raise ReportRefused(_("Berkas ini tidak dapat dibaca sebagai laporan gateway."), field="file")
    if read.faults and not with_faults:
        said = "; ".join(f"{fault.row}: {fault.column} {fault.found}".strip() for fault in read.faults[:5])
        message = _(
            "Ada %(count)d baris yang tidak terbaca (%(rows)s). Perbaiki berkasnya, atau impor tanpa baris itu."
        )
        raise ReportRefused(message % {"count": len(read.faults), "rows": said}, field="with_faults", code="faults")


def _store(report: GatewayReport, read: Report) -> None:
    attempts = attempts_of((row.order_id, row.transaction_id) for row in read.rows)
    names = fingerprints(read.rows)
    rows = [
        GatewayReportRow(
            report=report,
            fingerprint=name,
            row=row.row,
            order_id=row.order_id,
            transaction_id=row.transaction_id,
            kind=row.kind.value,
            method=row.method,
            amount=row.amount,
            fee=row.fee,
            tax=row.tax,
            paid_on=row.paid_on,
            settled_on=row.settled_on,
            checkout=attempts.get((row.order_id, row.transaction_id)),
        )
        for row, name in zip(read.rows, names, strict=True)
    ]
    GatewayReportRow.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)
    days = [row.settled_on for row in read.rows]
    report.first_on, report.last_on = min(days, default=None), max(days, default=None)
    report.row_count, report.new_count = len(rows), report.rows.count()
    report.save(update_fields=["first_on", "last_on", "row_count", "new_count"])


def compare_rows(rows: Sequence[GatewayReportRow], now: datetime) -> int:
    """Put what does not agree into the queue, once; what no report had and this one has is closed. How many are new."""
    known = known_of(rows)
    found = [
        note_difference(_difference(row, finding, now))
        for row in rows
        for finding in compare(as_read(row), known.get(row.pk))
    ]
    _close_found([row for row in rows if row.kind == ReportRowKind.PAYMENT], now)
    return sum(found)


def _difference(row: GatewayReportRow, finding: Finding, now: datetime) -> GatewayDifference:
    return GatewayDifference(
        key=f"{finding.kind}:{row.fingerprint}",
        source=DifferenceSource.REPORT,
        kind=finding.kind.value,
        order_id=row.order_id,
        transaction_id=row.transaction_id,
        ours=finding.ours,
        theirs=finding.theirs,
        checkout=row.checkout,
        row=row,
        found_at=now,
    )


def _close_found(rows: Sequence[GatewayReportRow], now: datetime) -> None:
    attempts = {row.checkout_id for row in rows} - {None}
    late = GatewayDifference.objects.filter(checkout__in=attempts, kind=DifferenceKind.SURPLUS)
    _close(late, "Ada di laporan gateway yang datang kemudian", now)


def _close(found: "QuerySet[GatewayDifference]", reason: str, now: datetime) -> None:
    for difference in found.filter(state=DifferenceState.OPEN):
        close_difference(difference=difference, reason=reason, now=now)


def find_unsettled(*, now: datetime) -> int:
    """Payments of ours that no report has a week later: into the queue, once. How many are new."""
    return sum(
        note_difference(
            GatewayDifference(
                key=f"{Differs.SURPLUS}:{attempt.order_id}",
                source=DifferenceSource.REPORT,
                kind=DifferenceKind.SURPLUS,
                order_id=attempt.order_id,
                transaction_id=attempt.transaction_id,
                ours=attempt.gross_amount or attempt.amount,
                theirs=0,
                checkout=attempt,
                found_at=now,
            )
        )
        for attempt in unsettled_attempts()
    )


def book_fees(*, now: datetime) -> int:
    """Post what the gateway kept of every payment whose row has come, once for each. How many; one that fails waits."""
    done = 0
    for row in unbooked_rows():
        try:
            done += _book_row(row, now)
        except (DomainError, DatabaseError):
            log.exception("gateway_fee_not_booked", row=str(row.pk))
    return done


def _book_row(row: GatewayReportRow, now: datetime) -> bool:
    """Each tenant's share in its own transaction; the row is done when all have theirs."""
    items = CheckoutItem.objects.filter(checkout=row.checkout).order_by("tenant_id")
    sums = list(items.values_list("tenant_id").annotate(total=Sum("amount")).order_by("tenant_id"))
    tenants = Tenant.objects.in_bulk([tenant_id for tenant_id, _total in sums])
    parts = shares(row.kept, [total for _tenant, total in sums])
    booked = [_book_tenant(tenants[key], row, part) for (key, _total), part in zip(sums, parts, strict=True)]
    if all(booked):
        GatewayReportRow.objects.filter(pk=row.pk, booked_at__isnull=True).update(booked_at=now)
        _came_after_all(row, now)
    return all(booked)


def _came_after_all(row: GatewayReportRow, now: datetime) -> None:
    """Money that was missing when its row came and is booked now: closed, and compared again."""
    missing = GatewayDifference.objects.filter(row=row, kind=DifferenceKind.MISSING, state=DifferenceState.OPEN)
    if missing.exists():
        _close(missing, "Pembayarannya sudah dibukukan kemudian", now)
        compare_rows([row], now)


def _book_tenant(tenant: Tenant, row: GatewayReportRow, fee: int) -> bool:
    """Whether the payment is there; its fee is posted unless an earlier row of the same payment was."""
    attempt = row.checkout
    keys = {row.transaction_id, attempt.transaction_id if attempt is not None else ""} - {""}
    references = [gateway_reference(key, tenant.schema_name) for key in keys]
    with writing(tenant) as locked:
        payment = Payment.objects.filter(reference__in=references).order_by("created_at").first()
        if payment is None:
            return False
        if not GatewayFee.objects.filter(payment=payment.pk).exists():
            keep_gateway_fee(
                GatewayFee(
                    tenant=locked,
                    payment=payment.pk,
                    channel=payment.channel,
                    amount=fee,
                    settled_on=row.settled_on,
                    row=row,
                )
            )
            change_tenant(locked, books_changed=True)
    return True
