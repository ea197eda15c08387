"""GET /items and POST /purchases: what is bought once, without or beside a plan (N1, N3, N11)."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.external_ids import refuse_other
from billing.api.shapes import (
    DocumentOutput,
    DraftOutput,
    PartOutput,
    PeriodOutput,
    language,
    shape_document,
    shape_draft,
    shape_part,
)
from billing.rules.purchases import ONE_DAY
from billing.selectors.shop import OnSale, items_on_sale, sold_to
from billing.services.charges.purchases import Purchase, buy_item, preview_purchase
from plans.api.fields import QuantityField, QuantityText
from plans.rules.money import plain
from plans.rules.rating import rate
from tenants.api.fields import FlagField, Input, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView


class ItemOutput(Output):
    """Something on sale. `places_left` is null where there is no end of it."""

    code = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_null=True)
    price = serializers.IntegerField(help_text="Of the smallest quantity, in whole rupiah.")
    from_quantity = QuantityText()
    to_quantity = QuantityText(allow_null=True)
    batch = PeriodOutput(allow_null=True)
    places_left = serializers.IntegerField(allow_null=True)
    includes = serializers.ListField(child=serializers.CharField())
    instalments = serializers.BooleanField(help_text="Whether it may be paid in parts.")


class ItemsOutput(Output):
    """What can be bought today."""

    items = ItemOutput(many=True)


class PurchaseInput(Input):
    """So many of an item."""

    item = TextField(max_length=60)
    quantity = QuantityField(required=False, help_text="One if left out.")
    external_id = TextField(required=False, max_length=100, help_text="A purchase is made once under its id.")
    instalments = FlagField(required=False, help_text="Pay in the parts that the item offers.")
    dry_run = FlagField(required=False, help_text="Say what it would cost, and write nothing.")


class PurchaseOutput(Output):
    """What was bought. `invoice` is null where it costs nothing, and in a dry run."""

    dry_run = serializers.BooleanField()
    item = serializers.CharField()
    quantity = QuantityText()
    draft = DraftOutput(allow_null=True, help_text="Of a dry run: the invoice as it would be issued.")
    invoice = DocumentOutput(allow_null=True)
    later = PartOutput(many=True, help_text="Of a dry run by instalments: what is invoiced on later days.")


class ItemsView(TenantView):
    """What is on sale."""

    @extend_schema(operation_id="listItems", tags=["purchases"], responses=ItemsOutput)
    def get(self, request: Request) -> Response:
        """What can be bought once today, with the places left."""
        found = items_on_sale(self.tenant, sold_to(self.tenant), self.today)
        return Response(ItemsOutput({"items": [_shape(sold) for sold in found]}).data)


class PurchasesView(TenantView):
    """Buying."""

    @extend_schema(
        operation_id="buyItem",
        tags=["purchases"],
        request=PurchaseInput,
        responses={200: PurchaseOutput, 201: PurchaseOutput},
        examples=[OpenApiExample("A course", {"item": "course-robotics"}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Buy an item: its places are taken and its invoice is issued at once. The subscription stays as it is."""
        given = read(PurchaseInput, request.data)
        item, quantity = given["item"], given.get("quantity", Decimal(1))
        body = {
            "dry_run": bool(given.get("dry_run")),
            "item": item,
            "quantity": quantity,
            "draft": None,
            "invoice": None,
            "later": [],
        }
        instalments = bool(given.get("instalments"))
        if given.get("dry_run"):
            seen = preview_purchase(
                tenant=self.tenant, item=item, quantity=quantity, today=self.today, instalments=instalments
            )
            body |= {"draft": shape_draft(seen.draft), "later": [shape_part(part) for part in seen.later]}
            return Response(PurchaseOutput(body).data)
        key = f"api:{given.get('external_id') or uuid4().hex}"
        made = buy_item(
            tenant=self.tenant, purchase=Purchase(item, quantity, key, instalments=instalments), today=self.today
        )
        if made is not None:
            line = made.lines.get(explanation__key=key)
            # "part", not "schedule": where every day has come already, all parts are billed at once.
            done = (line.charge, line.explanation["quantity"], "part" in line.explanation)
            refuse_other(asked=(item, plain(quantity), instalments), done=done)
        issued = shape_document(made, self.today) if made else None
        return Response(PurchaseOutput({**body, "invoice": issued}).data, 201)


def _shape(sold: OnSale) -> dict[str, Any]:
    item = sold.item
    batch = {"start": item.batch.first_day, "end": item.batch.last_day + ONE_DAY} if item.batch else None
    return {
        "code": item.code,
        "name": item.name.of(language()),
        "summary": item.summary.of(language()) if item.summary else None,
        "price": rate(item.price(), item.quantity.from_).amount,
        "from_quantity": item.quantity.from_,
        "to_quantity": item.quantity.to,
        "batch": batch,
        "places_left": sold.left,
        "includes": [other.code for other in sold.included],
        "instalments": bool(item.instalments),
    }
