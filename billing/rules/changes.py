"""What a change of plan within a running period costs: one net line, and what the changes of a period add up to (C11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.rules import dunning
from billing.rules.agreement import Agreement
from billing.rules.discounts import explained
from billing.rules.drafting import Draft, Line, price_within
from plans.rules.catalogue import Text
from plans.rules.money import format_number, format_rupiah, round_half_up
from plans.rules.parts import Part
from plans.rules.periods import Period
from plans.rules.plan_changes import ChangeBilling, ChangeRule
from plans.rules.spelling import spell_period

LINE_KIND, CHARGE = "change", "plan-change"


class Ledger(Part):
    """What the changes within one period have added up to.

    `owed` is rupiah × days: each change adds (new price − old price) × the days left; `billed` rupiah of it were invoiced.
    `since` is the day from which the plan holds, whatever the period.
    """

    period_from: date | None = None
    owed: int = 0
    billed: int = 0
    since: date | None = None

    def of_period(self, period: Period) -> "Ledger":
        """The same in its own period, and empty in another."""
        return self if self.period_from == period.start else Ledger(period_from=period.start, since=self.since)


@dataclass(frozen=True, slots=True)
class Switch:
    """A change on a day within a running period. Both prices are those of the `billed` quantity, `locked` the old ones.

    `whole` is the full period that a shortened first one is the end of; it is what days are divided by (K3).
    """

    old: Agreement
    new: Agreement
    billed: Decimal
    locked: Mapping[str, str]
    period: Period
    whole: Period
    on: date
    rule: ChangeRule

    @property
    def rest(self) -> Period:
        """The days the new plan holds, the day of the change included."""
        return Period(self.on, self.period.end)

    @property
    def prices(self) -> tuple[int, int]:
        """A whole period on the old and on the new plan at the offers of the days left, in rupiah."""
        new, _ = price_within(self.new, self.billed, self.rest, {})
        return price_within(self.old, self.billed, self.rest, self.locked)[0], new


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the detailed presentation: what for, and rupiah (negative for what is taken off)."""

    words: Text
    amount: int


@dataclass(frozen=True, slots=True)
class Net:
    """What a change costs now: one amount, never below 0; `shares` say the same as a credit and a charge, and sum to it."""

    amount: int
    formula: str
    shares: tuple[Share, ...]
    ledger: Ledger


def net_of(switch: Switch, ledger: Ledger) -> Net:
    """The difference for the days that are left, as one amount.

    C11: 499.000 → 999.000 on 15 June, 16 of 30 days left: 500.000 × 16/30 = 266.667. Measured from what the changes of the
    period owe together less what was billed for them, so that nothing is billed twice and roundings do not add up: up
    (266.667 billed), down again (below zero: nothing billed, nothing refunded), up again → only what is not yet paid.
    """
    before = ledger.of_period(switch.period)
    if switch.rule.billing is not ChangeBilling.PRO_RATA:
        return Net(0, "", (), before.model_copy(update={"since": switch.on}))
    old, new = switch.prices
    owed = before.owed + (new - old) * switch.rest.days
    exact = Fraction(owed, switch.whole.days) - before.billed
    amount = max(0, round_half_up(exact))
    carried = round_half_up(Fraction(before.owed, switch.whole.days) - before.billed)
    after = before.model_copy(update={"owed": owed, "billed": before.billed + amount, "since": switch.on})
    return Net(amount, _formula(switch, carried, amount), _shares(switch, carried, amount), after)


def _formula(switch: Switch, carried: int, amount: int) -> str:
    old, new = switch.prices
    text = f"({format_number(new)} − {format_number(old)}) × {switch.rest.days}/{switch.whole.days}"
    if carried:
        text = f"{text} {'−' if carried < 0 else '+'} {format_number(abs(carried))}"
    return f"{text} = {format_rupiah(amount)}"


def _shares(switch: Switch, carried: int, amount: int) -> tuple[Share, ...]:
    """The unused days of the old plan taken off, the days of the new one charged, and what makes both the net amount."""
    old, new = switch.prices
    days, part = switch.rest.days, Fraction(switch.rest.days, switch.whole.days)
    credit, left = -round_half_up(old * part), carried
    net = amount - credit - left  # the rounding of the net line is the charge's
    charge = round_half_up(new * part)
    if abs(net - charge) > 1:  # below zero, and nothing is refunded
        left, net = amount - credit - charge, charge
    names = [item.plans[0].name for item in (switch.old, switch.new)]
    shares = [
        Share(_of_days("Sisa {} {} hari", "{} left for {} days", names[0], days), credit),
        Share(_of_days("{} {} hari", "{} for {} days", names[1], days), net),
    ]
    if left:
        words = Text(id="Sudah ditagih pada masa ini", en="Billed in this period already")
        if left > 0:
            words = Text(id="Tidak dikembalikan", en="Not refunded")
        shares.append(Share(words, left))
    return tuple(shares)


def _of_days(text_id: str, text_en: str, name: Text, days: int) -> Text:
    return Text(id=text_id.format(name.id, days), en=text_en.format(name.en, days))


def draft_switch(switch: Switch, net: Net, issued_on: date) -> Draft | None:
    """The invoice of a change: one net line; None where nothing is to be billed."""
    if net.amount == 0:
        return None
    terms = switch.new.terms
    due = dunning.due_on(terms, issued_on)
    line = Line(
        charge=CHARGE,
        kind=LINE_KIND,
        period=switch.rest,
        quantity=Decimal(1),
        unit_price=Decimal(net.amount),
        amount=net.amount,
        description=_described(switch),
        explanation=_explained(switch, net),
    )
    return Draft((line,), issued_on, due, dunning.suspend_on(terms, issued_on, due), switch.rest)


def _described(switch: Switch) -> Text:
    old, new = switch.old.plans[0].name, switch.new.plans[0].name
    return Text(
        id=f"Ganti paket {old.id} ke {new.id}, {spell_period(switch.rest, 'id')}",
        en=f"Change of plan from {old.en} to {new.en}, {spell_period(switch.rest, 'en')}",
    )


def _explained(switch: Switch, net: Net) -> dict[str, object]:
    """What the customer can open: both prices, the days, the new one's offers, the same amount as a credit and a charge."""
    _, reductions = price_within(switch.new, switch.billed, switch.rest, {})
    return explained(reductions) | {
        "rules": [switch.rule.rule] if switch.rule.rule else [],
        "book": switch.new.book,
        "period": {"from": switch.rest.start.isoformat(), "to": switch.rest.end.isoformat()},
        "proration": {"days": switch.rest.days, "of": switch.whole.days},
        "shares": [{"words": share.words.model_dump(), "amount": share.amount} for share in net.shares],
        "formula": net.formula,
    }
