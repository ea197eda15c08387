"""Lines of an invoice, with their explanation. Preview, simulation, forecast and the real invoice all come from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.rules import discounts, dunning
from billing.rules.agreement import Agreement, counted
from billing.rules.discounts import Listed, Reduction, rules_of
from billing.rules.line_texts import described, explained, formula_of
from billing.rules.seats import Decision, Outcome
from billing.rules.tax_amounts import LineTax
from plans.rules.catalogue import Charge, Text
from plans.rules.money import plain, round_half_up
from plans.rules.periods import Period, period_containing, whole_period_of
from plans.rules.rating import Proration, Rated, rate
from plans.rules.terms import Adjustments, PerUnit, Volume, package_size_of
from plans.rules.terms import Charge as Pricing


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a draft. `quantity` × `unit_price` is what is shown; `amount` (rupiah) is what is charged.

    Of an issuer who is PKP `amount` is without tax once `tax` is there, and `tax.charged` comes on top of it.
    """

    charge: str
    kind: str
    period: Period
    quantity: Decimal
    unit_price: Decimal
    amount: int
    description: Text
    explanation: Mapping[str, object]
    tax: LineTax | None = None

    @property
    def charged_tax(self) -> int:
        """What the customer pays beside the amount, in rupiah."""
        return self.tax.charged if self.tax else 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What ought to be invoiced on a day: lines, and the dates that follow from it."""

    lines: tuple[Line, ...]
    issued_on: date
    due_on: date
    suspend_on: date | None
    period: Period

    @property
    def subtotal(self) -> int:
        """Rupiah without tax."""
        return sum(line.amount for line in self.lines)

    @property
    def tax(self) -> int:
        """The tax that is charged: that of each line, summed up."""
        return sum(line.charged_tax for line in self.lines)

    @property
    def total(self) -> int:
        """Rupiah to pay; a draft of zero issues no invoice."""
        return self.subtotal + self.tax


def first_period(agreement: Agreement, starts_on: date, anchor_day: int) -> Period:
    """The first billing period: a whole one from `starts_on`, or the rest of the calendar month (K3)."""
    return period_on(agreement, starts_on, anchor_day, starts_on)


def period_on(agreement: Agreement, starts_on: date, anchor_day: int, day: date) -> Period:
    """The billing period a day falls in; calendar months and years are anchored on the 1st whatever the anchor day."""
    anchor = agreement.anchor
    return period_containing(
        starts_on, anchor.day(anchor_day), agreement.interval_months, day, anchor_month=anchor.month
    )


def draft_period(
    agreement: Agreement, quantity: Decimal, period: Period, anchor_day: int, issued_on: date, locked: Mapping[str, str]
) -> Draft:
    """The invoice of one period: every charge at the quantity of the day, a shortened first period pro rata by day.

    K3: 200 units, 15 February – 1 March 2026 → 600.000 × 14/28 = 300.000.
    """
    anchor = agreement.anchor.day(anchor_day)
    whole = whole_period_of(period, anchor, agreement.interval_months)
    lines = tuple(period_line(agreement, charge, quantity, period, whole, locked) for charge in agreement.main)
    return dated(agreement, lines, issued_on, period, regular_on=period.start if period == whole else None)


def draft_rise(
    agreement: Agreement, decision: Decision, billed: Decimal, term: Period, on: date, locked: Mapping[str, str]
) -> Draft:
    """The invoice of added units: pro rata for the rest of the term, or in full where a line was crossed (X8).

    100 → 125 on the first day: 25 × 5.000 = 125.000; on 2025-09-01 of a term from 2025-03-01: × 181/365 = 61.986.
    """
    rest = Period(max(on, term.start), term.end)
    by_day = decision.outcome is Outcome.PRO_RATA or (decision.outcome is Outcome.GATHERED and not decision.in_full)
    proration = Proration(term, rest.start) if by_day else None
    lines = tuple(
        rise_line(agreement, charge, billed, decision.added, rest, proration, locked)
        for charge in agreement.main
        if charge.quantity == "reported"
    )
    return dated(agreement, lines, on, rest)


def dated(
    agreement: Agreement, lines: tuple[Line, ...], issued_on: date, period: Period, regular_on: date | None = None
) -> Draft:
    """Lines with the dates that follow from the agreement's payment terms."""
    due = dunning.due_on(agreement.terms, issued_on, regular_on)
    return Draft(lines, issued_on, due, dunning.suspend_on(agreement.terms, issued_on, due), period)


