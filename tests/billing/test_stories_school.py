"""X5–X10: lives of schools, day by day, with each line, date, balance and message."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from billing.models import Subscription
from billing.services.subscriptions.life import cancel_subscription
from tenants.context import inside
from tenants.models import Event, Tenant
from tests.billing.lives import (
    agenda,
    books_balance,
    calls,
    credit_of,
    live_through,
    papers,
    pay,
    reminders,
    report,
    spans,
    standing,
)
from tests.conftest import make_tenant, told
from trials.services.restarts import restart_subscription

PassDays = Callable[[Tenant, date, date], None]
D = date


@pytest.fixture
def pass_days() -> PassDays:
    """As in the cast, but long quiet stretches are skipped."""
    return live_through


def facts(tenant: Tenant, name: str) -> list[dict[str, object]]:
    return [event.data for event in Event.objects.filter(tenant=tenant, name=name).order_by("id")]


def test_a_school_that_says_nothing_hears_everything_once(school: Tenant, pass_days: PassDays) -> None:
    """X5, X6, X7, X11: trial to 1 March, due 17 March, thirteen e-mails of grace, closed on 31 March; in the app, too."""
    pass_days(school, D(2025, 2, 2), D(2025, 4, 2))
    assert reminders(school, "trial_end") == [
        ("2025-02-22", "trial_end", 7, "email"),
        ("2025-02-22", "trial_end", 7, "in_app"),
        ("2025-02-26", "trial_end", 3, "email"),
        ("2025-02-28", "trial_end", 1, "email"),
        ("2025-02-28", "trial_end", 1, "call"),
    ]
    before = [item for item in reminders(school, "due") if item[2] > 0]
    assert before == [
        ("2025-03-10", "due", 7, "email"),
        ("2025-03-10", "due", 7, "in_app"),
        ("2025-03-14", "due", 3, "email"),
        ("2025-03-16", "due", 1, "email"),
        ("2025-03-16", "due", 1, "call"),
    ]
    grace = [item for item in reminders(school, "due") if item[2] <= 0]
    assert grace == [(f"2025-03-{day}", "due", 17 - day, "email") for day in range(18, 31)]
    assert calls(school) == ["2025-02-28", "2025-03-16"]
    assert papers(school) == [
        ("students 2025-03-01–2026-03-01 750000", 750_000, D(2025, 3, 1), D(2025, 3, 17), D(2025, 3, 31))
    ]
    assert standing(school) == ("suspended", False, 750_000)
    assert told(school, "trial.will_end") == [("2025-02-22", "trial.will_end")]
    books_balance(school, D(2025, 4, 2))


def test_the_message_carries_the_amount(school: Tenant, pass_days: PassDays) -> None:
    """X6: 150 students → Rp 750.000 a year, only Rp 5.000 a student."""
    pass_days(school, D(2025, 2, 2), D(2025, 3, 10))
    said = facts(school, "reminder.sent")
    assert {(item["amount"], item.get("unit_price")) for item in said if item["about"] == "trial_end"} == {
        (750_000, "5000")
    }
    (first, _) = [item for item in said if item["about"] == "due"]
    assert (first["amount"], first["target"], first["suspend"]) == (750_000, "2025-03-17", "2025-03-31")


def test_what_is_said_follows_what_is_left_to_pay(school: Tenant, pass_days: PassDays) -> None:
    """X6: half is paid, so the reminder asks for the other half; all is paid, so there is none."""
    pass_days(school, D(2025, 2, 2), D(2025, 3, 11))
    pay(school, D(2025, 3, 11), 400_000)
    pass_days(school, D(2025, 3, 12), D(2025, 3, 14))
    assert facts(school, "reminder.sent")[-1]["amount"] == 350_000
    pay(school, D(2025, 3, 15))
    pass_days(school, D(2025, 3, 15), D(2026, 2, 1))
    assert reminders(school, "due")[-1][0] == "2025-03-14"


def test_a_term_that_ends_is_announced_and_renewed_with_the_same_terms(school: Tenant, pass_days: PassDays) -> None:
    """X6, X7: the renewal is issued on 1 March 2026, due on the 17th."""
    pass_days(school, D(2025, 2, 2), D(2025, 3, 5))
    pay(school, D(2025, 3, 5))
    pass_days(school, D(2025, 3, 6), D(2026, 3, 31))
    assert reminders(school, "term_end") == [
        ("2026-02-22", "term_end", 7, "email"),
        ("2026-02-22", "term_end", 7, "in_app"),
        ("2026-02-26", "term_end", 3, "email"),
        ("2026-02-28", "term_end", 1, "email"),
        ("2026-02-28", "term_end", 1, "call"),
    ]
    assert papers(school)[1:] == [
        ("students 2026-03-01–2027-03-01 750000", 750_000, D(2026, 3, 1), D(2026, 3, 17), D(2026, 3, 31))
    ]
    assert told(school, "subscription.renewed", "subscription.suspended") == [
        ("2026-03-01", "subscription.renewed"),
        ("2026-03-31", "subscription.suspended"),
    ]


def test_a_reminder_by_sms_goes_to_who_asked_for_it(school: Tenant, ayu: object, pass_days: PassDays) -> None:
    """X6: "SMS optional"."""
    school.memberships.update(by_sms=True)
    pass_days(school, D(2025, 2, 2), D(2025, 3, 1))
    assert [item for item in reminders(school) if item[3] == "sms"] == [("2025-02-26", "trial_end", 3, "sms")]


@pytest.mark.parametrize(
    ("began", "counts", "bills"),
    [
        (100, [115], []),
        (100, [125], [125_000]),
        (100, [115, 130], [150_000]),
        (499, [502], [15_000]),
        (499, [502, 490, 505], [15_000]),
        (490, [600], [550_000]),
        (500, [501, 500, 501], [5_000]),
        (200, [250], [250_000]),
        (100, [80, 100, 119, 120], [100_000]),
        (600, [620], [80_000]),
    ],
)
def test_rises_on_the_first_day_of_the_term(
    db: None, pass_days: PassDays, began: int, counts: list[int], bills: list[int]
) -> None:
    """X8: the table of the documents, on one day and through the whole system; two rises on a day are two lines."""
    rising = make_tenant("naik", "SMA Naik", "xclass", began, D(2025, 2, 1))
    pass_days(rising, D(2025, 3, 1), D(2025, 3, 1))
    for count in counts:
        report(rising, D(2025, 3, 1), count)
    assert [total for _, total, *_ in papers(rising)][1:] == bills
    for _, _, issued, due, closes in papers(rising):
        assert (issued, due, closes) == (D(2025, 3, 1), D(2025, 3, 17), D(2025, 3, 31))
    books_balance(rising, D(2025, 3, 1))


def test_a_rise_unpaid_closes_the_school_like_any_invoice(school: Tenant, pass_days: PassDays) -> None:
    """X8: "the same consequence when unpaid": reported 1 September, due 17 September, closed 1 October."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2))
    pass_days(school, D(2025, 3, 3), D(2025, 8, 31))
    assert report(school, D(2025, 9, 1), 175) == "pro_rata"
    assert papers(school)[1:] == [
        ("students 2025-09-01–2026-03-01 61986", 61_986, D(2025, 9, 1), D(2025, 9, 17), D(2025, 10, 1))
    ]
    pass_days(school, D(2025, 9, 1), D(2025, 10, 1))
    assert standing(school) == ("suspended", False, 61_986)
    pay(school, D(2025, 10, 9))
    assert standing(school) == ("active", True, 0)
    assert len(papers(school)) == 2


