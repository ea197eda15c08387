"""Corners that once broke: each a story of its own."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from billing.models import Document, Subscription
from billing.services.corrections.credit_notes import issue_credit_note
from billing.services.payments.reversing import reverse_payment
from billing.services.subscriptions.life import cancel_subscription, keep_subscription
from plans.rules.catalogue import AtRenewal
from tenants.context import inside
from tenants.models import Event, Tenant
from tests.billing.lives import (
    books_balance,
    credit_of,
    fees,
    live_through,
    owes,
    pay,
    reminders,
    report,
    spans,
    standing,
)
from tests.conftest import make_tenant, told

PassDays = Callable[[Tenant, date, date], None]
D = date


def test_a_report_after_the_term_ended_but_before_billing_ran_counts_at_the_renewal(
    school: Tenant, pass_days: PassDays
) -> None:
    """X8: the job was late; the report of 5 March belongs to the new year, and must not fail."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2))
    pass_days(school, D(2025, 3, 3), D(2026, 2, 27))
    assert report(school, D(2026, 3, 5), 250) == "recorded"
    pass_days(school, D(2026, 3, 6), D(2026, 3, 6))
    assert spans(school) == [("2025-03-01", "2026-03-01", 750_000), ("2026-03-01", "2027-03-01", 1_250_000)]
    books_balance(school, D(2026, 3, 6))


def test_a_cancelled_school_that_shrinks_is_free_and_still_ends(school: Tenant, pass_days: PassDays) -> None:
    """X9: nothing was paid, so the invoice is voided; what was cancelled stays cancelled."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    cancel_subscription(tenant=school, today=D(2025, 3, 2))
    assert report(school, D(2025, 3, 3), 40) == "free_now"
    assert standing(school) == ("free", True, 0)
    books_balance(school, D(2025, 3, 3))
    pass_days(school, D(2025, 3, 4), D(2026, 3, 1))
    assert standing(school) == ("ended", False, 0)
    assert told(school, "subscription.cancelled") == [("2026-03-01", "subscription.cancelled")]


def test_a_trial_that_was_cancelled_and_shrinks_is_free_and_may_be_kept(school: Tenant, pass_days: PassDays) -> None:
    """X9, X5: the trial is over at once and leaves nothing running."""
    cancel_subscription(tenant=school, today=D(2025, 2, 3))
    assert report(school, D(2025, 2, 4), 40) == "free_now"
    assert ("2025-02-04", "trial.ended") in told(school)
    keep_subscription(tenant=school, today=D(2025, 2, 5))
    pass_days(school, D(2025, 2, 5), D(2025, 4, 1))
    assert standing(school) == ("free", True, 0)
    with inside(school):
        assert Subscription.objects.get().trial_ends_on is None


def test_a_fee_of_less_than_half_a_rupiah_is_not_charged(complex_: Tenant, pass_days: PassDays) -> None:
    """K3: 4 rupiah are left unpaid; 10 % of them is nothing, and the days go on."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 2))
    pay(complex_, D(2026, 3, 2), 599_996)
    pass_days(complex_, D(2026, 3, 3), D(2026, 4, 14))
    assert fees(complex_) == []
    assert standing(complex_) == ("past_due", True, 600_004)
    books_balance(complex_, D(2026, 4, 14))
    pass_days(complex_, D(2026, 4, 15), D(2026, 4, 15))
    assert standing(complex_) == ("suspended", False, 600_004)


def test_a_missed_reminder_is_not_forgotten_when_something_else_happens_first(complex_: Tenant) -> None:
    """K6: the only reminder, of 26 February, was missed; a report on the 27th must not lose it."""
    assert complex_.reminder_due_on == D(2026, 2, 26)
    report(complex_, D(2026, 2, 27), 210)
    assert complex_.reminder_due_on == D(2026, 2, 26)


