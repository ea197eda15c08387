"""Papers beside the invoices: PDFs of credit notes and receipts, and the statement of account."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.invoices import SLUG, PdfRenderer
from billing.api.shapes import language
from billing.models import Document
from billing.rules.account_statement import Row
from billing.selectors.documents import paper_by_slug
from billing.selectors.statement_of_account import statement_of_account
from billing.services.documents.printing import pdf_of
from billing.services.documents.receipts import issue_receipt
from tenants.api.fields import DayField, Input, Output, read_query
from tenants.api.views import TenantView
from tenants.errors import DomainError


class CreditNotePdfView(TenantView):
    """A credit note, printed."""

    renderer_classes = [PdfRenderer]

    @extend_schema(
        operation_id="getCreditNotePdf",
        tags=["invoices"],
        parameters=[SLUG],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 503: None},
    )
    def get(self, request: Request, number: str) -> HttpResponse:
        """A credit note as a PDF in the language of Accept-Language; the same bytes every time."""
        return _printed(self, paper_by_slug(number))


class ReceiptPdfView(TenantView):
    """The receipt (kuitansi) of a payment, printed."""

    renderer_classes = [PdfRenderer]

    @extend_schema(
        operation_id="getReceiptPdf",
        tags=["invoices"],
        parameters=[OpenApiParameter("payment", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 503: None},
    )
    def get(self, request: Request, payment: UUID) -> HttpResponse:
        """The receipt as a PDF. It gets its number on the first request and is the same paper ever after."""
        return _printed(self, issue_receipt(tenant=self.tenant, payment_id=payment, today=self.today))


def _printed(view: TenantView, document: Document) -> HttpResponse:
    file = pdf_of(tenant=view.tenant, document=document, language=language(), now=view.now)
    disposition = f'attachment; filename="{file.name}"'
    return HttpResponse(file.content, content_type="application/pdf", headers={"Content-Disposition": disposition})


class StatementQuery(Input):
    """The days, both included."""

    first = DayField()
    last = DayField()


class MovementOutput(Output):
    """What happened, and what is owed after it."""

    on = serializers.DateField()
    kind = serializers.ChoiceField(
        choices=["invoice", "late_fee", "void", "credit", "write_off", "payment", "reversal", "refund", "allowance"]
    )
    number = serializers.CharField(help_text="The paper's number, or how a payment came.")
    charged = serializers.IntegerField()
    settled = serializers.IntegerField()
    balance = serializers.IntegerField(help_text="What is owed afterwards; negative: the customer's credit.")


class StatementOutput(Output):
    """A statement of account."""

    first = serializers.DateField()
    last = serializers.DateField()
    opening = serializers.IntegerField()
    movements = MovementOutput(many=True)
    closing = serializers.IntegerField()


class StatementView(TenantView):
    """What was charged and settled in some days."""

    @extend_schema(
        operation_id="getStatement",
        tags=["invoices"],
        parameters=[
            OpenApiParameter("first", date, required=True),
            OpenApiParameter("last", date, required=True, description="Included."),
        ],
        responses=StatementOutput,
    )
    def get(self, request: Request) -> Response:
        """Opening balance, every charge and settlement with the balance after it, closing balance. Whole rupiah."""
        given = read_query(StatementQuery, request.query_params)
        if given["first"] > given["last"]:
            message = _("Hari terakhir tidak boleh sebelum hari pertama.")
            raise DomainError(message, field="last", code="last_before_first")
        made = statement_of_account(given["first"], given["last"])
        body = {
            "first": made.first,
            "last": made.last,
            "opening": made.opening,
            "movements": [shape_movement(row) for row in made.rows],
            "closing": made.closing,
        }
        return Response(StatementOutput(body).data)


def shape_movement(row: Row) -> dict[str, Any]:
    """A movement as `MovementOutput` has it."""
    names = ("on", "kind", "number", "charged", "settled")
    return {name: getattr(row.movement, name) for name in names} | {"balance": row.balance}
