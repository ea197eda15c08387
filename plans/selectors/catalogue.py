"""Reading the catalogue back as the values of `plans.rules`, once in a request: a load holds for the next one."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from plans.errors import CatalogueError
from plans.models import Product
from plans.rules.catalogue import AutoDebit, Catalogue, Issuer
from plans.rules.catalogue import Product as ProductValue
from plans.rules.offer import Offer, make_offer
from tenants.rows import known, recalled


def catalogue_of(product_code: str) -> Catalogue:
    """Everything about a product, in three queries; an unknown one is a `CatalogueError` on field "product"."""
    return known(("catalogue", product_code), lambda: _read(product_code))


def _read(product_code: str) -> Catalogue:
    found = _products().filter(code=product_code).first()
    if found is not None:
        return _value_of(found)
    choices = list(Product.objects.values_list("code", flat=True))
    raise CatalogueError(
        f"Produk “{product_code[:60]}” tidak ada. Pilihannya: {', '.join(choices)}.",
        field="product",
        code="unknown_product",
        data={"en": f"There is no product “{product_code[:60]}”. There is: {', '.join(choices)}.", "choices": choices},
    )


def product_of(product_code: str) -> ProductValue:
    """Name, unit, colour and rules of a product without its prices, in one query; `Product.DoesNotExist` if unknown."""
    return _with_issuer(product_code)[0]


def seller_on_page(product_code: str) -> Issuer | None:
    """Who sells a product, where this request has read it for the page already: `product_of` brings it."""
    found = recalled(("product", product_code))
    return None if found is None else found[1]


def _with_issuer(product_code: str) -> tuple[ProductValue, Issuer]:
    def asked() -> tuple[ProductValue, Issuer]:
        data, issuer = Product.objects.values_list("data", "issuer__data").get(code=product_code)
        return ProductValue.model_validate(data), Issuer.model_validate(issuer)

    return known(("product", product_code), asked)


def auto_debits() -> dict[str, AutoDebit]:
    """The rules of the products that offer auto-debit (K7), by product, in one query."""
    offered = Product.objects.filter(data__auto_debit__isnull=False).values_list("code", "data__auto_debit")
    return {code: AutoDebit.model_validate(rules) for code, rules in offered if rules}


def products_on_sale(today: date) -> tuple[Catalogue, ...]:
    """The products whose first price book has begun, by code, in three queries."""
    begun = _products().filter(price_books__effective_from__lte=today).distinct()
    return tuple(_value_of(product) for product in begun)


def offer_for(
    *,
    product: str,
    plan: str | None,
    quantity: Decimal,
    interval_months: int | None,
    on: date,
    book: str | None = None,
    terms: str | None = None,
) -> Offer:
    """What holds for somebody who signs up `on` a day: see `make_offer`, which chooses. Errors name the field."""
    return make_offer(
        catalogue_of(product),
        plan=plan,
        quantity=quantity,
        interval_months=interval_months,
        on=on,
        book=book,
        terms=terms,
    )


def _products() -> QuerySet[Product]:
    return Product.objects.select_related("issuer").prefetch_related("plans", "price_books")


def _value_of(product: Product) -> Catalogue:
    return Catalogue.model_validate(
        {
            "issuer": product.issuer.data,
            "product": product.data,
            "terms": product.terms,
            "reminders": product.reminders,
            "plans": [plan.data for plan in product.plans.all()],
            **product.extras,
            "price_books": [book.data for book in product.price_books.all()],
        }
    )