def test_the_locked_price_holds_to_the_end_of_the_term_and_the_tier_is_chosen_anew(
    db: None, pass_days: PassDays
) -> None:
    """X3: 100 → 600 is 500 × 5.000 in full; the renewal is 600 × 4.000."""
    grown = make_tenant("tumbuh", "SMA Tumbuh", "xclass", 100, D(2025, 2, 1))
    pass_days(grown, D(2025, 3, 1), D(2025, 3, 1))
    pay(grown, D(2025, 3, 1))
    report(grown, D(2025, 12, 1), 600)
    pay(grown, D(2025, 12, 1))
    pass_days(grown, D(2026, 3, 1), D(2026, 3, 1))
    assert spans(grown) == [
        ("2025-03-01", "2026-03-01", 500_000),
        ("2025-12-01", "2026-03-01", 2_500_000),
        ("2026-03-01", "2027-03-01", 2_400_000),
    ]
    assert grown.plan_code == "enterprise"


def test_a_free_school_is_never_billed_or_reminded(db: None, pass_days: PassDays) -> None:
    """X1, X6: no trial, no invoice, no message, and no day on which a job would look."""
    small = make_tenant("kecil", "SD Kecil", "xclass", 45, D(2025, 2, 1))
    assert standing(small) == ("free", True, 0)
    assert agenda(small) == (None, None, None)
    report(small, D(2025, 6, 1), 49)
    pass_days(small, D(2025, 2, 2), D(2026, 6, 1))
    assert told(small, "invoice.issued", "reminder.sent", "trial.started") == []
    assert agenda(small) == (None, None, None)


