"""C11: what a change is, when it holds, what it costs; tables without a database."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules.agreement import Agreement
from billing.rules.change_verdicts import Outcome, Place, Refusal, Situation, judge
from billing.rules.changes import Ledger, Switch, draft_switch, net_of
from billing.rules.lifecycle import Status
from billing.rules.moved_agreements import anchor_day, moved
from plans.rules.catalogue import Charge
from plans.rules.money import round_half_up
from plans.rules.periods import Period
from plans.rules.plan_changes import ChangeKind, ChangeRules
from tests.billing.rules.agreements import complex_of
from tests.billing.rules.ladder import JUNE, NEXT_INVOICE, PRO_RATA, ladder, on_plan, switched, walk

STARTER, GROWTH, PRO = (Place(plan, 1) for plan in ("starter", "growth", "pro"))
YEARLY = Place("growth", 12)


def judged(old: Place, new: Place, status: Status = Status.ACTIVE, **situation: Any) -> Outcome | Refusal | None:
    verdict = judge(ladder().product.changes, old, new, Situation(status, **situation), free=new.plan == "free")
    return verdict.outcome or verdict.refusal


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("starter", "growth", ChangeKind.UPGRADE),
        ("starter", "pro", ChangeKind.UPGRADE),
        ("pro", "growth", ChangeKind.DOWNGRADE),
        ("growth", "free", ChangeKind.DOWNGRADE),
        ("growth", "platinum", None),
    ],
)
def test_up_and_down_is_what_the_catalogue_says(old: str, new: str, kind: ChangeKind | None) -> None:
    """C11."""
    assert ladder().product.changes.kind_between(old, new) is kind


def test_a_pair_comes_before_the_order_whatever_the_prices_are() -> None:
    """C11: declared the other way round it is a downgrade, though it costs more."""
    rules = ChangeRules.model_validate(
        {"order": ["starter", "growth"], "pairs": [{"from": "starter", "to": "growth", "kind": "downgrade"}]}
    )
    assert rules.kind_between("starter", "growth") is ChangeKind.DOWNGRADE
    assert rules.kind_between("growth", "starter") is ChangeKind.DOWNGRADE


@pytest.mark.parametrize(
    ("old", "new", "status", "outcome"),
    [
        (STARTER, GROWTH, Status.ACTIVE, Outcome.NOW),
        (GROWTH, STARTER, Status.ACTIVE, Outcome.PERIOD_END),
        (GROWTH, GROWTH, Status.ACTIVE, Outcome.UNCHANGED),
        (GROWTH, GROWTH, Status.SUSPENDED, Outcome.UNCHANGED),
        (GROWTH, YEARLY, Status.ACTIVE, Outcome.PERIOD_END),
        (YEARLY, GROWTH, Status.ACTIVE, Outcome.PERIOD_END),
        (STARTER, YEARLY, Status.ACTIVE, Outcome.PERIOD_END),
        (GROWTH, STARTER, Status.TRIALING, Outcome.TRIAL),
        (STARTER, YEARLY, Status.TRIALING, Outcome.TRIAL),
        (Place("free", 1), GROWTH, Status.FREE, Outcome.NEW_TERM),
        (STARTER, GROWTH, Status.PAST_DUE, Refusal.PAY_FIRST),
        (STARTER, GROWTH, Status.SUSPENDED, Refusal.PAY_FIRST),
        (GROWTH, Place("platinum", 1), Status.ACTIVE, Refusal.NOT_OFFERED),
    ],
)
def test_what_becomes_of_a_change(old: Place, new: Place, status: Status, outcome: Outcome | Refusal) -> None:
    """C11: an upgrade at once, a downgrade and another interval at the end of the period, a trial at once."""
    assert judged(old, new, status) is outcome


@pytest.mark.parametrize(
    ("situation", "refusal"),
    [("cancelling", Refusal.KEEP_FIRST), ("overdue", Refusal.PAY_FIRST), ("behind", Refusal.BEHIND)],
)
def test_what_stands_in_the_way(situation: str, refusal: Refusal) -> None:
    given: dict[str, Any] = {situation: True}
    assert judged(STARTER, GROWTH, Status.ACTIVE, **given) is refusal


def test_staying_drops_what_was_scheduled_and_the_same_wish_twice_changes_nothing() -> None:
    assert judged(GROWTH, GROWTH, scheduled=STARTER) is Outcome.KEPT
    assert judged(GROWTH, STARTER, scheduled=STARTER) is Outcome.UNCHANGED
    assert judged(GROWTH, PRO, scheduled=STARTER) is Outcome.NOW


# --- money -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "amounts"),
    [
        ([("growth", 1)], [300_000]),  # 30 of 30 days × 10.000
        ([("growth", 16)], [150_000]),  # the 16th belongs to the new plan: 15 days × 10.000
        ([("growth", 30)], [10_000]),
        ([("pro", 16)], [300_000]),  # 15 × 20.000
        ([("growth", 11), ("pro", 21)], [200_000, 100_000]),
        ([("growth", 11), ("pro", 11)], [200_000, 200_000]),  # twice on one day
        ([("growth", 16), ("starter", 16)], [150_000, 0]),  # back at once: nothing refunded
        ([("growth", 16), ("starter", 16), ("growth", 16)], [150_000, 0, 0]),  # and not billed twice
        ([("growth", 11), ("starter", 16), ("growth", 21)], [200_000, 0, 0]),
        # growth was paid to the end (200.000) and held for 5 days (50.000); pro 10 × 20.000 − the 150.000 not used
        ([("growth", 11), ("starter", 16), ("pro", 21)], [200_000, 0, 50_000]),
    ],
)
def test_a_change_costs_the_difference_for_the_days_left(steps: list[tuple[str, int]], amounts: list[int]) -> None:
    """C11: 30 days of June; a day on starter is 10.000, on growth 20.000, on pro 30.000."""
    assert [net.amount for net in walk(*steps)] == amounts


def test_the_next_invoice_bills_what_the_catalogue_leaves_to_it() -> None:
    """C11: `next_invoice` charges nothing for the days that are left."""
    assert [net.amount for net in walk(("growth", 11), ("pro", 21), rule=NEXT_INVOICE)] == [0, 0]


def test_a_shortened_first_period_is_divided_by_its_whole_one() -> None:
    """K3, C11: begun on 16 June, changed on 21 June: 10 of June's 30 days."""
    switch = switched("starter", "growth", 21, period=Period(date(2025, 6, 16), date(2025, 7, 1)))
    assert net_of(switch, Ledger()).amount == 100_000


