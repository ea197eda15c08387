"""How full each customer's size is, from public rows and the catalogue: no tenant's schema is opened."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any, overload
from uuid import UUID

from django.db.models import BigIntegerField, QuerySet, TextField
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
Told = tuple[str, str, str, str, str | None, str | None]


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


@dataclass(frozen=True, slots=True)
class Alike:
    """Customers (their keys as text) of the same product, plan, count, billed count and sizes, and their place in the order."""

    place: tuple[int, int]
    keys: list[str]
    what: tuple[str, str, int, int | None, Sizes]


class Seats(Sequence[Seated]):
    """Customers in order. One is made when it is read: of thousands a page shows fifty."""

    def __init__(self, found: Iterable[Alike]) -> None:
        self._found = sorted(found, key=attrgetter("place"))
        self._count = sum(len(alike.keys) for alike in self._found)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Seated: ...
    @overload
    def __getitem__(self, at: slice) -> list[Seated]: ...
    def __getitem__(self, at: int | slice) -> Seated | list[Seated]:
        if isinstance(at, slice):
            return [self._made(*pair) for pair in islice(self._pairs(), *at.indices(self._count))]
        first = range(self._count)[at]
        return self[first : first + 1][0]

    def _pairs(self) -> Iterator[tuple[str, Alike]]:
        return ((key, alike) for alike in self._found for key in alike.keys)

    @staticmethod
    def _made(key: str, alike: Alike) -> Seated:
        return Seated(UUID(key), *alike.what)


def seated(scope: Scope) -> Seats:
    """Everybody whose price depends on a count, who is nearest to a change first; one query and the catalogue.

    The price list is that of the day of sign-up, which a customer keeps (X3). The days of the scope do not matter. How near
    it is is worked out once for all who are alike.
    """
    catalogues = {code: catalogue_of(code) for code in Product.objects.values_list("code", flat=True)}
    sizes_in = cache(lambda product, plan, book: sizes_of(catalogues[product], plan, book))
    found = ((told, keys, sizes_in(*told[:3])) for told, keys in _told(scope, catalogues).items())
    return Seats(_alike(told, keys, sizes) for told, keys, sizes in found if sizes is not None)


def _told(scope: Scope, catalogues: Mapping[str, Catalogue]) -> dict[Told, list[str]]:
    """Everybody by product, plan, book, count and what was billed; who has a product that is gone is left out."""

    @cache
    def book_of(product: str, signed_up: str) -> str:
        return _book_on(catalogues[product], date.fromisoformat(signed_up))

    found: dict[Told, list[str]] = defaultdict(list)
    for key, product, plan, signed_up, count, main, side in _rows(scope).iterator(5000):
        if product in catalogues:
            found[product, plan, book_of(product, signed_up), count, main, side].append(key)
    return found


def _alike(told: Told, keys: list[str], sizes: Sizes) -> Alike:
    product, plan, _book, counted, main, side = told
    count, last = int(counted), side if sizes.beside else main
    billed = int(last) if last and last.isdecimal() else None
    next_change = nearest(count, billed, sizes)
    return Alike(
        (int(MOST) if next_change is None else next_change, -count), keys, (product, plan, count, billed, sizes)
    )


def _rows(scope: Scope) -> "QuerySet[Tenant, tuple[Any, ...]]":
    """(tenant, product, plan, day of sign-up, count, billed of main and side charges) of each, in a fixed order.

    Trap: all as text, which the garbage collector does not look at; thousands of other objects cost more than the query.
    """
    counted = Tenant.objects.filter(status__in=COUNTED, quantity__isnull=False, **whose(scope, "revenue__"))
    since = Coalesce(KeyTextTransform("on", "signup"), Cast(TruncDate("created_at"), TextField()))
    key, count = Cast("pk", TextField()), Cast(Cast("quantity", BigIntegerField()), TextField())
    billed = [KeyTextTransform(1, KeyTransform(kind, "revenue__charges")) for kind in ("main", "side")]
    return counted.order_by("pk").values_list(key, "product_code", "plan_code", since, count, *billed)


def names_of(found: Iterable[Seated]) -> dict[UUID, str]:
    """What these are called; one query."""
    return dict(Tenant.objects.filter(pk__in=[item.tenant for item in found]).values_list("pk", "name"))


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
