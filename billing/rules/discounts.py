"""Offers on a line: list price → another price → percentages → fixed amounts; a line never falls below zero.

Everything is exact until the end. What each offer takes off is the difference of two rounded amounts, so that list
price and offers always sum to the line.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pydantic import ConfigDict, Field

from plans.rules.catalogue import Charge
from plans.rules.discounts import Discount, DiscountKind
from plans.rules.money import format_number, format_rupiah, round_half_up
from plans.rules.parts import Part
from plans.rules.periods import Period, add_months

WHOLE = Fraction(1)
# Free months are a hundred percent; among percentages the order is that of the agreement.
_ORDER = {DiscountKind.PRICE: 0, DiscountKind.PERCENT: 1, DiscountKind.FREE_MONTHS: 1, DiscountKind.AMOUNT: 2}


class Granted(Part):
    """An offer that a tenant has, frozen in its agreement, with its days `[from, to)`.

    Without `from` it begins with billing, without `to` it has no end. It counts months and invoices by these days alone.
    """

    discount: Discount
    from_: date | None = Field(alias="from", default=None)
    to: date | None = None
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def begun(self, on: date, counted_from: date, anchor_day: int, interval_months: int) -> "Granted":
        """The same with its days, from the day billing begins; one that has begun stays as it is.

        A shortened first month counts as no month, but as an invoice. K9: 6 months, billing from 15 February, months from
        the 1st → until 1 September.
        """
        if self.from_ is not None:
            return self
        months, invoices = self.discount.lasts_months, self.discount.invoices
        if invoices is not None:
            months = (invoices - (1 if counted_from > on else 0)) * interval_months
        to = None if months is None else add_months(counted_from, months, anchor_day)
        return self.model_copy(update={"from_": on, "to": to})

    def stopped(self, on: date | None) -> "Granted | None":
        """The same until `on`, the first day that is not billed yet; None where nothing was billed with it (None: not even
        begun).

        From 1 March for ever, stopped on 1 June → [1 March, 1 June).
        """
        if on is None or self.from_ is None or on <= self.from_:
            return None
        return self.model_copy(update={"to": on if self.to is None else min(self.to, on)})

    def share_of(self, period: Period) -> Fraction:
        """The part of a period it holds: 6 of 12 months, or by days where they are no whole months."""
        first, end = self.from_ or period.start, self.to
        if self.from_ is None and (months := self.discount.lasts_months) is not None:
            end = add_months(first, months)
        first, last = max(first, period.start), period.end if end is None else min(end, period.end)
        if first >= last:
            return Fraction(0)
        if (first, last) == (period.start, period.end):
            return WHOLE
        held, whole = _months(Period(first, last)), _months(period)
        return Fraction(held, whole) if held and whole else Fraction((last - first).days, period.days)


def _months(period: Period) -> int | None:
    """How many whole months, if it is so many: [31 January, 28 February) is one."""
    start, end = period.start, period.end
    count = (end.year - start.year) * 12 + end.month - start.month
    return count if add_months(start, count, max(start.day, end.day)) == end else None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a line costs before any offer: `exact` rupiah for `period`, which is `share` of a whole one.

    `at_price` is what it would cost at another price. `addition`: more of what is billed already, so that a fixed amount
    is not given a second time.
    """

    charge: Charge
    period: Period
    exact: Fraction
    share: Fraction
    at_price: Callable[[Decimal], Fraction]
    addition: bool = False


@dataclass(frozen=True, slots=True)
class Reduction:
    """What one offer takes off a line, in rupiah, and how that comes about: "20 % × 600.000"."""

    granted: Granted
    amount: int
    formula: str

    def explained(self) -> dict[str, object]:
        """As a line keeps it: name in both languages, days, formula."""
        granted = self.granted
        return {
            "code": granted.discount.code,
            "name": granted.discount.name.model_dump(),
            "rule": granted.discount.rule,
            "from": granted.from_.isoformat() if granted.from_ else None,
            "to": granted.to.isoformat() if granted.to else None,
            "formula": f"{self.formula} = {format_rupiah(self.amount)}",
            "amount": self.amount,
        }


def reduce(granted: Iterable[Granted], listed: Listed) -> tuple[int, tuple[Reduction, ...]]:
    """What is charged after all offers, and what each of them takes off; their sum is the rounded list price.

    K9: 600.000 at 20 % → 480.000 and (120.000,). Two percentages: the second is taken of what the first left.
    """
    left, shown, found = listed.exact, round_half_up(listed.exact), list[Reduction]()
    for item in _in_order(granted, listed.charge):
        part = item.share_of(listed.period)
        if not part or not left:
            continue
        after = max(Fraction(0), left - _off(item.discount, listed, left) * part)
        amount = shown - round_half_up(after)
        if amount:
            found.append(Reduction(item, amount, _formula(item.discount, listed, shown, part)))
        left, shown = after, round_half_up(after)
    return shown, tuple(found)


def _in_order(granted: Iterable[Granted], charge: Charge) -> Sequence[Granted]:
    return sorted((item for item in granted if item.discount.is_for(charge)), key=lambda it: _ORDER[it.discount.kind])


def _off(discount: Discount, listed: Listed, left: Fraction) -> Fraction:
    """Rupiah off what is left, for the whole of the line's days; another price never makes it dearer."""
    if discount.price is not None:
        return max(Fraction(0), left - listed.at_price(discount.price))
    if discount.percent is not None:
        return left * Fraction(discount.percent) / 100
    if discount.amount is not None:
        return Fraction(0) if listed.addition else discount.amount * listed.share
    return left


def _formula(discount: Discount, listed: Listed, shown: int, part: Fraction) -> str:
    if discount.price is not None:
        now = round_half_up(listed.at_price(discount.price))
        text = f"{format_number(shown)} − {format_number(now)}"
        text = text if part == WHOLE else f"({text})"
    elif discount.amount is not None:
        share = "" if listed.share == WHOLE else f" × {listed.share}"
        text = f"min({format_number(discount.amount)}{share}; {format_number(shown)})"
    else:
        percent = Decimal(100) if discount.percent is None else discount.percent
        text = f"{format_number(percent)} % × {format_number(shown)}"
    return text if part == WHOLE else f"{text} × {part}"


def explained(reductions: Sequence[Reduction], list_amount: int | None = None) -> dict[str, object]:
    """What the offers took off a line, for who opens it; nothing where there was none."""
    if not reductions:
        return {}
    before = {} if list_amount is None else {"list_amount": list_amount}
    return before | {"discounts": [item.explained() for item in reductions]}


def rules_of(reductions: Sequence[Reduction]) -> list[str]:
    """The ids of the offers' rules, which a line names with its own."""
    return [item.granted.discount.rule for item in reductions]


def last_day(granted: Granted) -> date | None:
    """The last day a person counts as within the offer."""
    return None if granted.to is None else granted.to - timedelta(days=1)