def test_a_free_school_that_grows_is_billed_at_once_for_a_year_of_its_own(db: None, pass_days: PassDays) -> None:
    """X5, X8: 45 → 51 on 10 May: 51 × 5.000 = 255.000, from 10 May 2025 to 10 May 2026, without a trial."""
    small = make_tenant("kecil", "SD Kecil", "xclass", 45, D(2025, 2, 1))
    assert report(small, D(2025, 5, 10), 51) == "new_term"
    (begun,) = Event.objects.filter(tenant=small, name="subscription.changed", data__change="paid")
    assert begun.data["period"] == {"from": "2025-05-10", "to": "2026-05-10"}
    assert papers(small) == [
        ("students 2025-05-10–2026-05-10 255000", 255_000, D(2025, 5, 10), D(2025, 5, 26), D(2025, 6, 9))
    ]
    pass_days(small, D(2025, 5, 11), D(2025, 6, 9))
    assert told(small, "trial.started", "subscription.past_due", "subscription.suspended") == [
        ("2025-05-27", "subscription.past_due"),
        ("2025-06-09", "subscription.suspended"),
    ]
    assert [item[0] for item in reminders(small) if item[2] > 0 and item[3] == "email"] == [
        "2025-05-19",
        "2025-05-23",
        "2025-05-25",
    ]


def test_a_school_that_signed_up_free_in_2025_pays_by_its_own_book_in_2028(db: None) -> None:
    """X3: three years later 100 students cost 500.000, not 1.200.000."""
    small = make_tenant("lama", "SD Lama", "xclass", 45, D(2025, 2, 1))
    report(small, D(2028, 5, 10), 100)
    assert spans(small) == [("2028-05-10", "2029-05-10", 500_000)]


@pytest.mark.parametrize(
    ("signup", "book", "price"),
    [
        (D(2025, 12, 31), "xclass-2025", 500_000),
        (D(2026, 1, 1), "xclass-2026", 750_000),
        (D(2026, 12, 31), "xclass-2026", 750_000),
        (D(2027, 1, 1), "xclass-2027", 1_000_000),
        (D(2028, 1, 1), "xclass-2028", 1_200_000),
    ],
)
def test_the_book_is_that_of_the_day_of_sign_up(
    db: None, pass_days: PassDays, signup: date, book: str, price: int
) -> None:
    """X2: though the first invoice comes a month, and a renewal a year later (X3)."""
    new = make_tenant("baru", "SMA Baru", "xclass", 100, signup)
    ends = new.billing_due_on
    assert ends is not None
    pass_days(new, ends, ends)
    pay(new, ends)
    renewal = new.billing_due_on
    assert renewal is not None
    pass_days(new, renewal, renewal)
    assert [total for *_, total in spans(new)] == [price, price]
    with inside(new):
        assert Subscription.objects.get().book_code == book


