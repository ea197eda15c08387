"""A bank's file: taken in as a draft, looked at, imported or thrown away. Importing books nothing by itself."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import StatementRefused
from billing.gateways.statements.models import (
    BankLine,
    BankLineStep,
    BankStatement,
    IgnoredAs,
    LineAct,
    LineState,
    StatementForm,
    StatementState,
)
from billing.rules.banking.figures import SEN
from billing.rules.banking.layouts import LAYOUTS, check_mapping
from billing.selectors.bank_accounts import Account
from billing.selectors.bank_statements import MAPPED, Reading, Seen, chosen_columns, kept_form, layout_of, read_file
from billing.services.files.uploads import plain_name, read_upload
from tenants.context import current_actor
from tenants.models import User

_BATCH = 500
DRAFTS_LAST = timedelta(days=7)
# Faults of the whole file: there is nothing that could be taken in spite of them.
HOPELESS = frozenset({"not_text", "header", "quotes", "no_lines", "account"})


def draft_statement(*, account: Account, layout: str, file: "File[bytes]", staff: User, now: datetime) -> BankStatement:
    """Keep a bank's file as it came, to be looked at. The same draft again is given back; errors name the field.

    The columns staff named for the account's last file are used again (`mapped`).
    """
    raw = read_upload(file, StatementRefused, "statement")
    digest = hashlib.sha256(raw).hexdigest()
    _keep_layout(account, layout, staff, now)
    kept = kept_form(account.number)
    columns = kept.columns if kept is not None and layout == MAPPED else {}
    known = BankStatement.objects.filter(
        account=account.number, sha256=digest, state=StatementState.DRAFT, layout=layout
    ).first()
    if known is not None:
        return known
    statement = BankStatement(
        bank=account.bank, account=account.number, layout=layout, columns=columns, sha256=digest, imported_by=staff
    )
    statement.file_name = plain_name(file.name)
    statement.file.save(f"{statement.pk}.csv", ContentFile(raw), save=False)
    statement.save()
    return statement


def _keep_layout(account: Account, layout: str, staff: User, now: datetime) -> None:
    if layout not in {*LAYOUTS, MAPPED}:
        raise StatementRefused(_("Pilih bentuk berkas."), field="layout", code="statement_layout")
    facts = {"layout": layout, "changed_by": staff, "changed_at": now}
    StatementForm.objects.update_or_create(account=account.number, defaults=facts)


@transaction.atomic
def map_columns(*, statement: BankStatement, columns: Mapping[str, Any], staff: User, now: datetime) -> BankStatement:
    """Name the columns of a file; kept for the account's next one. Errors name the role that is missing."""
    current = _locked_draft(statement)
    missing = check_mapping(chosen_columns(columns))
    if missing:
        raise StatementRefused(_("Pilih kolomnya."), field=missing, code="column_missing")
    current.layout, current.columns = MAPPED, dict(columns)
    current.save(update_fields=["layout", "columns"])
    facts = {"layout": MAPPED, "columns": current.columns, "changed_by": staff, "changed_at": now}
    StatementForm.objects.update_or_create(account=current.account, defaults=facts)
    return current


@transaction.atomic
def discard_statement(*, statement: BankStatement) -> None:
    """Throw a draft away with its file."""
    current = BankStatement.objects.select_for_update().get(pk=statement.pk)
    if current.state == StatementState.DRAFT:
        path, storage = current.file.name or "", current.file.storage
        current.delete()
        transaction.on_commit(lambda: storage.delete(path))


@transaction.atomic
def import_statement(*, statement: BankStatement, with_faults: bool, staff: User, now: datetime) -> BankStatement:
    """Store the lines that no earlier file had; money that went out is marked as no payment. Repeating changes nothing.

    Faults must be accepted (`with_faults`): lines that could not be read are left out and listed with the statement. Two
    overlapping files at once store each line once: the fingerprint is unique, and the slower one finds it there.
    """
    current = BankStatement.objects.select_for_update().get(pk=statement.pk)
    if current.state == StatementState.IMPORTED:
        return current
    _require_draft(current)
    reading = read_file(current) if layout_of(current) is not None else None
    if reading is None or any(fault.code in HOPELESS for fault in reading.faults):
        raise StatementRefused(_("Berkas ini tidak dapat dibaca sebagai mutasi rekening."), field="file")
    if reading.faults and not with_faults:
        raise StatementRefused(
            _("Ada baris yang bermasalah. Perbaiki berkasnya, atau setujui impor tanpa baris itu."), field="with_faults"
        )
    new = _store(current, reading.new, now)
    _note(current, reading, new, staff, now)
    return current


def _store(statement: BankStatement, seen: Sequence[Seen], now: datetime) -> int:
    lines = [_line(statement, item, now) for item in seen]
    BankLine.objects.bulk_create(lines, ignore_conflicts=True, batch_size=_BATCH)
    stored = list(BankLine.objects.filter(statement=statement))
    outgoing = [line for line in stored if line.state == LineState.IGNORED]
    actor = current_actor().label[:200]
    BankLineStep.objects.bulk_create(
        [BankLineStep(line=line, at=now, act=LineAct.IGNORED, actor=actor, reason=line.reason) for line in outgoing],
        batch_size=_BATCH,
    )
    return len(stored)


def _line(statement: BankStatement, seen: Seen, now: datetime) -> BankLine:
    line = seen.line
    balance = None if line.balance is None else Decimal(line.balance) / SEN
    out = {} if line.incoming else {"state": LineState.IGNORED, "ignored_as": IgnoredAs.OUTGOING, "decided_at": now}
    return BankLine(
        statement=statement,
        account=statement.account,
        fingerprint=seen.fingerprint,
        row=line.row,
        on=line.on,
        incoming=line.incoming,
        amount=seen.amount,
        sen=line.sen % SEN,
        description=line.description,
        reference=line.reference,
        balance=balance,
        fits=seen.fits,
        suggested=bool(seen.verdict and seen.verdict.suggestions),
        reason="" if line.incoming else "Uang keluar",
        **out,
    )


def _note(statement: BankStatement, reading: Reading, new: int, staff: User, now: datetime) -> None:
    days = [seen.line.on for seen in reading.lines]
    statement.state, statement.imported_at, statement.imported_by = StatementState.IMPORTED, now, staff
    statement.first_on, statement.last_on = min(days, default=None), max(days, default=None)
    statement.line_count, statement.new_count = len(reading.lines), new
    statement.faults = [asdict(fault) for fault in reading.faults]
    statement.save()


def forget_drafts(*, now: datetime) -> int:
    """Throw drafts of the week before last away: files with everybody's payments are not kept for nothing."""
    old = BankStatement.objects.filter(state=StatementState.DRAFT, created_at__lt=now - DRAFTS_LAST)
    found = list(old)
    for statement in found:
        discard_statement(statement=statement)
    return len(found)


def _locked_draft(statement: BankStatement) -> BankStatement:
    current = BankStatement.objects.select_for_update().get(pk=statement.pk)
    _require_draft(current)
    return current


def _require_draft(statement: BankStatement) -> None:
    if statement.state != StatementState.DRAFT:
        raise StatementRefused(_("Berkas ini sudah diimpor."), code="statement_imported")