def period_line(
    agreement: Agreement, charge: Charge, quantity: Decimal, period: Period, whole: Period, locked: Mapping[str, str]
) -> Line:
    """A charge for a period, pro rata by day where that is only the end of a whole one."""
    price = _locked_price(charge, locked)
    rated = rate(
        charge.price(),
        counted(charge, quantity),
        proration=Proration(whole, period.start) if period != whole else None,
        unit_price_override=price,
    )
    rules = [charge.rule] + ([agreement.rules.get("first_period", "")] if period != whole else [])
    return rated_line(agreement, charge, "period", rated, period, rules, locked=price is not None)


def _locked_price(charge: Charge, locked: Mapping[str, str]) -> Decimal | None:
    price = locked.get(charge.code)
    return None if price is None else Decimal(price)


def rise_line(
    agreement: Agreement,
    charge: Charge,
    billed: Decimal,
    added: Decimal,
    rest: Period,
    proration: Proration | None,
    locked: Mapping[str, str],
) -> Line:
    """So many more of what a charge counts, for the rest of its period (X8)."""
    rules, price = [agreement.rules.get("rise", charge.rule)], _locked_price(charge, locked)
    billed, added = counted(charge, billed), counted(charge, added)
    if price is not None and _is_bare(charge.price()):
        rated = rate(charge.price(), added, proration=proration, unit_price_override=price)
        return rated_line(agreement, charge, "rise", rated, rest, rules, locked=True)
    return _difference_line(agreement, charge, billed, added, rest, proration, rules, price)


def _is_bare(price: Pricing) -> bool:
    """Whether added units can be priced alone.

    Included units, bounds, packages and flat fees hold for the whole term: no rise gives or charges them anew.
    """
    flat_fees = isinstance(price, Volume) and any(tier.flat_fee for tier in price.tiers)
    return price.adjustments == Adjustments() and package_size_of(price) is None and not flat_fees


def _difference_line(
    agreement: Agreement,
    charge: Charge,
    billed: Decimal,
    added: Decimal,
    rest: Period,
    proration: Proration | None,
    rules: list[str],
    price: Decimal | None,
) -> Line:
    """Where added units cannot be priced alone (graduated, stairs, included units): the whole after the rise less the
    whole before it, never less than 0. Graduated, 90 → 120, 5.000 up to 100 and 4.000 above: 50.000 + 80.000."""
    after = rate(charge.price(), billed + added, unit_price_override=price)
    before = rate(charge.price(), billed, unit_price_override=price)
    share = proration.share if proration else Fraction(1)
    exact = max(Fraction(0), (after.exact - before.exact) * share)

    def at_price(other: Decimal) -> Fraction:
        """A price for the whole period costs no more for more of it."""
        if not _has_unit_price(charge.price()):
            return Fraction(0)
        higher = rate(charge.price(), billed + added, unit_price_override=other)
        lower = rate(charge.price(), billed, unit_price_override=other)
        return max(Fraction(0), (higher.exact - lower.exact) * share)

    listed = Listed(charge, rest, exact, share, at_price, addition=True)
    amount, reductions = discounts.reduce(agreement.discounts, listed)
    days = f" × {proration.days}/{proration.of_days}" if proration else ""
    explanation = explained(agreement, charge, after, rules + rules_of(reductions), rest) | {
        "formula": formula_of(f"({after.formula} − {before.formula}){days}", reductions, amount),
        "quantity": plain(added),
        "locked_price": price is not None,
        **discounts.explained(reductions, round_half_up(exact)),
    }
    words = described(agreement, charge, rest, added=added)
    return Line(charge.code, "rise", rest, added, Decimal(amount) / added, amount, words, explanation)


