"""K14: a new price book moves a price by at most 10 % a quarter, up or down; more needs a reason in the book itself.

A price is what a whole quantity costs, not what stands in a tier: that is what a customer compares, and it is still
defined when tiers are cut anew. Between two neighbouring bounds both books are straight lines, whose ratio is greatest at
an end; so it is enough to compare at every bound of either book and just past it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from plans.rules.catalogue import Charge, Plan, PriceBook
from plans.rules.money import format_number, plain, round_half_up
from plans.rules.paths import Path
from plans.rules.periods import add_months
from plans.rules.quantities import MOST
from plans.rules.rating import Rated, rate
from plans.rules.terms import Charge as Pricing
from plans.rules.terms import Flat, Package, Percentage, PerUnit, package_size_of
from plans.rules.tiers import PRICED_BY

AT_MOST = Fraction(1, 10)
QUARTER_MONTHS = 3
_FIELDS = {Flat: "amount", PerUnit: "unit_price", Package: "package_price", Percentage: "rate"}


@dataclass(frozen=True, kw_only=True)
class Move:
    """A price that moves too far: `before` and `after` are rupiah of one period for the whole `quantity`.

    `path` is the place within the new book: ``charges[0].pricing.tiers[1].unit_price``. `against` is the earlier book.
    """

    path: Path
    plan: str
    quantity: Decimal
    before: Fraction
    after: Fraction
    against: str

    @property
    def share(self) -> Fraction | None:
        """By how much of what it was; minus where it falls. None where it was free: then there is no measure."""
        return self.after / self.before - 1 if self.before else None

    def __str__(self) -> str:
        was, is_now = (format_number(round_half_up(amount)) for amount in (self.before, self.after))
        how = f"{_percent(abs(self.share))} {'more' if self.share > 0 else 'less'}" if self.share else "no longer free"
        return f"a quantity of {plain(self.quantity)} on {self.plan} costs {is_now}, {how} (in {self.against}: {was})"


@dataclass(frozen=True)
class _Pair:
    """The same thing in two books: one charge each, or all charges of a plan and interval where codes were changed."""

    place: int
    before: tuple[Charge, ...]
    after: tuple[Charge, ...]


def in_force_before(books: Iterable[PriceBook], day: date) -> tuple[PriceBook, ...]:
    """The books that hold on some day of the quarter that ends with the day before `day`, oldest first.

    A quarter is three calendar months. For 1 April 2026 that is 1 January to 31 March: a book of 1 January counts and the
    one before it does not, so that prices may move by 10 % on the first of every quarter, and not twice within one.
    """
    earlier = sorted((book for book in books if book.effective_from < day), key=lambda book: book.effective_from)
    if not earlier:
        return ()
    since = add_months(day, -QUARTER_MONTHS)
    return (
        *[book for book in earlier if book.effective_from <= since][-1:],
        *(book for book in earlier if book.effective_from > since),
    )


def steep_moves(book: PriceBook, earlier: Iterable[PriceBook], plans: Sequence[Plan]) -> tuple[Move, ...]:
    """Where a book moves a price by more than 10 % against one of the earlier books; the steepest of each place.

    X2: 100 students cost 500.000 in 2025 and 750.000 in 2026, 50 % more; 1 more rupiah than 550.000 would be too much.
    A plan, an interval or a charge of a new interval that no earlier book sold has no price that could move. A charge under
    a new code is compared within the sum of its plan and interval, so that a new name is no way around.
    """
    steepest: dict[Path, Move] = {}
    for before in earlier:
        for plan in plans:
            for pair in _pairs(before, book, plan.code):
                for move in _moves(pair, plan, before.code):
                    known = steepest.get(move.path)
                    if known is None or _steepness(move) > _steepness(known):
                        steepest[move.path] = move
    return tuple(steepest[path] for path in sorted(steepest, key=str))


def _pairs(before: PriceBook, after: PriceBook, plan: str) -> Iterator[_Pair]:
    old = [charge for charge in before.charges if plan in charge.plans]
    new = [(at, charge) for at, charge in enumerate(after.charges) if plan in charge.plans]
    for kind in dict.fromkeys(_kind(charge) for _, charge in new):
        were = tuple(charge for charge in old if _kind(charge) == kind)
        are = [(at, charge) for at, charge in new if _kind(charge) == kind]
        if not were:
            continue
        known = {charge.code: charge for charge in were}
        yield from (_Pair(at, (known[charge.code],), (charge,)) for at, charge in are if charge.code in known)
        renamed = [at for at, charge in are if charge.code not in known]
        if renamed or len(are) < len(were):
            yield _Pair(renamed[0] if renamed else are[0][0], were, tuple(charge for _, charge in are))


def _kind(charge: Charge) -> tuple[int, str, str]:
    """What may be summed up: the same rhythm, billed at the same time, counting the same thing."""
    return charge.interval_months, charge.when, "" if charge.counts_the_tenant else charge.quantity


def _moves(pair: _Pair, plan: Plan, against: str) -> Iterator[Move]:
    for quantity in _compared_at(pair, plan):
        before = sum((_rated(charge, quantity).exact for charge in pair.before), Fraction(0))
        after = sum((_rated(charge, quantity).exact for charge in pair.after), Fraction(0))
        if abs(after - before) > before * AT_MOST:
            path = _place(pair, quantity)
            yield Move(path=path, plan=plan.code, quantity=quantity, before=before, after=after, against=against)


def _compared_at(pair: _Pair, plan: Plan) -> list[Decimal]:
    """The whole quantities of the plan at every bound of either side and just past it, the least and the greatest."""
    charges = (*pair.before, *pair.after)
    if all(charge.quantity == "one" for charge in charges):
        return [Decimal(1)]
    counted = all(charge.counts_the_tenant for charge in charges)
    low = plan.quantity.from_ if counted else Decimal(0)
    high = plan.quantity.to if counted and plan.quantity.to is not None else max(MOST, low)
    bounds = {low, high, *(bound for charge in charges for bound in _bounds(charge.price()))}
    sizes = sorted({size for bound in bounds for size in _beside(bound) if low <= size <= high})
    turns = {turn for charge in charges for turn in _turns(charge, sizes)}
    return sorted({*sizes, *(size for turn in turns for size in (turn - 1, turn) if low <= size <= high)})


def _beside(bound: Decimal) -> tuple[Decimal, Decimal]:
    """The last whole quantity within a bound and the first past it."""
    whole = bound.to_integral_value(rounding="ROUND_FLOOR")
    return whole, whole + 1


def _bounds(price: Pricing) -> Iterator[Decimal]:
    """Where a price bends: free units end, a package is full, a tier is full."""
    included, size = price.adjustments.included, package_size_of(price)
    yield included
    if size is not None:
        yield included + size
    for tier in getattr(price, "tiers", ()):
        if tier.up_to is not None:
            yield included + tier.up_to * (size or 1)


def _turns(charge: Charge, sizes: Sequence[Decimal]) -> Iterator[Decimal]:
    """The first whole quantities from which a minimum or maximum decides otherwise than before."""
    for low, high in pairwise(sizes):
        at = low
        while _limit(charge, at) != _limit(charge, high):
            at = _first_otherwise(charge, at, high)
            yield at


def _first_otherwise(charge: Charge, low: Decimal, high: Decimal) -> Decimal:
    """The first whole quantity above `low` where another bound decides than at `low`; at `high` another does."""
    limit, below = _limit(charge, low), low
    while high - below > 1:
        middle = (below + high) // 2
        below, high = (middle, high) if _limit(charge, middle) == limit else (below, middle)
    return high


def _limit(charge: Charge, quantity: Decimal) -> str | None:
    return _rated(charge, quantity).limited_by


def _rated(charge: Charge, quantity: Decimal) -> Rated:
    return rate(charge.price(), (Decimal(1) if charge.quantity == "one" else quantity) * charge.each, events=1)


def _place(pair: _Pair, quantity: Decimal) -> Path:
    """The field that makes the new price: of the tier the quantity falls in, or of the charge."""
    within: Path = ("charges", pair.place, "pricing")
    if len(pair.after) > 1 or len(pair.before) > 1:
        return within
    price, tier = pair.after[0].price(), _rated(pair.after[0], quantity).parts[-1].tier
    if tier is not None:
        return (*within, "tiers", tier - 1, PRICED_BY[price.model])
    return (*within, _FIELDS[type(price)])


def _steepness(move: Move) -> tuple[bool, Fraction]:
    return move.share is None, abs(move.share or Fraction(0))


def _percent(share: Fraction) -> str:
    tenths = round_half_up(share * 1000)
    return f"{format_number(Decimal(tenths) / 10)} %"
