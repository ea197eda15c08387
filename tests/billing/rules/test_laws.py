"""Laws that hold for any quantity, day and amount (X3, X8, X9, K3); the search is bounded and always the same."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules import dunning
from billing.rules.drafting import draft_period, draft_rise, first_period, period_on
from billing.rules.lifecycle import Status
from billing.rules.seats import BILLS_NOW, Decision, Outcome, Standing, decide
from plans.rules.money import round_half_up
from plans.rules.periods import Period, whole_period_of
from tests.billing.rules.agreements import complex_of, school

settings.register_profile("laws", max_examples=150, deadline=None, derandomize=True, database=None)
LAWS = settings.get_profile("laws")

COUNTS = st.integers(0, 3000)
DAYS = st.integers(0, 365 * 6).map(lambda offset: date(2025, 1, 1) + timedelta(days=offset))
BOOKS = st.sampled_from([2025, 2026, 2027, 2028])
STATUSES = st.sampled_from(list(Status))


def standing(status: Status, billed: int, paid: bool) -> Standing:
    return Standing(status, Decimal(billed), paid, date(2025, 3, 1), date(2026, 3, 1), {"students": "5000"})


@LAWS
@given(STATUSES, COUNTS, COUNTS, st.booleans())
def test_a_fall_is_never_billed(status: Status, billed: int, fall: int, paid: bool) -> None:
    """X8: a fall bills nothing and refunds nothing, in any state, unless the school was free before."""
    count = max(0, billed - fall)
    decision = decide(school(), standing(status, billed, paid), Decimal(count))
    if status is not Status.FREE:
        assert decision.outcome not in BILLS_NOW
        assert decision.added == 0


@LAWS
@given(STATUSES, COUNTS, COUNTS, st.booleans())
def test_what_is_billed_is_exactly_the_rise(status: Status, billed: int, count: int, paid: bool) -> None:
    """X8: from the last billed count to the reported one; a new term bills all."""
    decision = decide(school(), standing(status, billed, paid), Decimal(count))
    if decision.outcome in {Outcome.PRO_RATA, Outcome.IN_FULL}:
        assert decision.added == count - billed > 0
    elif decision.outcome is Outcome.NEW_TERM:
        assert decision.added == count >= 50
    else:
        assert decision.added == 0
    if count < 50:
        assert decision.outcome in {Outcome.FREE_NOW, Outcome.FREE_AT_RENEWAL, Outcome.RECORDED}


@LAWS
@given(COUNTS, COUNTS, COUNTS)
def test_more_students_never_cost_less_within_a_term(billed: int, one: int, other: int) -> None:
    """X8: of two rises on the same day the larger is not cheaper."""
    year = Period(date(2025, 3, 1), date(2026, 3, 1))

    def cost(count: int) -> int:
        decision = decide(school(), standing(Status.ACTIVE, billed, True), Decimal(count))
        if decision.outcome not in BILLS_NOW:
            return 0
        return draft_rise(school(), decision, Decimal(billed), year, date(2025, 9, 1), {"students": "5000"}).total

    low, high = sorted((one, other))
    assert 0 <= cost(low) <= cost(high)


@LAWS
@given(COUNTS, BOOKS, DAYS)
def test_no_period_costs_less_than_nothing_and_a_whole_one_costs_the_list_price(
    count: int, year: int, starts: date
) -> None:
    """X1, X2."""
    agreement, quantity = school(count, year), Decimal(count)
    period = first_period(agreement, starts, starts.day)
    draft = draft_period(agreement, quantity, period, starts.day, starts, agreement.lock(quantity))
    assert draft.total == agreement.price_of(quantity) >= 0
    assert draft.issued_on <= draft.due_on
    assert draft.suspend_on is not None
    assert draft.due_on < draft.suspend_on


@LAWS
@given(COUNTS, DAYS)
def test_a_first_month_costs_its_share_of_days_and_never_more_than_a_whole_one(units: int, starts: date) -> None:
    """K3: pro rata by actual days."""
    agreement, quantity = complex_of(), Decimal(units)
    period = first_period(agreement, starts, starts.day)
    whole = whole_period_of(period, 1, 1)
    draft = draft_period(agreement, quantity, period, starts.day, starts, {})
    price = agreement.price_of(quantity)
    assert draft.total == round_half_up(Fraction(price) * period.days / whole.days)
    assert 0 <= draft.total <= price


@LAWS
@given(COUNTS, st.integers(2, 31))
def test_the_two_halves_of_a_month_sum_to_the_month(units: int, cut: int) -> None:
    """Proration: [1st, cut) and [cut, 1st) are one month, give or take the rupiah that rounding each may move."""
    agreement, quantity = complex_of(), Decimal(units)
    price, month = agreement.price_of(quantity), Period(date(2026, 3, 1), date(2026, 4, 1))
    rest = draft_period(agreement, quantity, Period(date(2026, 3, cut), month.end), 1, month.start, {}).total
    before = round_half_up(Fraction(price) * (cut - 1) / month.days)
    assert abs(rest + before - price) <= 1


@LAWS
@given(st.lists(st.integers(20, 400), min_size=1, max_size=6))
def test_rises_on_the_first_day_cost_what_the_whole_would_have_cost(steps: list[int]) -> None:
    """X8: 100 → 130 → 180 on the first day is 80 × 5.000, in however many steps."""
    agreement, year, billed, total = school(), Period(date(2025, 3, 1), date(2026, 3, 1)), Decimal(100), 0
    for step in steps:
        decision = decide(agreement, standing(Status.ACTIVE, int(billed), True), billed + step)
        assert decision.outcome in BILLS_NOW
        total += draft_rise(agreement, decision, billed, year, year.start, {"students": "5000"}).total
        billed += step
    assert total == 5_000 * sum(steps)


@LAWS
@given(st.integers(1, 2000), DAYS)
def test_a_later_rise_is_never_dearer(added: int, on: date) -> None:
    """X8: pro rata falls day by day, from the whole price on the first day."""
    year = Period(date(2025, 1, 1), date(2032, 1, 1))
    decision = Decision(Outcome.PRO_RATA, Decimal(added))
    locked = {"students": "5000"}
    today = draft_rise(school(), decision, Decimal(100), year, on, locked).total
    tomorrow = draft_rise(school(), decision, Decimal(100), year, on + timedelta(days=1), locked).total
    assert 0 <= tomorrow <= today <= 5_000 * added


@LAWS
@given(DAYS, st.integers(1, 31), st.sampled_from([1, 3, 6, 12]), st.integers(0, 60))
def test_periods_follow_one_another_without_gap_or_overlap(starts: date, anchor: int, months: int, ahead: int) -> None:
    """Periods are half-open; any day falls into exactly one, and the next begins where it ends."""
    agreement = school().model_copy(update={"interval_months": months})
    day = starts + timedelta(days=31 * ahead)
    period = period_on(agreement, starts, anchor, day)
    assert day in period
    following = period_on(agreement, starts, anchor, period.end)
    assert following.start == period.end
    assert period_on(agreement, starts, anchor, period.end - timedelta(days=1)) == period


@LAWS
@given(DAYS, st.integers(0, 40))
def test_fee_days_are_a_month_apart_and_never_repeat(due: date, nth: int) -> None:
    """K3."""
    one, other = dunning.fee_day(due, nth), dunning.fee_day(due, nth + 1)
    assert due < one < other
    assert 28 <= (other - one).days <= 31
    assert dunning.next_fee_day(due, one) == other


@LAWS
@given(DAYS, DAYS, st.integers(0, 60), st.integers(0, 60))
def test_catching_up_says_what_daily_runs_would_have_left_as_the_last_word(
    due: date, start: date, gap: int, before: int
) -> None:
    """X6: after any gap each matter is told once, with the latest thing that was planned."""
    through = due - timedelta(days=before)
    today = through + timedelta(days=gap)
    planned = [
        *dunning.before("due", "A", due, school().reminders.due),
        *dunning.after_due(school().reminders, "A", due, due + timedelta(days=14)),
    ]
    caught_up = dunning.to_say(planned, through, today)
    daily = [
        item
        for offset in range(1, gap + 1)
        for item in dunning.to_say(planned, through + timedelta(days=offset - 1), through + timedelta(days=offset))
    ]
    assert len(caught_up) <= 1
    assert caught_up == daily[-1:]
