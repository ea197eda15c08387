"""How full each customer's size is, from public rows and the catalogue: no tenant's schema is opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from plans.errors import CatalogueError
from plans.models import Product
from plans.rules.catalogue import Catalogue, Charge, Plan, SeatPolicy, When
from plans.rules.charges import REPORTED
from plans.rules.next_size import next_size
from plans.rules.offer import choose_book
from plans.rules.quantities import MOST
from plans.selectors.catalogue import catalogue_of
from reports.rules.seats import Room, Sizes, room
from reports.selectors.cash import whose
from reports.selectors.revenue import Scope
from tenants.models import Tenant

COUNTED = ("free", "trialing", "active", "past_due", "cancelled")
_ROW = ("pk", "name", "product_code", "plan_code", "quantity", "signup__on", "created_at", "revenue__charges__main__1")


@dataclass(frozen=True, slots=True)
class Seated:
    """A customer with its count, what was billed of it last (None: nothing), and the room it has."""

    tenant: UUID
    name: str
    product: str
    plan: str
    count: int
    billed: int | None
    room: Room


def seated(scope: Scope) -> list[Seated]:
    """Everybody whose price depends on a count, who is nearest to a change first; two queries and the catalogue.

    The price list is that of the day of sign-up, which a customer keeps (X3). The days of the scope do not matter.
    """
    sizes_of = _sizes()
    found = [item for row in _rows(scope).iterator(5000) if (item := _seated(row, sizes_of)) is not None]
    return sorted(found, key=lambda item: (MOST if item.room.nearest is None else item.room.nearest, item.name))


def _rows(scope: Scope) -> "QuerySet[Tenant, tuple[Any, ...]]":
    counted = Tenant.objects.filter(status__in=COUNTED, quantity__isnull=False, **whose(scope, "revenue__"))
    return counted.order_by().values_list(*_ROW)


def _seated(row: tuple[Any, ...], sizes_of: Any) -> Seated | None:
    key, name, product, plan, quantity, signed_up, created_at, main = row
    sizes = sizes_of(product, plan, signed_up or created_at.date().isoformat())
    if sizes is None:
        return None
    count, billed = int(quantity), int(main) if main and str(main).isdecimal() else None
    return Seated(key, name, product, plan, count, billed, room(count, billed, sizes))


def _sizes() -> Any:
    """(product, plan, day of sign-up) → what the list of that day says of counts; None where it counts nothing."""
    catalogues = {code: catalogue_of(code) for code in Product.objects.values_list("code", flat=True)}

    @cache
    def of_book(product: str, plan: str, book: str) -> Sizes | None:
        return sizes_of(catalogues[product], plan, book)

    @cache
    def of(product: str, plan: str, signed_up: str) -> Sizes | None:
        catalogue = catalogues.get(product)
        return None if catalogue is None else of_book(product, plan, _book_on(catalogue, date.fromisoformat(signed_up)))

    return of


def _book_on(catalogue: Catalogue, on: date) -> str:
    try:
        return choose_book(catalogue, on).code
    except CatalogueError:  # made before sales began, as in a test
        return min(catalogue.price_books, key=lambda book: book.effective_from).code


def sizes_of(catalogue: Catalogue, plan: str, book: str) -> Sizes | None:
    """The sizes of a plan's list in a book, together where the quantity chooses the plan; None where no count is billed."""
    plans = _together(catalogue, plan)
    charges = [charge for item in catalogue.price_books if item.code == book for charge in item.charges]
    counting = [charge for charge in charges if _counts(charge) and {item.code for item in plans} & set(charge.plans)]
    if not plans or not counting:
        return None
    seats = plans[0].seats or catalogue.product.seats
    within = seats.policy is not SeatPolicy.AT_INVOICE
    return Sizes(
        sorted({begins for charge in counting for begins in _begins(charge)}),
        int(seats.free_rise_below) if within else None,
        [int(line) for line in seats.full_price_above],
    )


def _together(catalogue: Catalogue, plan: str) -> list[Plan]:
    by_quantity = catalogue.product.plan_choice == "by_quantity"
    return [item for item in catalogue.plans if by_quantity or item.code == plan]


def _counts(charge: Charge) -> bool:
    return charge.quantity == REPORTED and charge.when is When.ADVANCE


def _begins(charge: Charge) -> Iterator[int]:
    """Where each size after the first begins: 50, 501."""
    found = next_size(charge, charge.each * 0)
    while found is not None:
        yield int(found.from_)
        found = next_size(charge, found.from_)
