"""X8, X9, K4: every row of the documents on a change of quantity, as a table."""

from datetime import date
from decimal import Decimal

import pytest

from billing.rules import drafting
from billing.rules.lifecycle import Status
from billing.rules.seats import BILLS_NOW, Decision, Outcome, decide
from plans.rules.periods import Period
from tests.billing.rules.agreements import YEAR_FROM, YEAR_TO, complex_of, decided, school, standing, with_seats

YEAR = Period(YEAR_FROM, YEAR_TO)
SMALL, PART, FULL, NOTED = Outcome.BELOW_THRESHOLD, Outcome.PRO_RATA, Outcome.IN_FULL, Outcome.RECORDED

# billed, reported → outcome, units billed, rupiah on the first day, rupiah on 1 September (181 of 365 days left)
RISES = [
    # the table of the documents
    (100, 115, SMALL, 0, 0, 0),
    (100, 125, PART, 25, 125_000, 61_986),
    (499, 502, FULL, 3, 15_000, 15_000),
    (200, 250, PART, 50, 250_000, 123_973),
    # 100 → 115 → 130: measured from the last count billed
    (100, 130, PART, 30, 150_000, 74_384),
    # one below and one at the threshold
    (100, 119, SMALL, 0, 0, 0),
    (100, 120, PART, 20, 100_000, 49_589),
    (100, 100, NOTED, 0, 0, 0),
    (100, 101, SMALL, 0, 0, 0),
    # across the 500 line: in full at the locked price, however few
    (490, 600, FULL, 110, 550_000, 550_000),
    (500, 501, FULL, 1, 5_000, 5_000),
    (100, 600, FULL, 500, 2_500_000, 2_500_000),
    (490, 500, SMALL, 0, 0, 0),
    (480, 500, PART, 20, 100_000, 49_589),
    # above the line already: no second crossing
    (502, 505, SMALL, 0, 0, 0),
    (501, 520, SMALL, 0, 0, 0),
    (501, 521, PART, 20, 100_000, 49_589),
    # a fall bills nothing and refunds nothing
    (501, 500, NOTED, 0, 0, 0),
    (600, 490, NOTED, 0, 0, 0),
    (150, 60, NOTED, 0, 0, 0),
    (51, 50, NOTED, 0, 0, 0),
]


@pytest.mark.parametrize(("billed", "count", "outcome", "added", "at_once", "in_september"), RISES)
def test_a_rise_within_a_term_bills_what_the_documents_say(
    billed: int, count: int, outcome: Outcome, added: int, at_once: int, in_september: int
) -> None:
    """X8, price locked at 5.000."""
    agreement, locked = school(billed), {"students": "5000"}
    decision = decided(agreement, standing(billed), count)
    assert decision == Decision(outcome, Decimal(added))
    if decision.outcome not in BILLS_NOW:
        assert at_once == in_september == 0
        return
    for on, amount in ((date(2025, 3, 1), at_once), (date(2025, 9, 1), in_september)):
        draft = drafting.draft_rise(agreement, decision, Decimal(billed), YEAR, on, locked)
        assert (draft.total, draft.issued_on, draft.period) == (amount, on, Period(on, YEAR_TO))


def test_the_school_of_the_documents_falls_back_over_the_line_and_rises_again_for_nothing() -> None:
    """X8: 502 billed, falls to 490, rises to 505: 3 more than were billed, and no line is crossed."""
    agreement = school(499)
    assert decided(agreement, standing(502), 490).outcome is NOTED
    assert decided(agreement, standing(502), 505).outcome is SMALL
    assert decided(agreement, standing(502), 522) == Decision(PART, Decimal(20))


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED])
@pytest.mark.parametrize("paid", [True, False])
def test_a_rise_is_billed_whether_the_term_is_paid_or_awaits_payment(status: Status, paid: bool) -> None:
    """X8: "paid or awaiting payment"."""
    assert decided(school(), standing(100, status, paid=paid), 125) == Decision(PART, Decimal(25))


