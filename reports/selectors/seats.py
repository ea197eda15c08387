"""How full each customer's size is, from public rows and the catalogue: no tenant's schema is opened."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, TruncDate

from plans.errors import CatalogueError
from plans.models import Product
from plans.rules.catalogue import Catalogue, Charge, Plan, SeatPolicy, When
from plans.rules.charges import REPORTED
from plans.rules.next_size import next_size
from plans.rules.offer import choose_book
from plans.rules.quantities import MOST
from plans.selectors.catalogue import catalogue_of
from reports.rules.seats import Room, Sizes, nearest, room
from reports.selectors.cash import whose
from reports.selectors.revenue import Scope
from tenants.models import Tenant

COUNTED = ("free", "trialing", "active", "past_due", "cancelled")
SizesOf = Callable[[str, str, str], Sizes | None]


@dataclass(frozen=True, slots=True)
class Seated:
    """A customer with its count, what was billed of it last (None: nothing), and the sizes of its list."""

    tenant: UUID
    product: str
    plan: str
    count: int
    billed: int | None
    sizes: Sizes

    @property
    def room(self) -> Room:
        """The room it has: worked out for those that are shown, not for all that are put in order."""
        return room(self.count, self.billed, self.sizes)


def seated(scope: Scope) -> list[Seated]:
    """Everybody whose price depends on a count, who is nearest to a change first; one query and the catalogue.

    The price list is that of the day of sign-up, which a customer keeps (X3). The days of the scope do not matter.
    """
    sizes_of, near = _sizes(), cache(nearest)
    found = []
    for key, product, plan, count, signed_up, main, side in _rows(scope).iterator(5000):
        sizes = sizes_of(product, plan, signed_up)
        if sizes is not None:
            last = side if sizes.beside else main
            billed = int(last) if last and last.isdecimal() else None
            next_change = near(count, billed, sizes)
            place = (MOST if next_change is None else next_change, -count)
            found.append((place, Seated(key, product, plan, count, billed, sizes)))
    return [item for _place, item in sorted(found, key=itemgetter(0))]


def _rows(scope: Scope) -> "QuerySet[Tenant, tuple[Any, ...]]":
    """(tenant, product, plan, count, day of sign-up as text, billed of main and side charges as text) of each, lean."""
    counted = Tenant.objects.filter(status__in=COUNTED, quantity__isnull=False, **whose(scope, "revenue__"))
    made_on = Cast(TruncDate("created_at"), TextField())
    since = Coalesce(KeyTextTransform("on", "signup"), made_on)
    billed = [KeyTextTransform(1, KeyTransform(kind, "revenue__charges")) for kind in ("main", "side")]
    return counted.order_by().values_list(
        "pk", "product_code", "plan_code", Cast("quantity", IntegerField()), since, *billed
    )


def names_of(found: Iterable[Seated]) -> dict[UUID, str]:
    """What these are called; one query."""
    return dict(Tenant.objects.filter(pk__in=[item.tenant for item in found]).values_list("pk", "name"))


def _sizes() -> SizesOf:
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
    flat = [charge for charge in charges if _is_flat(charge) and {item.code for item in plans} & set(charge.plans)]
    seats = plans[0].seats or catalogue.product.seats
    within = seats.policy is not SeatPolicy.AT_INVOICE
    return Sizes(
        tuple(sorted({begins for charge in counting for begins in _begins(charge)})),
        int(seats.free_rise_below) if within else None,
        tuple(int(line) for line in seats.full_price_above),
        beside=bool(flat) and not {item.interval_months for item in flat} & {item.interval_months for item in counting},
    )


def _together(catalogue: Catalogue, plan: str) -> list[Plan]:
    by_quantity = catalogue.product.plan_choice == "by_quantity"
    return [item for item in catalogue.plans if by_quantity or item.code == plan]


def _counts(charge: Charge) -> bool:
    return charge.quantity == REPORTED and charge.when is When.ADVANCE


def _is_flat(charge: Charge) -> bool:
    """A fee of the period itself that counts nothing: where seats have another rhythm, they are billed beside it (N6)."""
    return charge.quantity != REPORTED and charge.when is When.ADVANCE and charge.counts_the_tenant


def _begins(charge: Charge) -> Iterator[int]:
    """Where each size after the first begins: 50, 501."""
    found = next_size(charge, charge.each * 0)
    while found is not None:
        yield int(found.from_)
        found = next_size(charge, found.from_)
