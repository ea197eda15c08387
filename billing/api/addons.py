"""GET and POST /addons: what may be held beside the plan, what a change would bill, and the change itself (N8)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.external_ids import refuse_other
from billing.api.shapes import DocumentOutput, DraftOutput, language, shape_document, shape_draft
from billing.models import Document
from billing.selectors.accounts import living_subscription
from billing.selectors.shop import HeldAddon, addons_of
from billing.services.addons import AddonChange, change_addon, preview_addon
from plans.api.fields import QuantityField, QuantityText
from tenants.api.fields import FlagField, Input, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView


class AddonOutput(Output):
    """An add-on of the agreement, and how many of it are held."""

    code = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_null=True)
    unit = serializers.CharField(allow_null=True)
    from_quantity = QuantityText()
    to_quantity = QuantityText(allow_null=True)
    held = QuantityText()
    features = serializers.ListField(child=serializers.CharField())


class AddonsOutput(Output):
    """All add-ons of the agreement."""

    items = AddonOutput(many=True)


class AddonInput(Input):
    """How many of an add-on are to be held from today on; none gives it up."""

    addon = TextField(max_length=60)
    quantity = QuantityField()
    external_id = TextField(required=False, max_length=120, help_text="A change is made once under its id.")
    dry_run = FlagField(required=False, help_text="Say what would be billed, and write nothing.")


class AddonChangeOutput(Output):
    """What became of the change, and what it bills today."""

    dry_run = serializers.BooleanField()
    addon = serializers.CharField()
    previous = QuantityText()
    quantity = QuantityText()
    draft = DraftOutput(allow_null=True, help_text="Of a dry run: the invoice as it would be issued.")
    invoice = DocumentOutput(allow_null=True)


class AddonsView(TenantView):
    """Add-ons."""

    @extend_schema(operation_id="listAddons", tags=["subscription"], responses=AddonsOutput)
    def get(self, request: Request) -> Response:
        """What may be held beside the plan, and what is."""
        subscription = living_subscription()
        found = addons_of(subscription, subscription.terms)
        return Response(AddonsOutput({"items": [_shape(item) for item in found]}).data)

    @extend_schema(
        operation_id="changeAddon",
        tags=["subscription"],
        request=AddonInput,
        responses={200: AddonChangeOutput, 201: AddonChangeOutput},
        examples=[OpenApiExample("Twelve kits", {"addon": "robot-kits", "quantity": "12"}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Hold so many of an add-on. More are billed today for the days left; fewer count from the next period on."""
        given = read(AddonInput, request.data)
        addon, quantity = given["addon"], given["quantity"]
        if given.get("dry_run"):
            seen = preview_addon(subscription=living_subscription(), addon=addon, quantity=quantity, today=self.today)
            draft = shape_draft(seen.draft) if seen.draft else None
            body = {"dry_run": True, "addon": addon, "previous": seen.current, "quantity": quantity}
            return Response(AddonChangeOutput({**body, "draft": draft, "invoice": None}).data)
        change = AddonChange(addon, quantity, "api", given.get("external_id"))
        made = change_addon(tenant=self.tenant, change=change, today=self.today)
        refuse_other(asked=(addon, quantity), done=(made.measure, made.quantity))
        document = Document.objects.filter(number=made.document_number).first() if made.document_number else None
        body = {"dry_run": False, "addon": made.measure, "previous": made.previous, "quantity": made.quantity}
        issued = shape_document(document, self.today) if document else None
        return Response(AddonChangeOutput({**body, "draft": None, "invoice": issued}).data, 201)


def _shape(held: HeldAddon) -> dict[str, Any]:
    addon = held.addon
    return {
        "code": addon.code,
        "name": addon.name.of(language()),
        "summary": addon.summary.of(language()) if addon.summary else None,
        "unit": addon.unit.of(language()) if addon.unit else None,
        "from_quantity": addon.quantity.from_,
        "to_quantity": addon.quantity.to,
        "held": held.quantity,
        "features": list(addon.entitlements.features),
    }
