"""Changes of plan and interval: what one is, when it holds, and what is billed for it (C11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from billing.rules import dunning
from billing.rules.agreement import Agreement
from billing.rules.discounts import explained
from billing.rules.drafting import Draft, Line, price_within
from billing.rules.lifecycle import Status
from plans.rules.catalogue import Anchor, Discount, SeatRules, Text
from plans.rules.money import format_number, format_rupiah, round_half_up
from plans.rules.parts import Part
from plans.rules.periods import Period
from plans.rules.plan_changes import ChangeBilling, ChangeKind, ChangeRule, ChangeRules, ChangeWhen
from plans.rules.spelling import spell_period

LINE_KIND, CHARGE = "change", "plan-change"


class Outcome(StrEnum):
    """What becomes of a wanted change."""

    UNCHANGED = "unchanged"  # it is so already, or scheduled already
    KEPT = "kept"  # it is so already, and the change that was scheduled is dropped
    TRIAL = "trial"  # holds at once; nothing is billed before the trial's end
    NOW = "now"  # holds at once, billed as the catalogue says
    NEW_TERM = "new_term"  # from a plan that costs nothing: a new term begins today
    PERIOD_END = "period_end"  # holds from the next period on


class Refusal(StrEnum):
    """Why a change is not possible now."""

    QUANTITY_DECIDES = "quantity_decides"
    NOT_OFFERED = "change_not_offered"
    PAY_FIRST = "pay_first"
    KEEP_FIRST = "take_cancellation_back_first"
    RESUME_FIRST = "resume_first"
    RENEWED = "renewed_early"
    BEHIND = "billing_behind"


WRITES = frozenset({Outcome.KEPT, Outcome.TRIAL, Outcome.NOW, Outcome.NEW_TERM, Outcome.PERIOD_END})
_EVERY = {1: ("per bulan", "by the month"), 12: ("per tahun", "by the year")}
PAYING = frozenset({Status.ACTIVE, Status.PAST_DUE, Status.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Place:
    """A plan, and every how many months it is billed."""

    plan: str
    interval_months: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What a verdict needs to know of a subscription.

    `overdue`: something should have been paid before today. `behind`: today's billing has not been done yet. `scheduled`:
    where a change that was asked for earlier leads to. `renewed`: the next term was billed ahead (X4).
    """

    status: Status
    cancelling: bool = False
    overdue: bool = False
    behind: bool = False
    scheduled: Place | None = None
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, or why not. `kind` and `rule` are what the catalogue declares the change to be."""

    outcome: Outcome | None
    refusal: Refusal | None = None
    kind: ChangeKind | None = None
    rule: ChangeRule | None = None


def judge(rules: ChangeRules, old: Place, new: Place, situation: Situation, *, free: bool = False) -> Verdict:
    """Judge a wanted change; `free`: the wanted plan costs nothing.

    C11: starter → growth is an upgrade, at once, pro rata; growth → starter a downgrade, from the next period on. A change
    of plan and interval together waits for the next period, because another interval begins with one.
    """
    if new == old:
        return Verdict(Outcome.UNCHANGED if situation.scheduled is None else Outcome.KEPT)
    if new == situation.scheduled:
        return Verdict(Outcome.UNCHANGED)
    refusal = hindrance(situation)
    if refusal is not None:
        return Verdict(None, refusal)
    declared = _declared(rules, old, new)
    if declared is None:
        return Verdict(None, Refusal.NOT_OFFERED)
    kind, rule = declared
    return Verdict(_outcome(rule, old, new, situation.status, free), None, kind, rule)


def hindrance(situation: Situation) -> Refusal | None:
    """What stands in the way of any change: money that is overdue, an end that is scheduled, billing that is not done."""
    if situation.status in {Status.PAST_DUE, Status.SUSPENDED}:
        return Refusal.PAY_FIRST
    if situation.status is Status.PAUSED:
        return Refusal.RESUME_FIRST
    if situation.cancelling:
        return Refusal.KEEP_FIRST
    if situation.overdue and situation.status in PAYING:
        return Refusal.PAY_FIRST
    if situation.renewed:
        return Refusal.RENEWED
    return Refusal.BEHIND if situation.behind else None


def judge_contract(old: Place, new: Place, situation: Situation, rule: ChangeRule) -> Verdict:
    """Judge going onto a plan sold by contract, or to another price there: staff say when it holds, and whatever stands in the
    way of any other change stands in its way, too (C1)."""
    refusal = hindrance(situation)
    if refusal is not None:
        return Verdict(None, refusal)
    return Verdict(_outcome(rule, old, new, situation.status, free=False), None, ChangeKind.SWITCH, rule)


def _declared(rules: ChangeRules, old: Place, new: Place) -> tuple[ChangeKind, ChangeRule] | None:
    """The kind and its rule; of a change of plan and interval both must be offered, and the plan's kind names it."""
    kinds: list[ChangeKind | None] = []
    if new.plan != old.plan:
        kinds.append(rules.kind_between(old.plan, new.plan))
    if new.interval_months != old.interval_months:
        longer = new.interval_months > old.interval_months
        kinds.append(ChangeKind.LONGER if longer else ChangeKind.SHORTER)
    found = [(kind, rules.rule_of(kind)) for kind in kinds if kind is not None]
    offered = [(kind, rule) for kind, rule in found if rule is not None]
    return offered[0] if offered and len(offered) == len(kinds) else None


