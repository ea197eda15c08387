"""What another price book would change, at the sizes there are today (K14, X3): for new customers, and for those there are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from reports.rules.figures import share

# Rupiah a year of a plan at a count in a rhythm of so many months (0: the first offered); None where that is not sold.
YearlyOf = Callable[[str, int, int], int | None]


@dataclass(frozen=True, slots=True)
class Alike:
    """Customers of one plan, count and rhythm, and what they bring a year together, in rupiah."""

    plan: str
    count: int
    months: int
    customers: int
    yearly: int


@dataclass(slots=True)
class Effect:
    """Rupiah a year. `before`, `after`: what new customers of today's sizes would pay; `now`, `then`: what those there are
    bring, and would after their next renewal. `unsold` customers are on what one of the books does not sell.
    """

    customers: int = 0
    before: int = 0
    after: int = 0
    now: int = 0
    then: int = 0
    dearer: int = 0
    cheaper: int = 0
    unsold: int = 0

    @property
    def of_new(self) -> Fraction | None:
        """By how much new customers would pay more; None where there are none."""
        return share(self.after - self.before, self.before)

    @property
    def of_old(self) -> Fraction | None:
        """By how much those there are would pay more."""
        return share(self.then - self.now, self.now)


def effects(
    alike: Iterable[Alike], before: YearlyOf, after: YearlyOf, moves: Callable[[str], bool]
) -> dict[str, Effect]:
    """By plan; `moves` says of which plans a renewal takes the new book, all others keep their price.

    X2: ten schools of 100 at 5.000 and then 7.500 a student: new ones would pay 7.500.000 instead of 5.000.000, those there are
    keep their 5.000.000 (X3), or pay 7.500.000, too, where the plan's renewals take the current book.
    """
    found: dict[str, Effect] = {}
    for group in alike:
        row = found.setdefault(group.plan, Effect())
        row.customers += group.customers
        old, new = (price(group.plan, group.count, group.months) for price in (before, after))
        if old is None or new is None:
            row.unsold += group.customers
            old = new = 0
            then = group.yearly
        else:
            then = new * group.customers if moves(group.plan) else group.yearly
        row.before, row.after = row.before + old * group.customers, row.after + new * group.customers
        row.now, row.then = row.now + group.yearly, row.then + then
        row.dearer += group.customers if new > old else 0
        row.cheaper += group.customers if new < old else 0
    return found


def together(found: Iterable[Effect]) -> Effect:
    """All plans."""
    total = Effect()
    for row in found:
        for name in ("customers", "before", "after", "now", "then", "dearer", "cheaper", "unsold"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
    return total
