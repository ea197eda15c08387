"""Importing a bank's file: upload, name its columns if need be, look at it, confirm."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.banking.forms import ColumnsForm, ConfirmForm, UploadForm
from backoffice.frame.base import page, require, staff_of
from backoffice.frame.faults import rupiah_and_sen, tell_fault
from billing.gateways.statements.models import BankStatement, StatementState
from billing.rules.banking.layouts import LAYOUTS
from billing.rules.banking.tables import NotText, Row
from billing.rules.banking.values import Fault
from billing.selectors.bank_accounts import Account, own_accounts
from billing.selectors.bank_statements import (
    MAPPED,
    Reading,
    kept_form,
    layout_of,
    read_file,
    sample_rows,
    sen_of_payments,
)
from billing.services.banking.matching import match_lines
from billing.services.banking.statements import (
    HOPELESS,
    discard_statement,
    draft_statement,
    import_statement,
    map_columns,
)
from billing.services.gateway.client import gateway
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import staff_may

SHOWN = 200
RECENT = 15


@require_http_methods(["GET", "HEAD", "POST"])
def upload_statement(request: HttpRequest) -> HttpResponse:
    """The form, and the files of the last days."""
    accounts = own_accounts()
    form = UploadForm(request.POST or None, request.FILES or None, accounts=accounts)
    if request.method == "POST":
        require(request, "import_statement")
        if form.is_valid():
            drafted = _drafted(request, form)
            if drafted is not None:
                return HttpResponseRedirect(_address(drafted))
    recent = BankStatement.objects.select_related("imported_by").order_by("-created_at", "-pk")[:RECENT]
    return page(
        request,
        "statement_upload.html",
        _("Impor mutasi bank"),
        422 if form.errors else 200,
        form=form,
        recent=recent,
        may_import=staff_may(request.user, "import_statement"),
    )


def _drafted(request: HttpRequest, form: UploadForm) -> BankStatement | None:
    given = form.cleaned_data
    account = form.accounts[given["account"]]
    try:
        return draft_statement(
            account=account,
            layout=given["layout"] or _usual_layout(account),
            file=given["file"],
            staff=staff_of(request),
            now=timezone.now(),
        )
    except DomainError as error:
        put_error(form, error)
        return None


def _usual_layout(account: Account) -> str:
    kept = kept_form(account.number)
    return kept.layout if kept is not None else account.layout or MAPPED


@require_http_methods(["GET", "HEAD", "POST"])
def show_statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """A draft: what would happen, and the two buttons. An imported one: what came of its lines."""
    statement = get_object_or_404(BankStatement.objects.select_related("imported_by"), pk=statement_id)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST":
        require(request, "import_statement")
        if "discard" in request.POST:
            discard_statement(statement=statement)
            messages.success(request, _("Berkas dibuang. Tidak ada yang diimpor."))
            return HttpResponseRedirect(reverse("operator_statement_upload"))
        if form.is_valid() and _imported(request, statement, form):
            return HttpResponseRedirect(_address(statement))
    if statement.state == StatementState.IMPORTED:
        return _show_imported(request, statement)
    if layout_of(statement) is None:
        return HttpResponseRedirect(reverse("operator_statement_columns", kwargs={"statement_id": statement.pk}))
    return _show_draft(request, statement, form)


def _imported(request: HttpRequest, statement: BankStatement, form: ConfirmForm) -> bool:
    now, user = timezone.now(), staff_of(request)
    try:
        with_faults = form.cleaned_data["with_faults"]
        done = import_statement(statement=statement, with_faults=with_faults, staff=user, now=now)
    except DomainError as error:
        put_error(form, error)
        return False
    matched = match_lines(account=statement.account, staff=user, now=now, gateway=gateway())
    words = _("%(new)d baris baru, %(placed)d cocok dan dibukukan, %(waiting)d menunggu dilihat.")
    waiting = matched.waiting + matched.failed
    messages.success(request, words % {"new": done.new_count, "placed": matched.placed, "waiting": waiting})
    return True


def _show_draft(request: HttpRequest, statement: BankStatement, form: ConfirmForm) -> HttpResponse:
    reading = read_file(statement)
    return page(
        request,
        "statement_draft.html",
        _("Pratinjau %(name)s") % {"name": statement.file_name},
        422 if form.errors else 200,
        statement=statement,
        layout=LAYOUTS[statement.layout].title if statement.layout in LAYOUTS else _("kolom kita tunjuk sendiri"),
        counts=reading.counts(),
        faults=[tell_fault(fault) for fault in reading.faults],
        hopeless=any(fault.code in HOPELESS for fault in reading.faults),
        pending=reading.pending,
        lines=reading.lines[:SHOWN],
        more=max(0, len(reading.lines) - SHOWN),
        days=_days(reading),
        form=form,
        may_import=staff_may(request.user, "import_statement"),
    )


def _days(reading: Reading) -> tuple[Any, Any]:
    days = [seen.line.on for seen in reading.lines]
    return min(days, default=None), max(days, default=None)


def _show_imported(request: HttpRequest, statement: BankStatement) -> HttpResponse:
    lines = statement.lines.select_related("tenant", "decided_by").order_by("on", "row", "pk")
    sen = sen_of_payments(statement)
    return page(
        request,
        "statement.html",
        _("Mutasi %(name)s") % {"name": statement.file_name},
        statement=statement,
        lines=lines[:SHOWN],
        more=max(0, statement.new_count - SHOWN),
        rounding=rupiah_and_sen(sen) if sen else "",
        faults=[tell_fault(Fault(**fault)) for fault in statement.faults],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def name_columns(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """The first rows, and which column is what."""
    statement = get_object_or_404(BankStatement, pk=statement_id, state=StatementState.DRAFT)
    require(request, "import_statement")
    rows = _rows(statement)
    form = ColumnsForm(request.POST or None, rows=rows, initial=_kept_columns(statement))
    if request.method == "POST" and form.is_valid():
        try:
            map_columns(statement=statement, columns=form.columns(), staff=staff_of(request), now=timezone.now())
        except DomainError as error:
            put_error(form, error)
        else:
            return HttpResponseRedirect(_address(statement))
    title = _("Kolom %(name)s") % {"name": statement.file_name}
    context = {"statement": statement, "form": form, "rows": rows[:12]}
    return page(request, "statement_columns.html", title, 422 if form.errors else 200, **context)


def _rows(statement: BankStatement) -> list[Row]:
    try:
        return sample_rows(statement)
    except NotText:
        return []


def _kept_columns(statement: BankStatement) -> dict[str, Any]:
    kept = kept_form(statement.account)
    if kept is None or not kept.columns:
        return {}
    places = kept.columns["places"]
    first = {role: found[0] for role, found in places.items() if found}
    more = places.get("description", [])[1:2]
    return first | {
        "more": more[0] if more else None,
        "order": kept.columns["order"],
        "decimal": kept.columns["decimal"],
    }


@require_safe
def download_statement(request: HttpRequest, statement_id: UUID) -> FileResponse:
    """The file as it came, to those who may import: it holds everybody's payments."""
    require(request, "import_statement")
    statement = get_object_or_404(BankStatement, pk=statement_id)
    name = statement.file_name or "mutasi.csv"
    answer = FileResponse(statement.file.open("rb"), as_attachment=True, filename=name, content_type="text/csv")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _address(statement: BankStatement) -> str:
    return reverse("operator_statement", kwargs={"statement_id": statement.pk})
