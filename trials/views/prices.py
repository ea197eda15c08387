"""The products on sale, and the prices of each with a calculator that works with and without JavaScript."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue
from plans.rules.offer import choose_book
from plans.selectors.catalogue import catalogue_of, products_on_sale
from plans.services.visits import VisitStep
from trials.forms.quantity import worded
from trials.forms.quotes import ADDON, QuoteForm, counted_units
from trials.selectors.comparisons import offers_today
from trials.views import offer_text, plan_text, price_text, quote_text
from trials.views.days import public_today
from trials.views.referrals import keeps_referrer
from trials.views.visitors import visitor_of
from trials.views.visits import counts_visits

FIELDS = {"quantity": "quantity", "plan": "plan", "interval_months": "period"}


@require_safe
@keeps_referrer
def show_home(request: HttpRequest) -> HttpResponse:
    """What this is, and the products on sale today."""
    today, visitor = public_today(), visitor_of(request)
    looks = [visitor.look_at(catalogue, today, counts=False) for catalogue in products_on_sale(today)]
    products = [price_text.describe_product(look.catalogue, today) for look in looks]
    return visitor.keep(render(request, "public/home.html", {"products": products}))


@require_safe
@keeps_referrer
@counts_visits(VisitStep.LANDING)
def show_prices(request: HttpRequest, product: str) -> HttpResponse:
    """Every price of the book that holds today, the announced ones, and the calculator."""
    today, visitor = public_today(), visitor_of(request)
    catalogue = visitor.look_at(on_sale(product, today), today, counts=True).catalogue
    book = choose_book(catalogue, today)
    form = QuoteForm(request.GET if "quantity" in request.GET else None, catalogue=catalogue, on=today)
    quote = answer(form)
    chosen = form.cleaned_data.get("quantity") if quote else None
    plans = plan_text.describe_plans(catalogue, book, chosen)
    context = page_of(catalogue) | {
        "form": form,
        "quote": quote,
        "quote_url": reverse("quote", args=[product]),
        "plans": [item for item in plans if "tiers" in item],
        "cards": [item for item in plans if "tiers" not in item],
        "later_books": plan_text.later_books(catalogue, book),
        "from_text": price_text.from_text(catalogue, book),
        "offers": [offer_text.describe_offer(catalogue, item) for item in offers_today(catalogue, book, today)],
        "extras": plan_text.describe_extras(catalogue, book),
        "promises": price_text.promises(catalogue),
        "book_note": price_text.book_note(catalogue, book),
    }
    # A question, not a change: what cannot be priced is explained on an ordinary page.
    return visitor.keep(render(request, "public/prices.html", context))


@require_safe
def show_quote(request: HttpRequest, product: str) -> HttpResponse:
    """The calculator's answer alone, for HTMX."""
    today, visitor = public_today(), visitor_of(request, may_begin=False)
    catalogue = visitor.look_at(on_sale(product, today), today, counts=False).catalogue
    form = QuoteForm(request.GET, catalogue=catalogue, on=today)
    context = {"form": form, "quote": answer(form), "is_fragment": True}
    return visitor.keep(render(request, "public/quote_fragment.html", context))


def on_sale(product: str, today: date) -> Catalogue:
    """The catalogue of a product that is sold today, else 404."""
    try:
        catalogue = catalogue_of(product)
        choose_book(catalogue, today)
    except CatalogueError as error:
        raise Http404(str(error)) from error
    return catalogue


def answer(form: QuoteForm) -> dict[str, Any] | None:
    """The quote of a valid form; what the catalogue refuses becomes an error of the field it is about."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return quote_text.describe_quote(form.catalogue, form.wish())
    except CatalogueError as error:
        field = error.field.replace("addons.", ADDON).partition("[")[0]
        form.add_error(field if field in form.fields else FIELDS.get(error.field, "quantity"), worded(error))
        return None


def page_of(catalogue: Catalogue) -> dict[str, Any]:
    """What every page about a product shows around itself."""
    product = catalogue.product
    language = price_text.language()
    return {
        "product": {
            "code": product.code,
            "name": product.name,
            "tagline": product.tagline.of(language),
            "unit": counted_units(catalogue, language),
            "has_trial": any(plan.trial for plan in catalogue.plans) or product.plan_choice == "by_quantity",
        },
        "accent": product.accent,
    }