def _outcome(rule: ChangeRule, old: Place, new: Place, status: Status, free: bool) -> Outcome:
    if status is Status.TRIALING:
        return Outcome.TRIAL
    if status is Status.FREE:
        return Outcome.NOW if free else Outcome.NEW_TERM
    waits = rule.when is ChangeWhen.PERIOD_END or new.interval_months != old.interval_months
    return Outcome.PERIOD_END if waits else Outcome.NOW


# --- the agreement after a change ------------------------------------------------------------------------------------


def moved(old: Agreement, new: Agreement) -> Agreement:
    """The agreement on another plan: its price, plan and interval, and whatever of the old one holds for every plan.

    Offers go along with their days where they are for the new plan, too; the others are lost. Payment terms stay where the
    new plan allows them (a complex on net 30 keeps net 30), else its own hold.
    """
    same_interval = old.interval_months == new.interval_months
    new = carried(old, new)
    allowed = {code for plan in new.plans for code in (plan.terms, *plan.other_terms)}
    return new.model_copy(
        update={
            "anchor": old.anchor if same_interval else new.anchor,
            "at_renewal": new.plans[0].at_renewal or old.at_renewal,
            "lock_price_within_term": old.lock_price_within_term,
            "seats": _seats(old, new),
            "terms": old.terms if old.terms.code in allowed else new.terms,
            "rules": old.rules,
        }
    )


def _seats(old: Agreement, new: Agreement) -> SeatRules:
    """How changes of quantity are billed: as agreed, unless one of the plans has rules of its own (X8, K4)."""
    own = any(plan.seats is not None for plan in (*old.plans, *new.plans))
    return new.seats if own else old.seats


def carried(old: Agreement, new: Agreement) -> Agreement:
    """The new agreement with the offers of the old one that are for it, too, and their days."""
    kept = tuple(item for item in old.discounts if _goes_along(item.discount, new))
    return new if kept == new.discounts else new.model_copy(update={"discounts": kept})


def _goes_along(discount: Discount, new: Agreement) -> bool:
    return any(discount.is_for_plan(plan.code, new.interval_months) for plan in new.plans)


def anchor_day(old: Agreement, new: Agreement, day: int, on: date) -> int:
    """The day of the month that periods return to after a change on a day.

    From calendar months (anchored on the 1st whatever `day` says) to a year: that of the change. Else the old one: an
    anchor on the 31st returns to it.
    """
    return on.day if old.anchor is not Anchor.ANNIVERSARY and new.anchor is Anchor.ANNIVERSARY else day


def named(agreement: Agreement, other: Agreement, quantity: Decimal) -> Text:
    """The plan's name, with its interval where that is what differs: "Growth", "Growth per tahun"."""
    name, months = agreement.plan_for(quantity).name, agreement.interval_months
    if months == other.interval_months:
        return name
    if months in _EVERY:
        every = _EVERY[months]
        return Text(id=f"{name.id} {every[0]}", en=f"{name.en} {every[1]}")
    return Text(id=f"{name.id} per {months} bulan", en=f"{name.en} every {months} months")


# --- what is billed within a period ----------------------------------------------------------------------------------


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
