"""GET /catalogue: what is on sale today."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from plans.api.fields import QuantityText
from plans.api.prices import PriceListOutput, shape_prices
from plans.rules.catalogue import Addon, Catalogue, Item, Plan
from plans.rules.offer import choose_book
from plans.rules.rating import rate
from plans.selectors.catalogue import products_on_sale
from tenants.api.fields import Output
from tenants.api.views import ApiView

SECONDS = 300


class TrialOutput(Output):
    """How long a new tenant may try: calendar months or days, the other is 0."""

    months = serializers.IntegerField()
    days = serializers.IntegerField()


class CataloguePlanOutput(Output):
    """A plan on sale."""

    code = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_null=True)
    is_default = serializers.BooleanField()
    from_quantity = QuantityText()
    to_quantity = QuantityText(allow_null=True)
    trial = TrialOutput(allow_null=True)
    by_contract = serializers.BooleanField(help_text="Has no list price: nobody signs up for it alone.")
    terms = serializers.ListField(child=serializers.CharField(), help_text="Payment terms, the plan's own first.")
    features = serializers.ListField(child=serializers.CharField())
    limits = serializers.DictField(child=serializers.IntegerField())
    support_channels = serializers.ListField(child=serializers.CharField())
    response_hours = serializers.IntegerField(allow_null=True)


class CatalogueAddonOutput(Output):
    """Something to hold beside a plan; its prices are the lists whose `quantity` is its code."""

    code = serializers.CharField()
    name = serializers.CharField()
    plans = serializers.ListField(child=serializers.CharField())
    from_quantity = QuantityText()
    to_quantity = QuantityText(allow_null=True)


class CatalogueItemOutput(Output):
    """Something bought once; `price` is that of the smallest quantity in whole rupiah."""

    code = serializers.CharField()
    name = serializers.CharField()
    price = serializers.IntegerField()
    first_day = serializers.DateField(allow_null=True)
    last_day = serializers.DateField(allow_null=True)
    includes = serializers.ListField(child=serializers.CharField())


class RegistrationOutput(Output):
    """A question that a sign-up answers in `registration`."""

    name = serializers.CharField()
    question = serializers.CharField()
    pattern = serializers.CharField()
    is_required = serializers.BooleanField()


class ProductOutput(Output):
    """A product with the price book that holds for sign-ups today."""

    code = serializers.CharField()
    name = serializers.CharField()
    tagline = serializers.CharField()
    unit = serializers.CharField()
    currency = serializers.CharField()
    plan_choice = serializers.ChoiceField(
        choices=["default", "by_quantity"], help_text="by_quantity: the quantity decides, whatever plan is named."
    )
    price_book = serializers.CharField()
    effective_from = serializers.DateField()
    plans = CataloguePlanOutput(many=True)
    prices = PriceListOutput(many=True)
    addons = CatalogueAddonOutput(many=True)
    items = CatalogueItemOutput(many=True)
    registration = RegistrationOutput(many=True)


class CatalogueOutput(Output):
    """Everything on sale on a day."""

    on = serializers.DateField()
    products = ProductOutput(many=True)


class CatalogueView(ApiView):
    """The catalogue."""

    @extend_schema(operation_id="getCatalogue", tags=["catalogue"], responses=CatalogueOutput)
    def get(self, request: Request) -> Response:
        """Products, plans and prices for who signs up today (in Jakarta)."""
        today, language = timezone.localdate(self.now), get_language() or "id"
        products = [_shape(item, today, language) for item in products_on_sale(today)]
        headers = {"Cache-Control": f"public, max-age={SECONDS}"}
        return Response(CatalogueOutput({"on": today, "products": products}).data, headers=headers)


def _shape(catalogue: Catalogue, today: date, language: str) -> dict[str, Any]:
    product, book = catalogue.product, choose_book(catalogue, today)
    return {
        **{name: getattr(product, name) for name in ("code", "name", "currency", "plan_choice")},
        "tagline": product.tagline.of(language),
        "unit": product.unit.of(language),
        "price_book": book.code,
        "effective_from": book.effective_from,
        "plans": [_shape_plan(plan, language) for plan in catalogue.plans],
        "prices": shape_prices(book.charges, language),
        "addons": [_shape_addon(addon, language) for addon in catalogue.addons],
        "items": [_shape_item(item, language) for item in catalogue.items],
        "registration": [
            {
                "name": item.name,
                "question": item.label.of(language),
                "pattern": item.pattern,
                "is_required": item.required,
            }
            for item in product.registration
        ],
    }


def _shape_plan(plan: Plan, language: str) -> dict[str, Any]:
    return {
        "code": plan.code,
        "name": plan.name.of(language),
        "summary": plan.summary.of(language) if plan.summary else None,
        "is_default": plan.default,
        "from_quantity": plan.quantity.from_,
        "to_quantity": plan.quantity.to,
        "trial": {"months": plan.trial.months, "days": plan.trial.days} if plan.trial else None,
        "by_contract": plan.by_contract,
        "terms": [plan.terms, *plan.other_terms],
        "features": list(plan.entitlements.features),
        "limits": dict(plan.entitlements.limits),
        "support_channels": list(plan.entitlements.support_channels),
        "response_hours": plan.entitlements.response_hours,
    }


def _shape_addon(addon: Addon, language: str) -> dict[str, Any]:
    return {
        "code": addon.code,
        "name": addon.name.of(language),
        "plans": list(addon.plans),
        "from_quantity": addon.quantity.from_,
        "to_quantity": addon.quantity.to,
    }


def _shape_item(item: Item, language: str) -> dict[str, Any]:
    return {
        "code": item.code,
        "name": item.name.of(language),
        "price": rate(item.price(), item.quantity.from_).amount,
        "first_day": item.batch.first_day if item.batch else None,
        "last_day": item.batch.last_day if item.batch else None,
        "includes": list(item.includes),
    }
