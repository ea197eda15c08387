"""Offers of a tenant: held, asked for with a document, to be asked for (K12)."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import OfferOutput, language, shape_offer
from billing.selectors.offers import Claimable, offers_of
from billing.services.offers.claims import claim_offer, offered
from plans.models import ClaimState, OfferClaim
from plans.selectors.groups import GroupStand
from tenants.api.fields import MESSAGES, Input, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView


class ClaimOutput(Output):
    """A claim to an offer, and what became of it."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    document = serializers.CharField(help_text="What staff ask to see.")
    state = serializers.ChoiceField(choices=[state.value for state in ClaimState])
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Why it was refused.")


class ClaimableOutput(Output):
    """An offer that may be asked for, and what the next invoice would be."""

    code = serializers.CharField()
    name = serializers.CharField()
    document = serializers.CharField(help_text="What staff ask to see.")
    next_invoice = serializers.IntegerField(allow_null=True, help_text="As it looks today, in whole rupiah.")
    next_invoice_with_it = serializers.IntegerField(allow_null=True)


class GroupOutput(Output):
    """A group of buyers: its code to pass on, and how far it has come (C7)."""

    code = serializers.CharField()
    offer = serializers.CharField()
    name = serializers.CharField()
    joined = serializers.IntegerField()
    needed = serializers.IntegerField()
    closes_on = serializers.DateField()
    formed_on = serializers.DateField(allow_null=True, help_text="Since then it holds for all members.")


class OffersOutput(Output):
    """All of them."""

    held = OfferOutput(many=True)
    claims = ClaimOutput(many=True)
    claimable = ClaimableOutput(many=True)
    groups = GroupOutput(many=True)


class OffersView(TenantView):
    """Reading them."""

    @extend_schema(operation_id="getOffers", tags=["subscription"], responses=OffersOutput)
    def get(self, request: Request) -> Response:
        """The offers the tenant holds with their days, its latest claims, and what it may ask for."""
        found = offers_of(self.tenant, self.today)
        body = {
            "held": [shape_offer(item) for item in found.held],
            "claims": [_shape(item) for item in found.claims],
            "claimable": [_shape_claimable(item) for item in found.claimable],
            "groups": [shape_group(stand) for stand in found.groups],
        }
        return Response(OffersOutput(body).data)


@extend_schema_field(OpenApiTypes.BINARY)
class DocumentField(serializers.FileField):
    """A photo (JPEG, PNG, WebP) or a PDF of up to 5 MB; what it is decides, not its name."""

    default_error_messages = MESSAGES


class ClaimInput(Input):
    """Which offer, and its document."""

    code = TextField(max_length=60)
    document = DocumentField(allow_empty_file=True)
    note = TextField(required=False, allow_blank=True, max_length=300)


class OfferClaimsView(TenantView):
    """Asking for one."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="claimOffer",
        tags=["subscription"],
        request={"multipart/form-data": ClaimInput},
        responses={201: ClaimOutput},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Hand in the document of an offer. It takes hold when staff approve it, from the next invoice on.

        422 says on `offers[0]` why the offer is not for this tenant: `unknown_offer`, `offer_without_document`,
        `offer_used`, `offer_used_up`, `offer_for_other_plan`, `offers_do_not_combine`; on `document` what is wrong with the
        file: `document_empty`, `document_type`, `document_too_large`.
        """
        given = read(ClaimInput, request.data)
        claim = claim_offer(
            tenant=self.tenant,
            code=given["code"],
            file=given["document"],
            note=given.get("note", ""),
            now=self.now,
            today=self.today,
        )
        return Response(ClaimOutput(_shape(claim)).data, 201)


def _shape(claim: OfferClaim) -> dict[str, Any]:
    discount = offered(claim)
    names = ("code", "state", "submitted_at", "decided_at", "reason")
    return {
        "id": claim.pk,
        **{name: getattr(claim, name) for name in names},
        "name": discount.name.of(language()),
        "document": discount.document.of(language()) if discount.document else "",
    }


def shape_group(stand: GroupStand) -> dict[str, Any]:
    """A group of buyers."""
    names = ("code", "joined", "needed", "closes_on", "formed_on")
    discount = stand.discount
    return {name: getattr(stand, name) for name in names} | {
        "offer": discount.code,
        "name": discount.name.of(language()),
    }


def _shape_claimable(item: Claimable) -> dict[str, Any]:
    discount, preview = item.discount, item.preview
    return {
        "code": discount.code,
        "name": discount.name.of(language()),
        "document": discount.document.of(language()) if discount.document else "",
        "next_invoice": preview.before.total if preview.before else None,
        "next_invoice_with_it": preview.after.total if preview.after else None,
    }
