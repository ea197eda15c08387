"""What else the same quantity could cost: other plans and rhythms (K19), and the offers of the day. All are quotes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue, Discount, PriceBook, Product
from plans.rules.eligibility import open_discounts
from plans.rules.offer import choose_book, intervals_of
from plans.rules.plan_changes import ChangeKind
from plans.selectors.discounts import places_left
from trials.selectors.quotes import Quote, Wish, quote_from


@dataclass(frozen=True, slots=True)
class Choice:
    """The same quantity on one plan in one rhythm.

    `monthly` is a month of it, exact; `saved` is how much less a month it costs than what was asked for (negative: more),
    None where the two are not alternatives: a larger plan gives more, and so is not dearer for the same.
    """

    made: Quote
    monthly: Fraction
    saved: Fraction | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """An offer that a code opens today. `left` are its places, None where nobody counts; `made` is the quote with it."""

    discount: Discount
    left: int | None
    made: Quote | None = None


def choices(catalogue: Catalogue, wish: Wish, made: Quote) -> list[Choice]:
    """The same quantity on every plan and period; nothing where the quantity chooses, or there is but one.

    K19: 200 units → per unit 600.000 a month (asked for), flat 1.500.000 (saves −900.000), a year 6.000.000 (saves 100.000).
    """
    if catalogue.product.plan_choice != "default":
        return []
    found = list(_quotes(catalogue, wish))
    return [_choice(catalogue.product, other, made) for other in found] if len(found) > 1 else []


def _quotes(catalogue: Catalogue, wish: Wish) -> Iterator[Quote]:
    book = choose_book(catalogue, wish.on)
    for plan in catalogue.plans:
        for months in intervals_of(book, plan):
            other = replace(wish, plan=plan.code, interval_months=months, addons={})
            made = _tried(catalogue, other) or _tried(catalogue, replace(other, offers=()))
            if made is not None:
                yield made


def _tried(catalogue: Catalogue, wish: Wish) -> Quote | None:
    """None where it is not for sale so: a plan for another quantity, an offer for one plan alone."""
    try:
        return quote_from(catalogue, wish)
    except CatalogueError:
        return None


def _choice(product: Product, other: Quote, made: Quote) -> Choice:
    monthly = Fraction(other.recurring, other.offer.interval_months)
    asked = Fraction(made.recurring, made.offer.interval_months)
    chosen = (other.offer.plan.code, other.offer.interval_months) == (made.offer.plan.code, made.offer.interval_months)
    same = _stand_in(product, made.offer.plan.code, other.offer.plan.code)
    return Choice(other, monthly, asked - monthly if same and not chosen else None, chosen)


def _stand_in(product: Product, one: str, other: str) -> bool:
    """Whether two plans sell the same at another price: the catalogue calls a change between them a switch."""
    switches = {(pair.from_, pair.to) for pair in product.changes.pairs if pair.kind is ChangeKind.SWITCH}
    return one == other or (one, other) in switches


def offers_today(catalogue: Catalogue, book: PriceBook, on: date) -> list[Opened]:
    """The offers that somebody who signs up on a day can have by a code, as long as there are places (K9, C4)."""
    opened = open_discounts(catalogue, book, on)
    left = places_left(catalogue.product.code, opened)
    return [Opened(item, left.get(item.code)) for item in opened if left.get(item.code) != 0]


def offers_for(catalogue: Catalogue, wish: Wish, made: Quote) -> list[Opened]:
    """Those of today that would lower this very quote, alone and not asked for yet, with what it would be then."""
    found = []
    for opened in offers_today(catalogue, choose_book(catalogue, wish.on), wish.on):
        lowered = _tried(catalogue, replace(wish, offers=(opened.discount.code,), redeemed=True))
        if lowered is not None and opened.discount.code not in wish.offers and lowered.with_later < made.recurring:
            found.append(replace(opened, made=lowered))
    return found