def test_one_net_line_says_how_it_comes_about_and_the_same_as_credit_and_charge() -> None:
    """C11: the line is one; who opens it finds both presentations."""
    switch = switched("starter", "growth", 16)
    draft = draft_switch(switch, net_of(switch, Ledger()), date(2025, 6, 16))
    assert draft is not None
    (line,) = draft.lines
    assert line.description.id == "Ganti paket Starter ke Growth, 16 Juni 2025 – 30 Juni 2025"
    assert (line.quantity, line.amount, draft.due_on) == (Decimal(1), 150_000, date(2025, 6, 26))
    assert line.explanation["formula"] == "(600.000 − 300.000) × 15/30 = Rp 150.000"
    assert line.explanation["rules"] == ["C11"]
    assert line.explanation["shares"] == [
        {"words": {"id": "Sisa Starter 15 hari", "en": "Starter left for 15 days"}, "amount": -150_000},
        {"words": {"id": "Growth 15 hari", "en": "Growth for 15 days"}, "amount": 300_000},
    ]


def test_a_set_off_is_told() -> None:
    """C11: 10 days of pro for 200.000, less 150.000 of growth that was billed and not used."""
    net = walk(("growth", 11), ("starter", 16), ("pro", 21))[-1]
    assert net.formula == "(900.000 − 300.000) × 10/30 − 150.000 = Rp 50.000"
    assert [share.amount for share in net.shares] == [-100_000, 300_000, -150_000]
    down = walk(("growth", 11), ("starter", 16))[-1]
    assert [(share.words.id, share.amount) for share in down.shares] == [
        ("Sisa Growth 15 hari", -300_000),
        ("Starter 15 hari", 150_000),
        ("Tidak dikembalikan", 150_000),
    ]


def test_both_plans_are_priced_at_the_billed_count_and_only_the_old_one_at_its_locked_price() -> None:
    """X3, X8, C11: 20 units were billed, held at 8.000; on growth 20.000 each: (400.000 − 160.000) × 15/30."""
    old, new = (_per_unit(on_plan(plan), price) for plan, price in (("starter", "10000"), ("growth", "20000")))
    switch = Switch(old, new, Decimal(20), {"fee": "8000"}, JUNE, JUNE, date(2025, 6, 16), PRO_RATA)
    assert net_of(switch, Ledger()).amount == 120_000


def _per_unit(agreement: Agreement, price: str) -> Agreement:
    return _repriced(agreement, {"model": "per_unit", "unit_price": price}, "reported")