def test_a_late_reminder_says_the_days_that_are_left(complex_: Tenant, pass_days: PassDays) -> None:
    """K6: said on 27 February, two days before the trial ends."""
    pass_days(complex_, D(2026, 2, 27), D(2026, 2, 28))
    assert reminders(complex_, "trial_end") == [
        ("2026-02-27", "trial_end", 2, "email"),
        ("2026-02-27", "trial_end", 2, "in_app"),
    ]
    event = Event.objects.filter(tenant=complex_, name="reminder.sent").first()
    assert event is not None
    assert event.data["amount"] == 600_000


def test_a_cancelled_trial_says_that_it_ended(school: Tenant, pass_days: PassDays) -> None:
    """X5, K15: at the end of the trial, without an invoice."""
    cancel_subscription(tenant=school, today=D(2025, 2, 3))
    pass_days(school, D(2025, 2, 4), D(2025, 3, 2))
    assert told(school, "trial.ended", "subscription.cancelled", "invoice.issued") == [
        ("2025-03-01", "trial.ended"),
        ("2025-03-01", "subscription.cancelled"),
    ]
    assert standing(school) == ("ended", False, 0)


def test_a_late_renewal_takes_the_book_of_its_own_day(db: None, pass_days: PassDays) -> None:
    """X3, "current book": the year ended on 28 December 2026 and the job ran on 3 January; 7.500, not 10.000."""
    late = make_tenant("telat", "SMA Telat", "xclass", 100, D(2025, 11, 28))
    with inside(late):
        subscription = Subscription.objects.get()
        subscription.agreement = subscription.terms.model_copy(update={"at_renewal": AtRenewal.CURRENT_BOOK})
        subscription.save()
    pass_days(late, D(2025, 12, 28), D(2025, 12, 28))
    pay(late, D(2025, 12, 28))
    pass_days(late, D(2025, 12, 29), D(2026, 12, 27))
    pass_days(late, D(2027, 1, 3), D(2027, 1, 3))
    assert spans(late) == [("2025-12-28", "2026-12-28", 500_000), ("2026-12-28", "2027-12-28", 750_000)]


def test_a_report_at_the_very_end_of_the_term_bills_its_last_day(school: Tenant, pass_days: PassDays) -> None:
    """X8: 100 more on the last day: 100 × 5.000 × 1/365 = 1.370."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2))
    assert report(school, D(2026, 2, 28), 250) == "pro_rata"
    assert spans(school)[1:] == [("2026-02-28", "2026-03-01", 1_370)]
    with inside(school):
        assert Subscription.objects.get().billed_quantity == Decimal(250)


def test_a_cancelled_school_that_was_free_and_grows_runs_to_the_end_of_what_it_is_billed(school: Tenant) -> None:
    """K15, X8: cancelled on trial, free at 40, then 60: billed for a year, so it runs that year and ends with it."""
    cancel_subscription(tenant=school, today=D(2025, 2, 2))
    assert report(school, D(2025, 2, 3), 40) == "free_now"
    assert report(school, D(2025, 2, 10), 60) == "new_term"
    assert spans(school) == [("2025-02-10", "2026-02-10", 300_000)]
    assert standing(school) == ("cancelled", True, 300_000)
    pay(school, D(2025, 2, 10))
    live_through(school, D(2025, 2, 11), D(2025, 3, 2))
    assert standing(school) == ("cancelled", True, 0)
    live_through(school, D(2025, 3, 3), D(2026, 2, 10))
    assert standing(school) == ("ended", False, 0)
    assert owes(school) == 0


def test_a_payment_taken_back_after_a_credit_note_leaves_what_is_owed(complex_: Tenant, pass_days: PassDays) -> None:
    """K3: 600.000 paid; 200.000 taken off the invoice become credit. The payment was not theirs: 400.000 are open."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 2))
    payment = pay(complex_, D(2026, 3, 2))
    with inside(complex_):
        number = Document.objects.get().number
    issue_credit_note(tenant=complex_, number=number, reason="salah hitung", today=D(2026, 3, 3), amount=200_000)
    assert credit_of(complex_) == 200_000
    reverse_payment(tenant=complex_, payment_id=payment.pk, reason="salah tenant", today=D(2026, 3, 4))
    assert (owes(complex_), credit_of(complex_)) == (400_000, 0)
    books_balance(complex_, D(2026, 3, 4))