@pytest.mark.parametrize(
    ("paid", "outcome", "after", "renewed"),
    [(0, "free_now", ("free", True, 0), 0), (1, "free_at_renewal", ("active", True, 749_999), 1)],
)
def test_shrinking_below_fifty_is_free_now_unless_something_was_paid(
    school: Tenant, pass_days: PassDays, paid: int, outcome: str, after: tuple[str, bool, int], renewed: int
) -> None:
    """X9: one rupiah paid makes the term run to its end."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    if paid:
        pay(school, D(2025, 3, 2), paid)
    assert report(school, D(2025, 3, 5), 49) == outcome
    assert standing(school) == after
    assert len(papers(school)) == renewed
    assert len(papers(school, void=True)) == 1 - renewed
    books_balance(school, D(2025, 3, 5))
    if renewed:
        pay(school, D(2025, 3, 6))
        pass_days(school, D(2025, 3, 7), D(2026, 3, 1))
        assert standing(school) == ("free", True, 0)
        assert reminders(school, "term_end") == []
        assert len(papers(school)) == 1


def test_shrinking_on_trial_is_free_at_once_and_for_ever(school: Tenant, pass_days: PassDays) -> None:
    """X9: and growing again brings no second trial (X5)."""
    pass_days(school, D(2025, 2, 2), D(2025, 2, 9))
    assert report(school, D(2025, 2, 10), 49) == "free_now"
    assert told(school, "trial.ended") == [("2025-02-10", "trial.ended")]
    pass_days(school, D(2025, 2, 10), D(2025, 3, 10))
    assert (papers(school), reminders(school)) == ([], [])
    assert report(school, D(2025, 3, 10), 150) == "new_term"
    assert spans(school) == [("2025-03-10", "2026-03-10", 750_000)]


def test_a_suspended_school_that_shrinks_and_never_paid_is_free_again(school: Tenant, pass_days: PassDays) -> None:
    """X9, X10: nothing was paid on the term, so it is void, and the free plan is open."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 31))
    assert standing(school) == ("suspended", False, 750_000)
    report(school, D(2025, 4, 2), 30)
    assert standing(school) == ("free", True, 0)
    pass_days(school, D(2025, 4, 3), D(2025, 9, 1))
    assert standing(school) == ("free", True, 0)


def test_rises_and_their_fall_to_free_void_every_invoice_of_the_term(school: Tenant, pass_days: PassDays) -> None:
    """X9: the invoice of the rise goes with that of the term."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    report(school, D(2025, 3, 3), 200)
    assert report(school, D(2025, 3, 4), 10) == "free_now"
    assert [paper[1] for paper in papers(school, void=True)] == [750_000, 248_630]  # 250.000 × 363/365
    assert standing(school) == ("free", True, 0)


def test_paying_late_does_not_move_the_term(school: Tenant, pass_days: PassDays) -> None:
    """X10: suspended on 31 March, paid on 20 May, renewed on 1 March all the same."""
    pass_days(school, D(2025, 3, 1), D(2025, 5, 19))
    pay(school, D(2025, 5, 20))
    assert standing(school) == ("active", True, 0)
    assert told(school, "subscription.reactivated") == [("2025-05-20", "subscription.reactivated")]
    assert agenda(school)[0] == D(2026, 3, 1)


def test_part_of_what_is_owed_does_not_open_the_door(school: Tenant, pass_days: PassDays) -> None:
    """X10: "payment of what is open"."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 31))
    pay(school, D(2025, 4, 1), 749_999)
    assert standing(school) == ("suspended", False, 1)
    pay(school, D(2025, 4, 2), 1)
    assert standing(school) == ("active", True, 0)


def test_ninety_days_suspended_end_the_subscription_after_two_notices(school: Tenant, pass_days: PassDays) -> None:
    """States: suspended 31 March, noticed 30 and 7 days before, ended 29 June; what is open stays owed."""
    pass_days(school, D(2025, 3, 1), D(2025, 6, 30))
    assert told(school, "subscription.suspended", "subscription.cancelled") == [
        ("2025-03-31", "subscription.suspended"),
        ("2025-06-29", "subscription.cancelled"),
    ]
    assert reminders(school, "subscription_end") == [
        ("2025-05-30", "subscription_end", 30, "email"),
        ("2025-05-30", "subscription_end", 30, "in_app"),
        ("2025-06-22", "subscription_end", 7, "email"),
        ("2025-06-22", "subscription_end", 7, "in_app"),
    ]
    assert standing(school) == ("ended", False, 750_000)
    assert agenda(school) == (None, None, None)
    books_balance(school, D(2025, 6, 30))


