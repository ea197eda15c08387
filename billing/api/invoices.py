"""GET /invoices: a list by cursor, one with its lines and late fees, and its PDF."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import DocumentOutput, DocumentSummary, language, shape_document, shape_summary
from billing.selectors.documents import document_by_slug, documents_of
from billing.services.documents.printing import pdf_of
from tenants.api.fields import Input, OneOfField, Output, TextField, read_query
from tenants.api.views import TenantView

PAGE, MOST = 25, 100


class LimitField(serializers.Field[int, str, int, Any]):
    """How many on a page, from an address: digits only."""

    default_error_messages = {"invalid": _("Tulis bilangan dari 1 sampai {most}.")}

    def to_internal_value(self, data: str) -> int:
        """From 1 to 100."""
        if not (data.isascii() and data.isdigit() and len(data) <= 3 and 1 <= int(data) <= MOST):
            self.fail("invalid", most=MOST)
        return int(data)


class InvoicesQuery(Input):
    """Which page of which documents."""

    status = OneOfField(["open", "paid", "void", "closed", "overdue"], required=False)
    kind = OneOfField(["invoice", "late_fee"], required=False)
    limit = LimitField(required=False)
    cursor = TextField(required=False, max_length=200)


class InvoicePage(Output):
    """A page, newest first."""

    items = DocumentSummary(many=True)
    next = serializers.URLField(allow_null=True, help_text="The address of the page of older ones.")
    prev = serializers.URLField(allow_null=True, help_text="The address of the page of newer ones.")


class InvoicesView(TenantView):
    """The list."""

    @extend_schema(
        operation_id="listInvoices",
        tags=["invoices"],
        parameters=[
            OpenApiParameter("status", str, enum=["open", "paid", "void", "closed", "overdue"]),
            OpenApiParameter("kind", str, enum=["invoice", "late_fee"]),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}),
            OpenApiParameter("cursor", {"type": "string", "maxLength": 200}, description="From `next` or `prev`."),
        ],
        responses=InvoicePage,
    )
    def get(self, request: Request) -> Response:
        """Invoices and late fees, newest first. What is issued meanwhile moves nothing."""
        given = read_query(InvoicesQuery, request.query_params)
        page = documents_of(
            kind=given.get("kind", ""),
            status=given.get("status", ""),
            cursor=given.get("cursor", ""),
            today=self.today,
            size=given.get("limit", PAGE),
        )
        body = {
            "items": [shape_summary(document, self.today) for document in page.documents],
            "next": link_of(request, page.older),
            "prev": link_of(request, page.newer),
        }
        return Response(InvoicePage(body).data)


def link_of(request: Request, cursor: str) -> str | None:
    """The address of the same list from a cursor on; None without one."""
    if not cursor:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


SLUG = OpenApiParameter(
    "number",
    {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,60}$"},
    OpenApiParameter.PATH,
    description="The document's number, its slashes written as dashes: `XC-INV-2025-03-00001`.",
)


class InvoiceView(TenantView):
    """One document."""

    @extend_schema(operation_id="getInvoice", tags=["invoices"], parameters=[SLUG], responses=DocumentOutput)
    def get(self, request: Request, number: str) -> Response:
        """A document with its lines, explained, and the late fees charged on it."""
        document = document_by_slug(number)
        return Response(DocumentOutput(shape_document(document, self.today)).data)


class PdfRenderer(JSONRenderer):
    """Lets `Accept: application/pdf` through; the bytes are the service's, only a problem document is rendered here."""

    media_type = "application/pdf"
    format = "pdf"


class InvoicePdfView(TenantView):
    """The printed document."""

    renderer_classes = [PdfRenderer]

    @extend_schema(
        operation_id="getInvoicePdf",
        tags=["invoices"],
        parameters=[SLUG],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 503: None},
    )
    def get(self, request: Request, number: str) -> HttpResponse:
        """The document as a PDF in the language of Accept-Language; the same bytes every time."""
        document = document_by_slug(number)
        file = pdf_of(tenant=self.tenant, document=document, language=language(), now=self.now)
        disposition = f'attachment; filename="{file.name}"'
        return HttpResponse(file.content, content_type="application/pdf", headers={"Content-Disposition": disposition})
