"""The gateway's settlement report: taken in once, and compared row by row with what we know of each payment."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import ReportRefused
from billing.gateways.statements.gateway_models import (
    DifferenceKind,
    DifferenceSource,
    GatewayDifference,
    GatewayReport,
    GatewayReportRow,
    ReportRowKind,
)
from billing.rules.gateway_report import Differs, Finding, Report, compare, fingerprints, read_report
from billing.selectors.gateway_reports import (
    as_read,
    attempts_of,
    known_of,
    rows_of,
    unsettled_attempts,
)
from billing.services.files.uploads import plain_name, read_upload
from billing.services.payments.differences import close_open, note_difference
from billing.services.settlements.order_payments import tell_apart
from tenants.models import User

_BATCH = 500


def import_report(
    *, file: "File[bytes]", columns: Mapping[str, str], with_faults: bool, staff: User, now: datetime
) -> GatewayReport:
    """Take a report in: rows that no earlier file had, compared at once. The same file again gives back the first.

    ReportRefused names the field: a file that is no report, or rows that cannot be read and were not accepted
    (`with_faults`); they are left out and listed with the report. Fees are posted afterwards (`fees.book_fees`).
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
    rows = _rows(report, read)
    GatewayReportRow.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)
    days = [row.settled_on for row in read.rows]
    report.first_on, report.last_on = min(days, default=None), max(days, default=None)
    report.row_count, report.new_count = len(rows), report.rows.count()
    report.save(update_fields=["first_on", "last_on", "row_count", "new_count"])


def _rows(report: GatewayReport, read: Report) -> list[GatewayReportRow]:
    """A file's rows, not saved yet, each with the attempt that it tells of."""
    attempts = attempts_of((row.order_id, row.transaction_id) for row in read.rows)
    return [
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
        for row, name in zip(read.rows, fingerprints(read.rows), strict=True)
    ]


def compare_rows(rows: Sequence[GatewayReportRow], now: datetime) -> int:
    """Put what does not agree into the queue, once; what no report had and this one has is closed. How many are new."""
    tell_apart(rows, now)
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
    close_open(late, "Ada di laporan gateway yang datang kemudian", now)


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
        for attempt in unsettled_attempts(now)
    )
