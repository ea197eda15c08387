"""Exports for accounting packages, and tax invoices: given out in batches, answered by the tax office."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.frame.base import page, require
from backoffice.frame.fields import DateInput
from billing.forms.count_file import FileRefused, read_rows, shortened
from billing.rules.efaktur import upload_by
from billing.selectors.exports import (
    INVOICE_COLUMNS,
    JOURNAL_COLUMNS,
    Row,
    exported_tenants,
    invoice_rows,
    journal_rows,
)
from billing.selectors.tax_invoices import lacking_tax_invoices
from billing.services.documents.tax_answers import Answered, take_answers
from billing.services.documents.tax_invoices import make_batches
from billing.views.sheets import sheet
from plans.models import Issuer
from plans.selectors.accounting import chart
from tenants.context import rest_session
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import TaxBatch, TaxInvoice, TaxInvoiceState
from tenants.permissions import staff_may

SHEETS = {"invoices": (INVOICE_COLUMNS, invoice_rows), "journal": (JOURNAL_COLUMNS, journal_rows)}
LACKING_WORDS = {
    "identity": gettext_lazy("NPWP, NIK, atau dokumen lain pembeli"),
    "address": gettext_lazy("alamat pembeli"),
    "facility": gettext_lazy("kode keterangan dan cap fasilitas"),
}
GIVEN_OUT = (TaxInvoiceState.EXPORTED, TaxInvoiceState.APPROVED)
MOST_BYTES = 5 * 1024 * 1024
# How the tax office heads its columns, and how we call them.
ANSWER_COLUMNS = {
    **dict.fromkeys(("number", "refdesc", "referensi", "nomortagihan", "tagihan"), "number"),
    **dict.fromkeys(("state", "status", "statusfaktur", "taxinvoicestatus"), "state"),
    **dict.fromkeys(("taxnumber", "nomorfakturpajak", "taxinvoicenumber", "nomorfaktur"), "tax_number"),
    **dict.fromkeys(("date", "tanggal", "tanggalfakturpajak", "taxinvoicedate"), "date"),
    **dict.fromkeys(("note", "keterangan"), "note"),
}


class DaysForm(forms.Form):
    """An issuer, if one is chosen, and some days."""

    issuer = forms.ChoiceField(label=gettext_lazy("Penerbit"), required=False)
    first = forms.DateField(label=gettext_lazy("Dari"), widget=DateInput())
    last = forms.DateField(label=gettext_lazy("Sampai"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["issuer"]
        if isinstance(field, forms.ChoiceField):
            every = [] if field.required else [("", _("semua"))]
            field.choices = every + [(row.code, row.data["legal_name"]) for row in Issuer.objects.order_by("code")]

    def clean(self) -> dict[str, Any]:
        """The days in order."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("Hari terakhir sebelum hari pertama."))
        return given


class ExportForm(DaysForm):
    """Which table, as which file."""

    what = forms.ChoiceField(
        label=gettext_lazy("Isi"), choices=[("invoices", gettext_lazy("tagihan")), ("journal", gettext_lazy("jurnal"))]
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Berkas"),
        choices=[
            ("xlsx", gettext_lazy("XLSX, untuk dibuka")),
            ("csv", gettext_lazy("CSV dengan koma, untuk program akuntansi")),
            ("csv-id", gettext_lazy("CSV dengan titik koma, untuk Excel berbahasa Indonesia")),
        ],
        help_text=gettext_lazy(
            "Excel memotong NPWP dan nomor faktur pajak yang dibaca dari CSV; di XLSX keduanya utuh."
        ),
    )


class BatchForm(DaysForm):
    """Which tax invoices."""

    issuer = forms.ChoiceField(label=gettext_lazy("Penerbit"))
    again = forms.BooleanField(label=gettext_lazy("Termasuk yang sudah diekspor"), required=False)
    reason = forms.CharField(label=gettext_lazy("Alasan mengekspor ulang"), max_length=300, required=False)


class AnswerForm(forms.Form):
    """The tax office's list."""

    file = forms.FileField(label=gettext_lazy("Daftar dari Coretax (CSV atau XLSX)"))


@require_safe
def show_exports(request: HttpRequest) -> HttpResponseBase:
    """The form; filled in, the file, written while it is read."""
    require(request, "export_books")
    form = ExportForm(request.GET or None)
    if not form.is_bound or not form.is_valid():
        return page(
            request,
            "exports.html",
            _("Ekspor pembukuan"),
            422 if form.is_bound else 200,
            form=form,
            chart=chart().accounts,
        )
    given = form.cleaned_data
    columns, rows_of = SHEETS[given["what"]]
    rows = _rows(rows_of, given["issuer"], given["first"], given["last"])
    name = f"{given['what']}-{given['first']}-{given['last']}"
    return sheet(name, given["kind"], columns, rows)


