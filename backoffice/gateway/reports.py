"""The gateway's settlement report: importing it, and what came of its rows."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.frame.base import OperatorAdmin, key_of, page, person, require, staff_of
from backoffice.frame.faults import tell_fault
from billing.gateways.statements.gateway_models import (
    DifferenceState,
    GatewayDifference,
    GatewayReport,
    ReportRowKind,
)
from billing.rules.banking.values import Fault
from billing.selectors.gateway_reports import last_columns, rows_of
from billing.services.settlements.reports import import_report
from billing.tasks import work_off_gateway_reports
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import staff_may

SHOWN, RECENT = 200, 15
COLUMNS = {
    "order": gettext_lazy("Order id"),
    "transaction": gettext_lazy("Transaction id"),
    "kind": gettext_lazy("Jenis (pembayaran, refund, chargeback)"),
    "method": gettext_lazy("Metode"),
    "amount": gettext_lazy("Jumlah"),
    "fee": gettext_lazy("Biaya (MDR)"),
    "tax": gettext_lazy("PPN atas biaya"),
    "net": gettext_lazy("Jumlah bersih"),
    "paid_on": gettext_lazy("Tanggal dibayar"),
    "settled_on": gettext_lazy("Tanggal diteruskan"),
}


@admin.register(GatewayReport)
class GatewayReportAdmin(OperatorAdmin):
    """Files as imported, newest first."""

    importer = person("imported_by", gettext_lazy("diimpor oleh"))
    list_display = ("file_name", "first_on", "last_on", "row_count", "new_count", "importer", "imported_at")
    list_select_related = ("imported_by",)
    search_fields = ("file_name",)
    ordering = ("-imported_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shown on a page of its own."""
        return HttpResponseRedirect(reverse("operator_report", kwargs={"report_id": key_of(object_id)}))


class ReportForm(forms.Form):
    """The file; headings only where the usual ones do not fit."""

    file = forms.FileField(
        label=gettext_lazy("Berkas CSV dari gateway"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    with_faults = forms.BooleanField(label=gettext_lazy("Impor tanpa baris yang tidak terbaca"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role, label in COLUMNS.items():
            self.fields[role] = forms.CharField(label=label, max_length=60, required=False)

    @property
    def headings(self) -> list[Any]:
        """The fields of the columns' headings."""
        return [self[role] for role in COLUMNS]

    @property
    def named(self) -> bool:
        """Whether the headings should be seen: some are named, or some are missing."""
        return any(self[role].value() or self[role].errors for role in COLUMNS)

    def columns(self) -> dict[str, str]:
        """Those that are named."""
        return {role: self.cleaned_data[role] for role in COLUMNS if self.cleaned_data[role]}


@require_http_methods(["GET", "HEAD", "POST"])
def upload_report(request: HttpRequest) -> HttpResponse:
    """The form, and the files of the last days."""
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReportForm(*given, initial=last_columns())
    if request.method == "POST":
        require(request, "import_gateway_report")
        report = _imported(request, form) if form.is_valid() else None
        if report is not None:
            return HttpResponseRedirect(reverse("operator_report", kwargs={"report_id": report.pk}))
    recent = GatewayReport.objects.select_related("imported_by").order_by("-imported_at", "-pk")[:RECENT]
    return page(
        request,
        "report_upload.html",
        _("Impor laporan gateway"),
        422 if form.errors else 200,
        form=form,
        recent=recent,
        may_import=staff_may(request.user, "import_gateway_report"),
    )


def _imported(request: HttpRequest, form: ReportForm) -> GatewayReport | None:
    user, given = staff_of(request), form.cleaned_data
    try:
        report = import_report(
            file=given["file"],
            columns=form.columns(),
            with_faults=given["with_faults"],
            staff=user,
            now=timezone.now(),
        )
    except DomainError as error:
        put_error(form, error)
        return None
    work_off_gateway_reports.delay()
    words = _("%(new)d baris baru dari %(all)d.") % {"new": report.new_count, "all": report.row_count}
    messages.success(request, words)
    return report


@require_safe
def show_report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """What the file says in all, its rows, and what does not agree."""
    report = get_object_or_404(GatewayReport.objects.select_related("imported_by"), pk=report_id)
    paid = Q(kind=ReportRowKind.PAYMENT)
    sums = report.rows.aggregate(
        paid=Sum("amount", filter=paid),
        fees=Sum("fee", filter=paid),
        taxes=Sum("tax", filter=paid),
        back=Sum("amount", filter=~paid),
    )
    differences = GatewayDifference.objects.filter(row__report=report).order_by("state", "found_at", "pk")
    return page(
        request,
        "report.html",
        _("Laporan %(name)s") % {"name": report.file_name},
        report=report,
        sums=sums,
        rows=rows_of(report)[:SHOWN],
        more=max(0, report.new_count - SHOWN),
        unbooked=report.rows.filter(paid, booked_at__isnull=True).count(),
        differences=differences[:SHOWN],
        open=differences.filter(state=DifferenceState.OPEN).count(),
        faults=[tell_fault(Fault(**fault)) for fault in report.faults],
    )