@pytest.mark.parametrize(("status", "count"), [(Status.TRIALING, 600), (Status.SUSPENDED, 600), (Status.ENDED, 600)])
def test_a_rise_on_trial_or_while_suspended_counts_at_the_next_invoice(status: Status, count: int) -> None:
    """X8; none is billed once suspended."""
    assert decided(school(), standing(100, status), count) == Decision(NOTED)


@pytest.mark.parametrize(
    ("count", "outcome", "rupiah"), [(49, NOTED, 0), (50, Outcome.NEW_TERM, 250_000), (51, Outcome.NEW_TERM, 255_000)]
)
def test_a_free_school_that_grows_starts_a_term_for_all_its_students(count: int, outcome: Outcome, rupiah: int) -> None:
    """X8: free → paid is a new term for all, in full: 45 → 51 costs 255.000."""
    agreement = school(45)
    decision = decided(agreement, standing(0, Status.FREE), count)
    assert decision.outcome is outcome
    if outcome is Outcome.NEW_TERM:
        assert decision.added == count
        assert agreement.price_of(Decimal(count)) == rupiah


@pytest.mark.parametrize("count", [0, 1, 48, 49])
@pytest.mark.parametrize(
    ("status", "paid", "outcome"),
    [
        (Status.TRIALING, False, Outcome.FREE_NOW),
        (Status.ACTIVE, False, Outcome.FREE_NOW),
        (Status.PAST_DUE, False, Outcome.FREE_NOW),
        (Status.SUSPENDED, False, Outcome.FREE_NOW),
        (Status.CANCELLED, False, Outcome.FREE_NOW),
        (Status.ACTIVE, True, Outcome.FREE_AT_RENEWAL),
        (Status.PAST_DUE, True, Outcome.FREE_AT_RENEWAL),
        (Status.SUSPENDED, True, Outcome.FREE_AT_RENEWAL),
        (Status.CANCELLED, True, Outcome.FREE_AT_RENEWAL),
        (Status.FREE, False, Outcome.RECORDED),
    ],
)
def test_fewer_than_fifty_is_free_now_or_at_renewal(count: int, status: Status, paid: bool, outcome: Outcome) -> None:
    """X9: a paid or partly paid term runs to its end first."""
    assert decided(school(), standing(100, status, paid=paid), count) == Decision(outcome)


def test_fifty_is_a_paid_school_and_forty_nine_is_not() -> None:
    """X1, X9: 49 ↔ 50."""
    agreement = school(50)
    assert not agreement.is_free(Decimal(50))
    assert agreement.is_free(Decimal(49))
    assert decided(agreement, standing(50, paid=False), 49).outcome is Outcome.FREE_NOW
    assert decided(agreement, standing(0, Status.FREE), 50).outcome is Outcome.NEW_TERM


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("count", [0, 99, 200, 501, 5000])
def test_a_complex_only_counts_its_units_at_the_invoice(status: Status, count: int) -> None:
    """K4: changes inside a month are not billed, whatever the state."""
    stands = standing(200, status)
    assert decide(complex_of(), stands, Decimal(count)) == Decision(NOTED)


def test_other_catalogues_have_other_thresholds_and_lines() -> None:
    """X8 is data: a rise of 5 is billed, and 50 and 100 are lines."""
    agreement = with_seats(school(), free_rise_below=Decimal(5), full_price_above=(Decimal(150), Decimal(300)))
    assert decided(agreement, standing(100), 104).outcome is SMALL
    assert decided(agreement, standing(100), 105).outcome is PART
    assert decided(agreement, standing(150), 151).outcome is FULL
    assert decided(agreement, standing(299), 301).outcome is FULL
    assert decided(agreement, standing(301), 500).outcome is PART


def test_without_a_running_period_nothing_is_billed_yet() -> None:
    """X8: between activation and the first invoice a report only counts."""
    stands = standing(0)
    nothing = type(stands)(Status.ACTIVE, Decimal(0), term_paid=False)
    assert decided(school(), nothing, 600) == Decision(NOTED)