def _rows(rows_of: Any, issuer: str, first: date, last: date) -> Iterator[Row]:
    for tenant in list(exported_tenants(issuer)):
        yield from rows_of(tenant, first, last)
        rest_session()


@require_http_methods(["GET", "HEAD", "POST"])
def show_tax_invoices(request: HttpRequest) -> HttpResponse:
    """What waits, the batches that were given out, and the form for the next one."""
    form = BatchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request, "export_tax_invoices")
        made = _batches(form) if form.is_valid() else []
        if made:
            count = {"count": sum(batch.count for batch in made), "files": len(made)}
            messages.success(request, _("%(count)s faktur pajak dalam %(files)s berkas.") % count)
            return HttpResponseRedirect(reverse("operator_tax_invoices"))
    return _tax_page(request, form, AnswerForm(), None)


def _batches(form: BatchForm) -> list[TaxBatch]:
    try:
        return make_batches(**form.cleaned_data)
    except DomainError as error:
        put_error(form, error)
        return []


@require_http_methods(["POST"])
def import_answers(request: HttpRequest) -> HttpResponse:
    """Numbers and states as the tax office sent them."""
    require(request, "export_tax_invoices")
    form, answered = AnswerForm(request.POST, request.FILES), None
    if form.is_valid():
        answered = _answered(form)
    if answered is not None and not answered.faults:
        messages.success(request, _("%(count)s faktur pajak diperbarui.") % {"count": answered.taken})
        return HttpResponseRedirect(reverse("operator_tax_invoices"))
    return _tax_page(request, BatchForm(), form, answered)


def _answered(form: AnswerForm) -> Answered | None:
    file = form.cleaned_data["file"]
    if file.size > MOST_BYTES:
        form.add_error("file", _("Berkas terlalu besar."))
        return None
    try:
        return take_answers(_table(list(read_rows(file.name, file.read()))))
    except FileRefused as error:
        form.add_error("file", " ".join(error.messages))
        return None


def _table(rows: list[tuple[str, ...]]) -> list[Mapping[str, str]]:
    if not rows:
        raise FileRefused([_("Berkas ini kosong.")])
    names = [ANSWER_COLUMNS.get("".join(sign for sign in cell.lower() if sign.isalnum()), "") for cell in rows[0]]
    if not {"number", "state"} <= set(names):
        raise FileRefused([_("Baris 1: kolom nomor tagihan dan status diperlukan.")])
    return [dict(zip(names, row, strict=False)) for row in rows[1:]]


def _tax_page(request: HttpRequest, form: BatchForm, answers: AnswerForm, answered: Answered | None) -> HttpResponse:
    waiting = TaxInvoice.objects.filter(state=TaxInvoiceState.PENDING)
    oldest = waiting.order_by("issued_on").first()
    upload_until = upload_by(oldest.issued_on) if oldest else None
    lacking = lacking_tax_invoices()
    return page(
        request,
        "tax_invoices.html",
        _("e-Faktur"),
        422 if form.errors or answers.errors or (answered and answered.faults) else 200,
        form=form,
        answers=answers,
        faults=shortened(answered.faults) if answered else [],
        waiting=waiting.count(),
        oldest=oldest,
        upload_until=upload_until,
        is_late=upload_until is not None and upload_until < timezone.localdate(),
        lacking=[(some.invoice, [LACKING_WORDS[name] for name in some.missing]) for some in lacking.shown],
        lacking_more=lacking.more,
        to_cancel=TaxInvoice.objects.filter(state__in=GIVEN_OUT, cancelled_on__isnull=False).count(),
        batches=TaxBatch.objects.defer("xml").order_by("-made_at", "-pk")[:30],
        may_export=staff_may(request.user, "export_tax_invoices"),
    )


@require_safe
def download_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The file as it was given out."""
    require(request, "export_tax_invoices")
    batch = get_object_or_404(TaxBatch, pk=batch_id)
    answer = HttpResponse(batch.xml, content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = (
        f'attachment; filename="efaktur-{batch.issuer}-{batch.first_on}-{batch.last_on}-{batch.sha256[:6]}.xml"'
    )
    return answer
