"""POST /invoices/{number}/transfers: a bank transfer, with its proof or to be proven."""

from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.invoices import SLUG
from billing.gateways.models import BankTransfer, TransferState
from billing.selectors.documents import document_by_slug
from billing.services.banking.transfers import announce_transfer, submit_proof
from tenants.api.fields import MESSAGES, DayField, Input, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.parsing import StrictJSONParser
from tenants.api.views import TenantView

STATES = [state.value for state in TransferState]


@extend_schema_field(OpenApiTypes.BINARY)
class ProofField(serializers.FileField):
    """A photo (JPEG, PNG, WebP) or a PDF of up to 5 MB; what it is decides, not its name."""

    default_error_messages = MESSAGES


class TransferInput(Input):
    """Without a proof the transfer is announced and gets its unique code; with one it waits for staff."""

    proof = ProofField(required=False, allow_empty_file=True)
    sender = TextField(required=False, allow_blank=True, max_length=120, help_text="Whose account it came from.")
    transferred_on = DayField(required=False)
    stated = serializers.RegexField(
        r"^[0-9]{1,15}$", required=False, help_text="The amount transferred, whole rupiah, as digits."
    )
    note = TextField(required=False, allow_blank=True, max_length=300)


class AnnouncementInput(Input):
    """Nothing to say: what is open on the document is to be transferred. A proof needs a form."""


class TransferOutput(Output):
    """What to transfer, where to, and how far it has come."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    amount = serializers.IntegerField(help_text="What is open on the document and its late fees.")
    unique_code = serializers.IntegerField(help_text="Added to the amount; becomes credit.")
    transfer_amount = serializers.IntegerField(help_text="Transfer exactly this.")
    bank = serializers.CharField()
    account = serializers.CharField()
    account_holder = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    expires_on = serializers.DateField(help_text="The last day on which this sum may be transferred.")


class TransfersView(TenantView):
    """Paying by transfer."""

    parser_classes = [MultiPartParser, StrictJSONParser]

    @extend_schema(
        operation_id="submitTransfer",
        tags=["payments"],
        parameters=[SLUG],
        request={"multipart/form-data": TransferInput, "application/json": AnnouncementInput},
        responses={201: TransferOutput},
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Announce a transfer (the answer says how much, its unique code, and where to), or send its proof as well."""
        given = read(TransferInput if isinstance(request.data, QueryDict) else AnnouncementInput, request.data)
        document = document_by_slug(number)
        transfer = announce_transfer(tenant=self.tenant, documents=[document.pk], now=self.now, today=self.today)
        if given.get("proof") is not None:
            stated = given.get("stated")
            transfer = submit_proof(
                transfer=transfer,
                file=given["proof"],
                sender=given.get("sender", ""),
                transferred_on=given.get("transferred_on"),
                stated=int(stated) if stated else None,
                note=given.get("note", ""),
                now=self.now,
            )
        holder = next(
            (item["holder"] for item in document.issuer["bank_accounts"] if item["number"] == transfer.account), ""
        )
        return Response(TransferOutput(_shape(transfer, holder)).data, 201)


def _shape(transfer: BankTransfer, holder: str) -> dict[str, object]:
    return {
        "id": transfer.pk,
        "state": transfer.state,
        "amount": transfer.amount,
        "unique_code": transfer.code,
        "transfer_amount": transfer.asked,
        "bank": transfer.bank,
        "account": transfer.account,
        "account_holder": holder,
        "submitted_at": transfer.submitted_at,
        "expires_on": transfer.expires_on,
    }
