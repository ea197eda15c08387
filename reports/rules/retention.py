"""Who stays: how long customers last, what one is worth, and what became of those who came in a month (K17, C13)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from plans.rules.money import round_half_up
from reports.rules.figures import Kept, monthly, share


@dataclass(frozen=True, slots=True)
class Lasting:
    """Of some days: churn a month as shares, the months a customer lasts, and what it brings in them in rupiah."""

    logo_churn: Fraction | None
    revenue_churn: Fraction | None
    lifetime: Fraction | None
    ltv: int | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What customers of a cohort did in a month: so many came (or came back), so many left, rupiah a year more or less."""

    cohort: date
    month: date
    came: int
    left: int
    yearly: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cohort at the end of a month: customers, rupiah a month, and both as parts of the end of its first month."""

    customers: int
    mrr: int
    of_customers: Fraction | None
    of_revenue: Fraction | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """Who first brought something in a month, month by month since, the first month being the first cell."""

    first: date
    cells: tuple[Cell, ...]


def lasting(kept: Kept, months: Fraction) -> Lasting:
    """Figures a month over so many months.

    Ten customers at 600.000, of whom three leave in six months: churn 5 % a month, a lifetime of 20 months, LTV 12.000.000.
    What was lost of revenue counts falls, too. Nobody left: no lifetime can be told.
    """
    lost = kept.before - kept.gross
    lifetime = Fraction(kept.opened) * months / kept.lost if kept.lost else None
    worth = None if lifetime is None or not kept.opened else Fraction(kept.before, 12 * kept.opened) * lifetime
    return Lasting(
        logo_churn=_a_month(share(kept.lost, kept.opened), months),
        revenue_churn=_a_month(share(lost, kept.before), months),
        lifetime=lifetime,
        ltv=None if worth is None else round_half_up(worth),
    )


def _a_month(whole: Fraction | None, months: Fraction) -> Fraction | None:
    return None if whole is None or not months else whole / months


def cohorts(turns: Iterable[Turn], last: date, most: int = 12) -> list[Cohort]:
    """Every cohort up to the month of `last`, at most so many months of it, oldest first."""
    by_cohort: dict[date, list[Turn]] = defaultdict(list)
    for turn in turns:
        by_cohort[turn.cohort].append(turn)
    return [Cohort(first, tuple(_cells(by_cohort[first], first, last, most))) for first in sorted(by_cohort)]


def _cells(turns: Sequence[Turn], first: date, last: date, most: int) -> Iterable[Cell]:
    start_count = start_yearly = 0
    for age in range(min(most, age_of(first, last)) + 1):
        reached = [turn for turn in turns if age_of(first, turn.month) <= age]
        customers = sum(turn.came - turn.left for turn in reached)
        yearly = sum(turn.yearly for turn in reached)
        if age == 0:
            start_count, start_yearly = customers, yearly
        yield Cell(customers, monthly(yearly), share(customers, start_count), share(yearly, start_yearly))


def age_of(first: date, month: date) -> int:
    """Months from one month to another: March to May is two."""
    return (month.year - first.year) * 12 + month.month - first.month
