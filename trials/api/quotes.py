"""POST /quotes: what a customer would pay, made by the same draft as the invoice."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import (
    DraftOutput,
    LineOutput,
    OfferOutput,
    PlanOutput,
    language,
    shape_draft,
    shape_line,
    shape_offer,
)
from plans.api.fields import QuantityField, QuantityText, anchor_field
from plans.api.prices import PriceListOutput, shape_prices
from plans.errors import CatalogueError
from plans.rules.catalogue import Anchor, Charge, Discount
from plans.rules.money import format_number, format_rupiah, round_half_up
from plans.rules.next_size import NextSize, next_size
from plans.rules.price_list import cheaper_above
from plans.rules.spelling import spell_day
from plans.rules.variants import vary
from plans.selectors.catalogue import catalogue_of
from tenants.api.fields import DayField, Input, OneOfField, Output, TextField, WholeNumberField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import ApiView
from tenants.models import Tenant
from trials.api.visitors import VariantOutput, taken_by, visitor_field
from trials.selectors.comparisons import choices, offers_for
from trials.selectors.quotes import Quote, Wish, only_for, quote


class QuoteInput(Input):
    """What somebody asks a price for."""

    product = TextField(max_length=60)
    quantity = QuantityField()
    plan = TextField(required=False, max_length=60, help_text="The product's default if left out.")
    interval_months = WholeNumberField(required=False, min_value=1, max_value=60, help_text="The shortest if left out.")
    terms = TextField(required=False, max_length=60, help_text="The plan's own payment terms if left out.")
    anchor = anchor_field()
    addons = serializers.DictField(child=QuantityField(), required=False, help_text="How many of each add-on.")
    offers = serializers.ListField(child=TextField(max_length=60), required=False, max_length=10, help_text="Codes.")
    registration = serializers.DictField(
        child=TextField(max_length=200, allow_blank=True),
        required=False,
        help_text="An offer for a province looks here; left out, it counts as fitting.",
    )
    on = DayField(required=False, help_text="The day of sign-up; today if left out.")
    timezone = OneOfField(Tenant.TimeZone.values, required=False, help_text="Where today is; WIB if left out.")
    visitor = visitor_field()


class NextSizeOutput(Output):
    """Where the next size of a price list begins. A smaller `total` is a volume cliff: more costs less."""

    charge = serializers.CharField()
    from_quantity = QuantityText()
    unit_price = QuantityText(allow_null=True)
    total = serializers.IntegerField(help_text="A whole period of this charge there, in rupiah.")
    here = serializers.IntegerField(help_text="The same at the quantity asked for.")


class AlternativeOutput(Output):
    """The same quantity on another plan or in another rhythm."""

    plan = serializers.CharField()
    interval_months = serializers.IntegerField()
    total = serializers.IntegerField(help_text="One whole period, in rupiah.")
    monthly = serializers.IntegerField(help_text="A month of it, rounded.")
    saved = serializers.IntegerField(
        allow_null=True, help_text="Less a month than what was asked for; negative: more. Null: no alternative."
    )
    is_chosen = serializers.BooleanField()


class OfferedOutput(Output):
    """An offer of the day that the quote does not have yet, and its total with it."""

    code = serializers.CharField()
    name = serializers.CharField()
    total = serializers.IntegerField()
    total_after = serializers.IntegerField()
    places_left = serializers.IntegerField(allow_null=True)


class LaterOutput(Output):
    """An offer that takes hold later than it is asked for."""

    code = serializers.CharField()
    name = serializers.CharField()
    document = serializers.CharField(allow_null=True, help_text="What staff must have approved.")
    members = serializers.IntegerField(allow_null=True, help_text="How many must sign up with one group's code.")


class QuoteOutput(Output):
    """The price of one whole period, and the first invoice with its dates."""

    product = serializers.CharField()
    plan = PlanOutput()
    price_book = serializers.CharField()
    terms = serializers.CharField()
    interval_months = serializers.IntegerField()
    anchor = serializers.ChoiceField(choices=[item.value for item in Anchor], help_text="Where its periods begin.")
    quantity = QuantityText()
    currency = serializers.CharField()
    on = serializers.DateField()
    free = serializers.BooleanField()
    trial_ends_on = serializers.DateField(allow_null=True)
    lines = LineOutput(many=True, help_text="One whole period.")
    subtotal = serializers.IntegerField()
    tax = serializers.IntegerField()
    total = serializers.IntegerField(help_text="One whole period with the offers, in whole rupiah.")
    offers = OfferOutput(many=True)
    total_after = serializers.IntegerField(help_text="One whole period once the offers that end have ended.")
    offers_later = LaterOutput(many=True)
    total_with_later = serializers.IntegerField(help_text="One whole period once those hold, too.")
    beside = LineOutput(many=True, help_text="Set-up fees and charges in another rhythm: one whole period of each.")
    due_on = serializers.DateField(allow_null=True, help_text="Of the first invoice.")
    first_invoice = DraftOutput(allow_null=True, help_text="A shortened first month costs less. Null where free.")
    price_lists = PriceListOutput(many=True)
    next_sizes = NextSizeOutput(many=True, help_text="What the next size of each charge costs.")
    comparison = AlternativeOutput(many=True, help_text="Every plan and rhythm; empty where there is no choice.")
    offers_open = OfferedOutput(many=True, help_text="Offers of the day that would lower the total.")
    variants = VariantOutput(many=True, help_text="What the visitor sees of experiments; empty at the list price.")
    notes = serializers.ListField(child=serializers.CharField())


class QuotesView(ApiView):
    """Price preview."""

    @extend_schema(
        operation_id="createQuote",
        tags=["catalogue"],
        request=QuoteInput,
        responses=QuoteOutput,
        examples=[
            OpenApiExample(
                "A school of 150 in 2025",
                {"product": "xclass", "quantity": "150", "on": "2025-02-01"},
                request_only=True,
            )
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """What a quantity costs: lines that explain themselves, tax, total, trial, dates, and what to know first."""
        given = read(QuoteInput, request.data)
        zone = ZoneInfo(given.get("timezone", Tenant.TimeZone.WIB.value))
        today = self.now.astimezone(zone).date()
        on = given.get("on", today)
        taken = taken_by(given.get("visitor"), given["product"], on, today)
        wish = Wish(
            product=given["product"],
            quantity=given["quantity"],
            on=on,
            plan=given.get("plan"),
            interval_months=given.get("interval_months"),
            terms=given.get("terms"),
            addons=given.get("addons", {}),
            variants=tuple(item.assigned for item in taken),
            offers=tuple(given.get("offers", ())),
            registration=given.get("registration"),
            anchor=given.get("anchor"),
        )
        return Response(QuoteOutput(_shape(_quote(wish), wish)).data)


def _quote(wish: Wish) -> Quote:
    try:
        return quote(wish)
    except CatalogueError as error:
        # The catalogue calls the day of sign-up so; here it has a name of its own.
        error.field = "on" if error.field == "signup" else error.field
        raise


def _shape(made: Quote, wish: Wish) -> dict[str, Any]:
    whole = shape_draft(made.recurring_draft)
    offer = made.offer
    return {
        "product": offer.product.code,
        "plan": {"code": offer.plan.code, "name": offer.plan.name.of(language())},
        "price_book": offer.book.code,
        "terms": offer.terms.code,
        "interval_months": offer.interval_months,
        "anchor": offer.anchor.value,
        "quantity": made.quantity,
        "currency": offer.product.currency,
        "on": wish.on,
        "free": made.free,
        "trial_ends_on": made.trial_ends_on,
        **{name: whole[name] for name in ("lines", "subtotal", "tax", "total")},
        "offers": [shape_offer(item) for item in made.discounts],
        "total_after": made.after,
        "offers_later": [_later(item) for item in made.later],
        "total_with_later": made.with_later,
        "beside": [shape_line(line) for line in made.beside],
        "due_on": made.first.due_on if made.first else None,
        "first_invoice": shape_draft(made.first) if made.first else None,
        "price_lists": shape_prices(offer.charges, language()),
        "next_sizes": [
            _shape_size(charge, found) for charge in offer.charges if (found := next_size(charge, made.quantity))
        ],
        **_shape_around(made, wish),
        "variants": [{"experiment": item.experiment, "variant": item.variant.code} for item in wish.variants],
        "notes": list(_notes(made, wish)),
    }


def _shape_size(charge: Charge, found: NextSize) -> dict[str, Any]:
    return {
        "charge": charge.code,
        "from_quantity": found.from_,
        "unit_price": found.unit_price,
        "total": found.amount,
        "here": found.here,
    }


def _shape_around(made: Quote, wish: Wish) -> dict[str, Any]:
    """What else there is for the same quantity, from the catalogue as the visitor sees it."""
    catalogue = vary(catalogue_of(wish.product), wish.variants)
    return {
        "comparison": [
            {
                "plan": choice.made.offer.plan.code,
                "interval_months": choice.made.offer.interval_months,
                "total": choice.made.recurring,
                "monthly": round_half_up(choice.monthly),
                "saved": None if choice.saved is None else round_half_up(choice.saved),
                "is_chosen": choice.chosen,
            }
            for choice in choices(catalogue, wish, made)
        ],
        "offers_open": [
            {
                "code": opened.discount.code,
                "name": opened.discount.name.of(language()),
                "total": opened.made.with_later,
                "total_after": opened.made.with_later if opened.discount.waits else opened.made.after,
                "places_left": opened.left,
            }
            for opened in offers_for(catalogue, wish, made)
            if opened.made is not None
        ],
    }


def _later(discount: Discount) -> dict[str, Any]:
    document = discount.document.of(language()) if discount.document else None
    return {"code": discount.code, "name": discount.name.of(language())} | {
        "document": document,
        "members": discount.group.members if discount.group else None,
    }


def _notes(made: Quote, wish: Wish) -> list[str]:
    plan, unit = made.offer.plan, made.offer.product.unit.of(language())
    size = format_number(made.quantity)
    notes = [_tax_note(made)] if made.taxation is not None else []
    if wish.plan is not None and wish.plan != plan.code:
        words = {"size": size, "unit": unit, "plan": plan.name.of(language())}
        notes.append(_("%(size)s %(unit)s termasuk paket %(plan)s, bukan paket yang disebut.") % words)
    if made.trial_ends_on is not None:
        notes.append(_("Gratis sampai %(day)s, tanpa kartu.") % {"day": spell_day(made.trial_ends_on, language())})
    if made.discounts and wish.registration is None:
        notes += [said for item in made.discounts if (said := only_for(made.offer.product, item.discount))]
    for charge in made.offer.charges:
        cliff = cheaper_above(charge, made.quantity)
        if cliff is not None:
            words = {
                "size": _sized(cliff.next_quantity, unit),
                "amount": format_rupiah(cliff.next_amount),
                "here": _sized(cliff.quantity, unit),
            }
            notes.append(_("%(size)s lebih murah (%(amount)s) daripada %(here)s.") % words)
    return notes


def _tax_note(made: Quote) -> str:
    included = made.taxation is not None and made.taxation.inclusive
    return _("Daftar harga sudah termasuk PPN.") if included else _("Daftar harga belum termasuk PPN; jumlahnya sudah.")


def _sized(quantity: Decimal, unit: str) -> str:
    return f"{format_number(quantity)} {unit}"