def test_who_ended_and_starts_again_gets_the_current_book_and_no_trial(school: Tenant, pass_days: PassDays) -> None:
    """X3, X5: back in 2027 at 10.000 a student, billed at once."""
    pass_days(school, D(2025, 3, 1), D(2025, 6, 30))
    pay(school, D(2027, 2, 1))
    assert standing(school) == ("ended", False, 0)
    restart_subscription(tenant=school, quantity=Decimal(150), today=D(2027, 2, 3))
    assert standing(school) == ("active", True, 1_500_000)
    assert spans(school)[-1] == ("2027-02-03", "2028-02-03", 1_500_000)
    assert told(school, "trial.started") == [("2025-02-01", "trial.started")]
    books_balance(school, D(2027, 2, 3))


def test_a_year_suspended_over_its_end_goes_on_with_the_current_one(school: Tenant, pass_days: PassDays) -> None:
    """States: closed on 19 February 2026 for a rise, paid on 10 March: the year from 1 March is billed then."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2))
    pass_days(school, D(2025, 3, 3), D(2026, 1, 19))
    report(school, D(2026, 1, 20), 200)
    pass_days(school, D(2026, 1, 20), D(2026, 3, 9))
    assert standing(school) == ("suspended", False, 27_397)  # 250.000 × 40/365
    assert len(papers(school)) == 2
    pay(school, D(2026, 3, 10))
    assert papers(school)[2:] == [
        ("students 2026-03-01–2027-03-01 1000000", 1_000_000, D(2026, 3, 10), D(2026, 3, 26), D(2026, 4, 9))
    ]
    assert standing(school) == ("active", True, 1_000_000)
    assert agenda(school)[0] == D(2027, 3, 1)
    books_balance(school, D(2026, 3, 10))


def test_a_rise_while_suspended_is_judged_when_access_returns(school: Tenant, pass_days: PassDays) -> None:
    """X8: reported 1 April, counted from 10 April: 50 × 5.000 × 325/365 = 222.603."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 31))
    assert report(school, D(2025, 4, 1), 200) == "recorded"
    assert standing(school) == ("suspended", False, 750_000)
    pay(school, D(2025, 4, 10))
    assert standing(school) == ("active", True, 222_603)
    assert spans(school)[1:] == [("2025-04-10", "2026-03-01", 222_603)]
    books_balance(school, D(2025, 4, 10))


def test_too_much_money_is_kept_and_used_for_the_next_invoice(school: Tenant, pass_days: PassDays) -> None:
    """Order of calculation: 1.000.000 for 750.000 leaves 250.000; the next year asks for 500.000."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2), 1_000_000)
    assert (credit_of(school), standing(school)) == (250_000, ("active", True, 0))
    pass_days(school, D(2025, 3, 3), D(2026, 3, 1))
    assert (credit_of(school), standing(school)) == (0, ("active", True, 500_000))
    assert facts(school, "invoice.issued")[-1]["credit_used"] == 250_000
    books_balance(school, D(2026, 3, 1))


def test_credit_that_covers_an_invoice_pays_it_at_once(school: Tenant, pass_days: PassDays) -> None:
    """Order of calculation: and nobody is reminded of it."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2), 1_600_000)
    pass_days(school, D(2025, 3, 3), D(2026, 4, 15))
    assert (credit_of(school), standing(school)) == (100_000, ("active", True, 0))
    assert told(school, "invoice.paid") == [("2025-03-02", "invoice.paid"), ("2026-03-01", "invoice.paid")]
    assert reminders(school, "due") == []


def test_a_school_that_leaves_keeps_what_it_paid_for(school: Tenant, pass_days: PassDays) -> None:
    """K15 for a school: cancelled in May, open to the end of February, no renewal, no announcement."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2))
    cancel_subscription(tenant=school, today=D(2025, 5, 1), reason="Pindah sistem")
    pass_days(school, D(2025, 5, 1), D(2026, 2, 28))
    assert standing(school) == ("cancelled", True, 0)
    assert reminders(school, "term_end") == []
    pass_days(school, D(2026, 3, 1), D(2026, 3, 2))
    assert standing(school) == ("ended", False, 0)
    assert len(papers(school)) == 1


def test_a_cancelled_school_still_pays_for_a_rise(school: Tenant, pass_days: PassDays) -> None:
    """X8: and it is closed when it does not."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2))
    cancel_subscription(tenant=school, today=D(2025, 5, 1))
    report(school, D(2025, 5, 2), 250)
    pass_days(school, D(2025, 5, 3), D(2025, 6, 1))
    assert told(school, "subscription.suspended") == [("2025-06-01", "subscription.suspended")]
    pay(school, D(2025, 6, 2))
    assert standing(school) == ("cancelled", True, 0)


