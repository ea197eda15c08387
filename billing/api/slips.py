"""Slips of tax withheld (bukti potong PPh 23): sent for an invoice, listed with what became of them, taken back."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.invoices import MOST, PAGE, SLUG, LimitField, link_of
from billing.api.transfers import ProofField
from billing.gateways.models import SentSlip, SentSlipState
from billing.selectors.documents import document_by_slug
from billing.selectors.slips import slip_to_withdraw, slips_of
from billing.services.payments.sent_slips import send_slip, withdraw_slip
from billing.services.payments.withholding import Slip
from tenants.api.fields import MESSAGES, DayField, Input, OneOfField, Output, TextField, read, read_query
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView

STATES = [state.value for state in SentSlipState]


class SlipOutput(Output):
    """A slip that was sent, and what became of it. Accepted, number, day and amount are those that were booked."""

    id = serializers.UUIDField()
    invoice = serializers.CharField()
    slip_number = serializers.CharField()
    slip_on = serializers.DateField()
    amount = serializers.IntegerField(help_text="Whole rupiah.")
    file_name = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    submitted_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Why it was refused.")


class SlipPage(Output):
    """A page, newest first."""

    items = SlipOutput(many=True)
    next = serializers.URLField(allow_null=True, help_text="The address of the page of older ones.")


class CursorField(serializers.UUIDField):
    """The place of a slip, as `next` names it."""

    default_error_messages = MESSAGES | {"invalid": _("Halaman ini tidak ada. Mulailah dari awal.")}


class SlipsQuery(Input):
    """Which page of which slips."""

    state = OneOfField(STATES, required=False)
    limit = LimitField(required=False)
    cursor = CursorField(required=False)


class SlipsView(TenantView):
    """All that were sent."""

    @extend_schema(
        operation_id="listSlips",
        tags=["invoices"],
        parameters=[
            OpenApiParameter("state", str, enum=STATES),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}),
            OpenApiParameter("cursor", {"type": "string", "format": "uuid"}, description="From `next`."),
        ],
        responses=SlipPage,
    )
    def get(self, request: Request) -> Response:
        """Slips of tax withheld that were sent, newest first, with the state of each."""
        given = read_query(SlipsQuery, request.query_params)
        size = given.get("limit", PAGE)
        found = slips_of(self.tenant, state=given.get("state", ""), before=given.get("cursor"), size=size + 1)
        more = str(found[size - 1].pk) if len(found) > size else ""
        body = {"items": [_shape(sent) for sent in found[:size]], "next": link_of(request, more)}
        return Response(SlipPage(body).data)


class SlipInput(Input):
    """The paper, and what stands on it."""

    paper = ProofField(allow_empty_file=True)
    slip_number = TextField(max_length=60)
    slip_on = DayField()
    amount = serializers.RegexField(r"^[0-9]{1,15}$", help_text="The tax withheld, whole rupiah, as digits.")


class InvoiceSlipsView(TenantView):
    """Sending one."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="sendSlip",
        tags=["invoices"],
        parameters=[SLUG],
        request={"multipart/form-data": SlipInput},
        responses={201: SlipOutput},
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Send the slip of an open invoice that was paid short; sent again before the decision, it replaces the first.

        Staff read it and accept or refuse it. Until it is accepted the rest of the invoice stays open.
        """
        given = read(SlipInput, request.data)
        document, on = document_by_slug(number), given["slip_on"]
        slip = Slip(given["slip_number"], on, _month(on), int(given["amount"]))
        sent = send_slip(tenant=self.tenant, invoice=document.number, slip=slip, file=given["paper"], now=self.now)
        return Response(SlipOutput(_shape(sent)).data, 201)


class WithdrawSlipView(TenantView):
    """Taking one back."""

    @extend_schema(
        operation_id="withdrawSlip", tags=["invoices"], parameters=[SLUG], request=None, responses=SlipOutput
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Take the slip of an invoice back that waits for staff; nothing else changes. One that is decided stays."""
        sent = withdraw_slip(sent=slip_to_withdraw(self.tenant, document_by_slug(number)), now=self.now)
        return Response(SlipOutput(_shape(sent)).data)


def _month(day: date) -> str:
    """The month of the tax is the slip's own until staff read another one on the paper."""
    return f"{day:%Y-%m}"


def _shape(sent: SentSlip) -> dict[str, Any]:
    names = ("slip_number", "slip_on", "amount", "state", "submitted_at", "decided_at", "reason")
    shown = {name: getattr(sent, name) for name in names}
    return {"id": sent.pk, "invoice": sent.number, "file_name": sent.paper_name} | shown
