"""GET /reports/monthly: a month of the tenant as figures, and the same as a PDF (N15)."""

import re
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.invoices import PdfRenderer
from billing.api.papers import MovementOutput, shape_movement
from billing.api.shapes import language
from billing.documents.invoice_pdf import render_pdf
from billing.services.documents.monthly_reports import month_of, report_of
from tenants.api.fields import MESSAGES, Input, Output, read_query
from tenants.api.views import TenantView
from tenants.errors import NotFound

PATTERN = "20[0-9]{2}-(0[1-9]|1[0-2])"
MONTH = OpenApiParameter("month", {"type": "string", "pattern": f"^{PATTERN}$", "examples": ["2026-03"]}, required=True)


class MonthField(serializers.Field[date, str, str, Any]):
    """A month as YYYY-MM: its first day."""

    default_error_messages = MESSAGES | {"invalid": gettext_lazy("Tulis bulan sebagai YYYY-MM, misalnya 2026-03.")}

    def to_internal_value(self, data: str) -> date:
        """Nothing but the one form."""
        if not re.fullmatch(PATTERN, data):
            self.fail("invalid")
        return date.fromisoformat(f"{data}-01")


class MonthQuery(Input):
    """Which month."""

    month = MonthField()


class MonthlyOutput(Output):
    """A month; the running one until today. Whole rupiah, negative balances are the customer's credit."""

    month = serializers.CharField(help_text="YYYY-MM")
    first = serializers.DateField()
    last = serializers.DateField(help_text="Included.")
    opening = serializers.IntegerField()
    charged = serializers.IntegerField()
    settled = serializers.IntegerField()
    closing = serializers.IntegerField()
    movements = MovementOutput(many=True)


class MonthlyView(TenantView):
    """The report's figures."""

    @extend_schema(operation_id="getMonthlyReport", tags=["invoices"], parameters=[MONTH], responses=MonthlyOutput)
    def get(self, request: Request) -> Response:
        """Opening balance, what was charged and settled, closing balance. 404 `report_not_found` for a month to come."""
        month = read_query(MonthQuery, request.query_params)["month"]
        section = month_of(self.tenant, month, self.today, language())
        if section is None:
            raise _none()
        made = section.statement
        names = ("first", "last", "opening", "charged", "settled", "closing")
        body = {name: getattr(made, name) for name in names} | {
            "month": f"{month:%Y-%m}",
            "movements": [shape_movement(row) for row in made.rows],
        }
        return Response(MonthlyOutput(body).data)


class MonthlyPdfView(TenantView):
    """The report, printed."""

    renderer_classes = [PdfRenderer]

    @extend_schema(
        operation_id="getMonthlyReportPdf",
        tags=["invoices"],
        parameters=[MONTH],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 503: None},
    )
    def get(self, request: Request) -> HttpResponse:
        """The same as a PDF in the language of Accept-Language, made anew each time."""
        month = read_query(MonthQuery, request.query_params)["month"]
        made = report_of(self.tenant, month, self.today, language())
        if made is None:
            raise _none()
        disposition = f'attachment; filename="laporan-{made.slug}.pdf"'
        headers = {"Content-Disposition": disposition}
        return HttpResponse(render_pdf(made), content_type="application/pdf", headers=headers)


def _none() -> NotFound:
    return NotFound(_("Tidak ada laporan untuk bulan ini."), field="month", code="report_not_found")