@pytest.mark.parametrize(
    ("signup", "ends", "years"),
    [
        (D(2026, 1, 31), "2026-02-28", ["2026-02-28", "2027-02-28", "2028-02-29"]),
        (D(2027, 1, 31), "2027-02-28", ["2027-02-28", "2028-02-29", "2029-02-28"]),
        (D(2027, 1, 30), "2027-02-28", ["2027-02-28", "2028-02-29", "2029-02-28"]),
        (D(2027, 1, 29), "2027-02-28", ["2027-02-28", "2028-02-29", "2029-02-28"]),
        (D(2028, 1, 29), "2028-02-29", ["2028-02-29", "2029-02-28", "2030-02-28"]),
        (D(2025, 8, 31), "2025-09-30", ["2025-09-30", "2026-09-30", "2027-09-30"]),
    ],
)
def test_month_ends_and_leap_years(db: None, pass_days: PassDays, signup: date, ends: str, years: list[str]) -> None:
    """X5, "Anchor": 31 January → 28 February 2027 → 29 February 2028."""
    edge = make_tenant("ujung", "SMA Ujung", "xclass", 100, signup)
    assert str(edge.billing_due_on) == ends
    for _ in years:
        day = edge.billing_due_on
        assert day is not None
        pass_days(edge, day, day)
        pay(edge, day)
    assert [start for start, *_ in spans(edge)] == years
    assert [end for _, end, _ in spans(edge)][:-1] == years[1:]


def test_a_job_that_slept_ten_days_bills_once_from_the_trials_end(school: Tenant, pass_days: PassDays) -> None:
    """A missed day is caught up: issued on 6 March, due 16 days later; the year runs from 1 March."""
    pass_days(school, D(2025, 2, 2), D(2025, 2, 24))
    pass_days(school, D(2025, 3, 6), D(2025, 3, 6))
    assert papers(school) == [
        ("students 2025-03-01–2026-03-01 750000", 750_000, D(2025, 3, 6), D(2025, 3, 22), D(2025, 4, 5))
    ]
    assert [item for item in reminders(school) if item[0] == "2025-03-06"] == []
    assert told(school, "trial.ended", "subscription.activated") == [
        ("2025-03-06", "trial.ended"),
        ("2025-03-06", "subscription.activated"),
    ]


def test_a_job_that_slept_through_the_grace_period_closes_and_does_not_nag(school: Tenant, pass_days: PassDays) -> None:
    """X6, X7: asleep 20–31 March: one look closes the school; no ten mails; ninety days from the closing."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 20))
    sent = len(reminders(school))
    pass_days(school, D(2025, 4, 1), D(2025, 4, 1))
    assert standing(school) == ("suspended", False, 750_000)
    assert len(reminders(school)) == sent
    assert agenda(school)[1] == D(2025, 6, 30)


def test_a_job_that_slept_in_the_grace_period_sends_one_mail(school: Tenant, pass_days: PassDays) -> None:
    """X6: asleep 12–25 March: of 3, 1, −1 … −8 days only the last is said."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 11))
    pass_days(school, D(2025, 3, 25), D(2025, 3, 25))
    assert [item for item in reminders(school) if item[0] == "2025-03-25"] == [("2025-03-25", "due", -8, "email")]
    assert told(school, "invoice.overdue", "subscription.past_due") == [
        ("2025-03-25", "invoice.overdue"),
        ("2025-03-25", "subscription.past_due"),
    ]


def test_running_every_job_twice_changes_nothing(school: Tenant, pass_days: PassDays) -> None:
    """A daily job is safe to run twice: the same papers and the same events."""
    day = D(2025, 2, 2)
    while day < D(2025, 4, 3):
        pass_days(school, day, day)
        before = Event.objects.filter(tenant=school).count()
        pass_days(school, day, day)
        assert Event.objects.filter(tenant=school).count() == before
        day = date.fromordinal(day.toordinal() + 1)
    assert len(papers(school)) == 1
