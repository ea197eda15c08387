"""The customers there are by plan, count and rhythm, and what each would pay by a price book: the calculation of the quotes."""

from decimal import Decimal
from functools import cache

from django.db.models import BigIntegerField, Count, Sum
from django.db.models.functions import Cast

from billing.rules.agreement import Agreement, agree
from billing.rules.recurring import yearly_of
from plans.errors import CatalogueError
from plans.rules.catalogue import AtRenewal, Catalogue
from plans.rules.offer import choose_plan, make_offer, named_book
from reports.rules.price_effect import Alike, Effect, YearlyOf, effects
from tenants.models import Tenant

MAIN = "revenue__charges__main__0"


def effect_of(catalogue: Catalogue, book: str, against: str, *, tests: bool = False) -> dict[str, Effect]:
    """By plan, what a book would change against another one; two books of one catalogue, loaded or not. One query."""
    prices = (yearly_by(catalogue, against), yearly_by(catalogue, book))
    return effects(alike_of(catalogue.product.code, tests=tests), *prices, lambda plan: _moves(catalogue, plan))


def alike_of(product: str, *, tests: bool = False) -> list[Alike]:
    """Who brings something today."""
    paying = Tenant.objects.filter(product_code=product, revenue__yearly__gt=0, quantity__isnull=False).order_by()
    if not tests:
        paying = paying.filter(is_test=False)
    rows = paying.values_list("plan_code", "quantity", "payer__months")
    found = rows.annotate(customers=Count("pk"), yearly=Sum(Cast(MAIN, BigIntegerField())))
    return [Alike(plan, int(count), months or 0, n, yearly or 0) for plan, count, months, n, yearly in found]


def yearly_by(catalogue: Catalogue, book: str) -> YearlyOf:
    """Prices a year by a book, before offers and tax, as `price_list` has them."""
    on = named_book(catalogue, book).effective_from

    @cache
    def agreed(plan: str, months: int, count: Decimal) -> Agreement:
        offer = make_offer(catalogue, plan=plan, quantity=count, interval_months=months or None, on=on, book=book)
        return agree(catalogue, offer)

    first: dict[tuple[str, int], Decimal] = {}

    def price(plan: str, count: int, months: int) -> int | None:
        quantity = Decimal(count)
        try:
            chosen = choose_plan(catalogue, plan, quantity).code
            agreement = agreed(plan, months, first.setdefault((chosen, months), quantity))
        except CatalogueError:
            return None
        return yearly_of(agreement.price_of(quantity), agreement.interval_months)

    return price


def _moves(catalogue: Catalogue, plan: str) -> bool:
    """Whether a renewal takes the book of its day (X3)."""
    own = next((item.at_renewal for item in catalogue.plans if item.code == plan), None)
    return (own or catalogue.product.at_renewal) is AtRenewal.CURRENT_BOOK


def book_before(catalogue: Catalogue, book: str) -> str | None:
    """The book that holds until this one begins; None where it is the first."""
    day = named_book(catalogue, book).effective_from
    earlier = [item for item in catalogue.price_books if item.effective_from < day]
    return max(earlier, key=lambda item: item.effective_from).code if earlier else None