def _repriced(agreement: Agreement, pricing: dict[str, str], quantity: str = "one") -> Agreement:
    """Made anew: a copy would keep the price it was once read with."""
    charge = agreement.charges[0].model_dump() | {"pricing": pricing, "quantity": quantity}
    return agreement.model_copy(update={"charges": (Charge.model_validate(charge),)})


# --- what the new agreement keeps ------------------------------------------------------------------


def test_payment_terms_stay_where_the_new_plan_allows_them() -> None:
    on_net_30 = on_plan("starter", terms="net-30")
    assert moved(on_net_30, on_plan("growth")).terms.code == "net-30"
    assert moved(on_net_30, on_plan("pro")).terms.code == "ten-days"


def test_a_complex_keeps_its_policies_and_its_anchor_follows_the_interval() -> None:
    """K2, K3: months begin on the 1st; a year begins when it is changed to, and later years on its day."""
    monthly, yearly = complex_of(200), complex_of(200, months=12)
    assert moved(monthly, complex_of(200, plan="flat")).anchor == monthly.anchor
    assert moved(monthly, yearly).anchor == yearly.anchor
    assert anchor_day(monthly, yearly, 14, date(2026, 5, 1)) == 1
    assert anchor_day(yearly, monthly, 31, date(2026, 2, 28)) == 31
    assert anchor_day(on_plan("growth"), on_plan("growth", 12), 31, date(2026, 2, 28)) == 31


# --- laws ------------------------------------------------------------------------------------------

LAWS = settings(max_examples=300, deadline=None, derandomize=True, database=None)
PRICE = {"starter": 300_000, "growth": 600_000, "pro": 900_000}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(PRICE)), st.integers(1, 30)), max_size=8)


def in_order(steps: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """By day, each to another plan than the one before."""
    plan, found = "starter", []
    for new, day in sorted(steps, key=lambda step: step[1]):
        if new != plan:
            found.append((new, day))
            plan = new
    return found


def held(steps: list[tuple[str, int]], days: int = 30) -> Fraction:
    """The plan held on each day of June, at a thirtieth of its price."""
    plans = dict.fromkeys(range(1, days + 1), "starter")
    for new, day in steps:
        plans |= dict.fromkeys(range(day, days + 1), new)
    return sum((Fraction(PRICE[plan], 30) for plan in plans.values()), Fraction(0))


@LAWS
@given(STEPS)
def test_what_is_billed_is_each_day_s_plan_and_never_twice(wanted: list[tuple[str, int]]) -> None:
    """C11: the month's own 300.000 and all changes together are the dearest that the days have come to; of upgrades alone
    exactly the sum over the days."""
    steps = in_order(wanted)
    nets = walk(*steps)
    dearest = max(held(steps[:count]) for count in range(len(steps) + 1))
    assert 300_000 + sum(net.amount for net in nets) == round_half_up(dearest)
    if [step for step, _ in steps] == sorted((step for step, _ in steps), key=PRICE.__getitem__):
        assert round_half_up(held(steps)) == round_half_up(dearest)


@LAWS
@given(STEPS, st.integers(1, 97), st.integers(28, 366))
def test_no_amount_is_negative_and_shares_sum_to_it(wanted: list[tuple[str, int]], odd: int, days: int) -> None:
    """C11, whatever the prices and the length of the period; the roundings of many changes do not add up."""
    start = date(2025, 3, 1)
    period = Period(start, date.fromordinal(start.toordinal() + days))
    ledger, plan, billed = Ledger(), "starter", 0
    for new, day in in_order([(name, min(day, days)) for name, day in wanted]):
        old_price, new_price = (_priced(on_plan(name), PRICE[name] + odd * len(name)) for name in (plan, new))
        on = date.fromordinal(start.toordinal() + day - 1)
        net = net_of(Switch(old_price, new_price, Decimal(1), {}, period, period, on, PRO_RATA), ledger)
        assert net.amount >= 0
        assert sum(share.amount for share in net.shares) == net.amount
        ledger, plan, billed = net.ledger, new, billed + net.amount
        assert billed >= round_half_up(Fraction(ledger.owed, days))
    assert ledger.billed == billed


def _priced(agreement: Agreement, amount: int) -> Agreement:
    return _repriced(agreement, {"model": "flat", "amount": str(amount)})


def test_a_ledger_of_another_period_is_empty() -> None:
    ledger = walk(("growth", 16))[-1].ledger
    assert ledger.of_period(JUNE) == ledger
    july = ledger.of_period(Period(JUNE.end, date(2025, 8, 1)))
    assert (july.owed, july.billed, july.since) == (0, 0, date(2025, 6, 16))
