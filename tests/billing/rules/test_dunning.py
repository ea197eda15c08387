"""X6, X7, K3, K6: due dates, fees, suspension and reminders, as tables."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.rules import dunning
from billing.rules.dunning import Announced
from plans.rules.catalogue import Due, PaymentTerms, Reminder, Suspend
from tests.billing.rules.agreements import complex_of, school

XCLASS = school().terms
MONTHLY = complex_of().terms
NET_30 = complex_of(terms="net-30").terms
D = date


@pytest.mark.parametrize(
    ("terms", "issued", "regular", "due", "suspended"),
    [
        # X7: day 16, grace 14 days, suspended on day 30
        (XCLASS, D(2025, 3, 1), D(2025, 3, 1), D(2025, 3, 17), D(2025, 3, 31)),
        (XCLASS, D(2026, 3, 1), D(2026, 3, 1), D(2026, 3, 17), D(2026, 3, 31)),
        (XCLASS, D(2025, 9, 1), None, D(2025, 9, 17), D(2025, 10, 1)),
        (XCLASS, D(2028, 2, 15), None, D(2028, 3, 2), D(2028, 3, 16)),
        # K3: issued on the 1st, due on the 15th, suspended 45 days after issue
        (MONTHLY, D(2026, 3, 1), D(2026, 3, 1), D(2026, 3, 15), D(2026, 4, 15)),
        (MONTHLY, D(2026, 2, 1), D(2026, 2, 1), D(2026, 2, 15), D(2026, 3, 18)),
        (MONTHLY, D(2028, 2, 1), D(2028, 2, 1), D(2028, 2, 15), D(2028, 3, 17)),
        # K3: a start in the middle of a month is due 14 days later
        (MONTHLY, D(2026, 2, 14), None, D(2026, 2, 28), D(2026, 3, 31)),
        # a late run is issued on another day than the regular one
        (MONTHLY, D(2026, 3, 2), D(2026, 3, 1), D(2026, 3, 16), D(2026, 4, 16)),
        (MONTHLY, D(2026, 3, 25), D(2026, 3, 1), D(2026, 4, 8), D(2026, 5, 9)),
        # K3, net 30: suspended on the 61st day after the due date
        (NET_30, D(2026, 3, 1), D(2026, 3, 1), D(2026, 3, 31), D(2026, 5, 31)),
        (NET_30, D(2026, 2, 1), D(2026, 2, 1), D(2026, 3, 3), D(2026, 5, 3)),
    ],
)
def test_due_and_suspension_follow_from_the_terms(
    terms: PaymentTerms, issued: date, regular: date | None, due: date, suspended: date
) -> None:
    """X7, K3."""
    assert dunning.due_on(terms, issued, regular) == due
    assert dunning.suspend_on(terms, issued, due) == suspended


def test_net_30_closes_on_the_sixty_first_day_after_the_due_date() -> None:
    """K3: counted, not read off."""
    due = dunning.due_on(NET_30, D(2026, 3, 1), D(2026, 3, 1))
    closes = dunning.suspend_on(NET_30, D(2026, 3, 1), due)
    assert closes is not None
    assert (closes - due).days == 61


def test_nobody_is_suspended_before_an_invoice_is_overdue() -> None:
    """X7: whatever the catalogue says, access stays through the due date."""
    odd = changed_terms(XCLASS, due=Due(days=40), suspend=Suspend(days_after_issue=30))
    assert dunning.due_on(odd, D(2025, 3, 1)) == D(2025, 4, 10)
    assert dunning.suspend_on(odd, D(2025, 3, 1), D(2025, 4, 10)) == D(2025, 4, 11)


def test_terms_without_suspension_close_nothing() -> None:
    """X7 is data: a product may never suspend."""
    assert dunning.suspend_on(changed_terms(XCLASS, suspend=None), D(2025, 3, 1), D(2025, 3, 17)) is None


def changed_terms(terms: PaymentTerms, **changes: object) -> PaymentTerms:
    return terms.model_copy(update=changes)


@pytest.mark.parametrize(
    ("due", "days"),
    [
        (D(2026, 3, 15), [D(2026, 3, 16), D(2026, 4, 16), D(2026, 5, 16), D(2026, 6, 16)]),
        (D(2026, 2, 28), [D(2026, 3, 1), D(2026, 4, 1), D(2026, 5, 1), D(2026, 6, 1)]),
        (D(2026, 1, 30), [D(2026, 1, 31), D(2026, 2, 28), D(2026, 3, 31), D(2026, 4, 30)]),
        (D(2028, 1, 28), [D(2028, 1, 29), D(2028, 2, 29), D(2028, 3, 29), D(2028, 4, 29)]),
        (D(2026, 12, 31), [D(2027, 1, 1), D(2027, 2, 1), D(2027, 3, 1), D(2027, 4, 1)]),
    ],
)
def test_a_fee_falls_on_the_day_after_the_due_date_and_monthly_from_there(due: date, days: list[date]) -> None:
    """K3: and it returns to its own day after a short month."""
    assert [dunning.fee_day(due, nth) for nth in range(4)] == days
    assert dunning.next_fee_day(due, None) == days[0]
    assert [dunning.next_fee_day(due, day) for day in days[:3]] == days[1:]
    assert dunning.next_fee_day(due, days[1] - timedelta(days=1)) == days[1]


@pytest.mark.parametrize(
    ("principal", "fee"), [(600_000, 60_000), (300_000, 30_000), (5, 1), (4, 0), (15, 2), (0, 0), (250_005, 25_001)]
)
def test_the_fee_is_ten_percent_of_what_is_unpaid_rounded_half_up(principal: int, fee: int) -> None:
    """K3: 10 % of 600.000 is 60.000."""
    assert dunning.late_fee(Decimal(10), principal) == fee


# --- reminders -----------------------------------------------------------------------------------------------------


def test_a_trial_is_announced_seven_three_and_one_day_before_it_ends() -> None:
    """X6: 7 days before 1 March 2025 is 22 February."""
    said = list(dunning.before("trial_end", "trial", D(2025, 3, 1), school().reminders.trial_end))
    assert [(item.on, item.days, item.channels) for item in said] == [
        (D(2025, 2, 22), 7, ("email", "in_app")),
        (D(2025, 2, 26), 3, ("email", "sms")),
        (D(2025, 2, 28), 1, ("email", "call")),
    ]


def test_a_complex_is_told_three_days_before_its_trial_ends() -> None:
    """K6."""
    said = list(dunning.before("trial_end", "trial", D(2026, 3, 1), complex_of().reminders.trial_end))
    assert [(item.on, item.days) for item in said] == [(D(2026, 2, 26), 3)]


def test_the_grace_period_has_an_email_every_day_between_due_date_and_suspension() -> None:
    """X6: due 17 March, suspended 31 March: 18 to 30 March, thirteen of them."""
    said = list(dunning.after_due(school().reminders, "N", D(2025, 3, 17), D(2025, 3, 31)))
    assert [item.on for item in said] == [D(2025, 3, day) for day in range(18, 31)]
    assert [item.days for item in said] == list(range(-1, -14, -1))
    assert {item.channels for item in said} == {("email",)}


def test_nothing_is_said_after_the_due_date_where_the_plan_says_nothing() -> None:
    """X6 is data."""
    quiet = school().reminders.model_copy(update={"overdue": None})
    assert list(dunning.after_due(quiet, "N", D(2025, 3, 17), D(2025, 3, 31))) == []


def test_a_catch_up_says_only_the_latest_of_each_matter() -> None:
    """X6: a job that did not run for ten days sends no ten mails."""
    planned = [
        *dunning.before("due", "A", D(2025, 3, 17), school().reminders.due),
        *dunning.after_due(school().reminders, "A", D(2025, 3, 17), D(2025, 3, 31)),
        *dunning.before("due", "B", D(2025, 3, 27), school().reminders.due),
    ]
    said = dunning.to_say(planned, D(2025, 3, 9), D(2025, 3, 22))
    assert [(item.ref, item.on, item.days) for item in said] == [("B", D(2025, 3, 20), 7), ("A", D(2025, 3, 22), -5)]


def test_what_was_worked_off_is_not_said_again() -> None:
    """X6: running twice on a day says nothing the second time."""
    planned = list(dunning.before("due", "A", D(2025, 3, 17), school().reminders.due))
    assert [item.days for item in dunning.to_say(planned, D(2025, 3, 9), D(2025, 3, 10))] == [7]
    assert dunning.to_say(planned, D(2025, 3, 10), D(2025, 3, 10)) == []
    assert dunning.to_say(planned, D(2025, 3, 10), D(2025, 3, 13)) == []


def test_the_next_day_to_speak_is_the_next_planned_one() -> None:
    """X6."""
    planned = list(dunning.before("due", "A", D(2025, 3, 17), school().reminders.due))
    days = [D(2025, 3, 1), D(2025, 3, 10), D(2025, 3, 14), D(2025, 3, 16)]
    expected = [D(2025, 3, 10), D(2025, 3, 14), D(2025, 3, 16), None]
    assert [dunning.next_day(planned, day) for day in days] == expected


def test_a_message_is_told_apart_by_matter_day_and_channel() -> None:
    """X6: the key that makes a message happen once."""
    one = Announced(D(2025, 3, 10), "due", "A", D(2025, 3, 17), 7, ("email", "in_app"))
    keys = {one.key(channel) for channel in one.channels}
    (other,) = dunning.before("due", "B", D(2025, 3, 17), [Reminder(days=7, channels=("email",))])
    assert len(keys | {other.key("email")}) == 3


def test_terms_of_both_products_end_a_suspension_after_ninety_days() -> None:
    """Choices that hold for every product: notice 30 and 7 days before."""
    for terms in (XCLASS, MONTHLY, NET_30):
        assert (terms.end_after_suspended_days, terms.end_notices) == (90, (30, 7))