def rated_line(
    agreement: Agreement, charge: Charge, kind: str, rated: Rated, period: Period, rules: list[str], *, locked: bool
) -> Line:
    """A priced charge as a line that explains itself."""
    per_unit = rated.unit_price is not None
    amount, reductions = discounts.reduce(agreement.discounts, listed_of(charge, rated, period, kind == "rise"))
    explanation = explained(agreement, charge, rated, rules + rules_of(reductions), period) | {
        "formula": formula_of(rated.formula, reductions, amount),
        "locked_price": locked,
        **discounts.explained(reductions, rated.amount),
    }
    if locked and not _tier_gave_price(charge, kind, rated):
        explanation |= {"tier": None, "tier_name": None}
    return Line(
        charge=charge.code,
        kind=kind,
        period=period,
        quantity=rated.quantity if per_unit else Decimal(1),
        unit_price=rated.unit_price if rated.unit_price is not None else Decimal(round_half_up(_list_price(rated))),
        amount=amount,
        description=described(agreement, charge, period, added=rated.quantity if kind == "rise" else None),
        explanation=explanation,
    )


def listed_of(charge: Charge, rated: Rated, period: Period, addition: bool = False) -> Listed:
    """A rated charge before any offer."""
    share = rated.proration.share if rated.proration else Fraction(1)

    def at_price(other: Decimal) -> Fraction:
        if not _has_unit_price(charge.price()):
            return Fraction(other) * share
        rerated = rate(charge.price(), rated.quantity, proration=rated.proration, unit_price_override=other)
        return rerated.exact

    return Listed(charge, period, rated.exact, share, at_price, addition)


def _has_unit_price(price: Pricing) -> bool:
    return isinstance(price, (PerUnit, Volume))


def price_within(
    agreement: Agreement, quantity: Decimal, period: Period, locked: Mapping[str, str]
) -> tuple[int, tuple[Reduction, ...]]:
    """One whole period at the offers that hold in these days, in rupiah, and what they take off; `price_of` is before."""
    rated = [(charge, agreement.rate_charge(charge, quantity, locked)) for charge in agreement.main]
    made = [discounts.reduce(agreement.discounts, listed_of(charge, item, period)) for charge, item in rated]
    return sum(amount for amount, _ in made), tuple(item for _, found in made for item in found)


def shown_whole(agreement: Agreement, period: Period, whole: Period) -> Agreement:
    """For showing the price of the whole period that a shortened one is the end of: what holds from its first day holds
    for the days before it, too."""
    if period.start == whole.start or not agreement.discounts:
        return agreement
    shown = (
        item.model_copy(update={"from_": whole.start}) if item.from_ == period.start else item
        for item in agreement.discounts
    )
    return agreement.model_copy(update={"discounts": tuple(shown)})


def begun(agreement: Agreement, starts_on: date, anchor_day: int) -> Agreement:
    """The agreement with the days of its offers, which begin when billing does; those that have begun stay."""
    if all(item.from_ is not None for item in agreement.discounts):
        return agreement
    anchor = agreement.anchor.day(anchor_day)
    period = period_on(agreement, starts_on, anchor_day, starts_on)
    whole = whole_period_of(period, anchor, agreement.interval_months)
    counted_from = period.start if period == whole else period.end
    dated = (item.begun(starts_on, counted_from, anchor, agreement.interval_months) for item in agreement.discounts)
    return agreement.model_copy(update={"discounts": tuple(dated)})


def _tier_gave_price(charge: Charge, kind: str, rated: Rated) -> bool:
    """A locked price stems from the tier it was locked in, not from that of the 25 added or of a quantity grown since."""
    return kind == "period" and rate(charge.price(), rated.quantity).unit_price == rated.unit_price


def _list_price(rated: Rated) -> Fraction:
    """The price before proration."""
    return rated.exact / rated.proration.share if rated.proration and rated.proration.share else rated.exact
