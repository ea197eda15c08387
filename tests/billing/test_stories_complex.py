"""K1–K4, K6, K15, K16: lives of housing complexes, day by day."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.models import Document, DocumentKind, DocumentStatus
from billing.services.payments.receiving import Received, record_payment
from billing.services.steering import OneOff, issue_one_off_invoice, void_invoice, waive_fee
from billing.services.subscriptions.life import cancel_subscription, keep_subscription
from plans.rules.catalogue import Text
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.lives import (
    agenda,
    books_balance,
    credit_of,
    fees,
    live_through,
    papers,
    pay,
    reminders,
    report,
    spans,
    standing,
)
from tests.conftest import make_tenant, told

PassDays = Callable[[Tenant, date, date], None]
D = date


@pytest.fixture
def pass_days() -> PassDays:
    """As in the cast, but long quiet stretches are skipped."""
    return live_through


def numbers(tenant: Tenant, kind: DocumentKind = DocumentKind.INVOICE) -> list[str]:
    with inside(tenant):
        return [item.number for item in Document.objects.filter(kind=kind).order_by("number")]


def test_a_complex_that_never_pays(complex_: Tenant, pass_days: PassDays) -> None:
    """K3, K6: 200 units. Invoices on 1 March and 1 April, fee on 16 March, closed on 15 April: no fee on 16 April."""
    pass_days(complex_, D(2026, 1, 31), D(2026, 7, 20))
    assert reminders(complex_, "trial_end") == [
        ("2026-02-26", "trial_end", 3, "email"),
        ("2026-02-26", "trial_end", 3, "in_app"),
    ]
    assert papers(complex_) == [
        ("units 2026-03-01–2026-04-01 600000", 600_000, D(2026, 3, 1), D(2026, 3, 15), D(2026, 4, 15)),
        ("units 2026-04-01–2026-05-01 600000", 600_000, D(2026, 4, 1), D(2026, 4, 15), D(2026, 5, 16)),
    ]
    assert fees(complex_) == [("2026-03-16", 60_000)]
    assert told(
        complex_, "trial.ended", "subscription.past_due", "subscription.suspended", "subscription.cancelled"
    ) == [
        ("2026-03-01", "trial.ended"),
        ("2026-03-16", "subscription.past_due"),
        ("2026-04-15", "subscription.suspended"),
        ("2026-07-14", "subscription.cancelled"),
    ]
    assert standing(complex_) == ("ended", False, 1_260_000)
    books_balance(complex_, D(2026, 7, 20))


def test_an_overdue_complex_is_reminded_every_week(complex_: Tenant, pass_days: PassDays) -> None:
    """K3: three days and one day before the 15th, then weekly until the door closes."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 4, 20))
    emails = [item[:3] for item in reminders(complex_, "due") if item[3] == "email"]
    assert [(day, left) for day, _, left in emails] == [
        ("2026-03-12", 3),
        ("2026-03-14", 1),
        ("2026-03-16", -1),
        ("2026-03-23", -8),
        ("2026-03-30", -15),
        ("2026-04-06", -22),
        ("2026-04-12", 3),
        ("2026-04-13", -29),
        ("2026-04-14", 1),
    ]


def test_net_30_costs_two_fees_and_closes_on_the_sixty_first_day(db: None, pass_days: PassDays) -> None:
    """K3: 1 March, due 31 March, fees on 1 April and 1 May of each open invoice, closed on 31 May."""
    late = make_tenant("net", "Griya Net", "klustera", 200, D(2026, 1, 30), terms="net-30")
    pass_days(late, D(2026, 3, 1), D(2026, 6, 30))
    assert papers(late) == [
        ("units 2026-03-01–2026-04-01 600000", 600_000, D(2026, 3, 1), D(2026, 3, 31), D(2026, 5, 31)),
        ("units 2026-04-01–2026-05-01 600000", 600_000, D(2026, 4, 1), D(2026, 5, 1), D(2026, 7, 1)),
        ("units 2026-05-01–2026-06-01 600000", 600_000, D(2026, 5, 1), D(2026, 5, 31), D(2026, 7, 31)),
    ]
    # of March on 1 April and 1 May, of April on 2 May; never of a fee
    assert fees(late) == [("2026-04-01", 60_000), ("2026-05-01", 60_000), ("2026-05-02", 60_000)]
    assert told(late, "subscription.past_due", "subscription.suspended") == [
        ("2026-04-01", "subscription.past_due"),
        ("2026-05-31", "subscription.suspended"),
    ]
    assert (D(2026, 5, 31) - D(2026, 3, 31)).days == 61
    books_balance(late, D(2026, 6, 30))


def test_the_fee_is_of_what_is_unpaid_that_day(complex_: Tenant, pass_days: PassDays) -> None:
    """K3: 200.000 of 600.000 paid: the fee is 40.000; the payment of a fee lowers no later fee."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 10))
    pay(complex_, D(2026, 3, 10), 200_000)
    pass_days(complex_, D(2026, 3, 11), D(2026, 3, 16))
    assert fees(complex_) == [("2026-03-16", 40_000)]
    with inside(complex_):
        fee = Document.objects.get(kind=DocumentKind.LATE_FEE)
        assert (fee.parent is not None, fee.due_on, fee.suspend_on, fee.next_fee_on) == (
            True,
            D(2026, 3, 16),
            None,
            None,
        )
    pay(complex_, D(2026, 3, 20), 400_000)
    assert standing(complex_) == ("past_due", True, 40_000)
    pay(complex_, D(2026, 3, 21))
    assert standing(complex_) == ("active", True, 0)
    pass_days(complex_, D(2026, 3, 21), D(2026, 4, 14))
    assert len(fees(complex_)) == 1


def test_an_invoice_paid_on_its_due_date_costs_no_fee(complex_: Tenant, pass_days: PassDays) -> None:
    """K3: the 15th is in time, the 16th is not."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 15))
    pay(complex_, D(2026, 3, 15))
    pass_days(complex_, D(2026, 3, 16), D(2026, 3, 31))
    assert (fees(complex_), standing(complex_)) == ([], ("active", True, 0))
    assert told(complex_, "invoice.overdue") == []


def test_a_start_in_the_middle_of_a_month(db: None, pass_days: PassDays) -> None:
    """K3, K6: trial from 15 January to 14 February; 15 of 28 days, due 28 February, fee on 1 March."""
    middle = make_tenant("tengah", "Griya Tengah", "klustera", 200, D(2026, 1, 15))
    pass_days(middle, D(2026, 1, 16), D(2026, 4, 10))
    assert papers(middle)[:3] == [
        ("units 2026-02-14–2026-03-01 321429", 321_429, D(2026, 2, 14), D(2026, 2, 28), D(2026, 3, 31)),
        ("units 2026-03-01–2026-04-01 600000", 600_000, D(2026, 3, 1), D(2026, 3, 15), D(2026, 4, 15)),
    ]
    assert fees(middle) == [("2026-03-01", 32_143), ("2026-03-16", 60_000)]
    assert told(middle, "subscription.suspended") == [("2026-03-31", "subscription.suspended")]


@pytest.mark.parametrize(
    ("signup", "starts", "first"),
    [
        (D(2026, 1, 1), "2026-01-31", 19_355),  # one day of 31
        (D(2026, 3, 31), "2026-04-30", 20_000),  # one day of 30
        (D(2028, 1, 30), "2028-02-29", 20_690),  # one day of 29
        (D(2026, 11, 2), "2026-12-02", 580_645),  # thirty days of 31
    ],
)
def test_a_trial_that_ends_at_a_month_end(db: None, pass_days: PassDays, signup: date, starts: str, first: int) -> None:
    """K3, K6: and every month after it begins on the 1st."""
    edge = make_tenant("ujung", "Griya Ujung", "klustera", 200, signup)
    day = edge.billing_due_on
    assert str(day) == starts
    for _ in range(3):
        assert day is not None
        pass_days(edge, day, day)
        pay(edge, day)
        day = edge.billing_due_on
    assert spans(edge)[0][2] == first
    assert [amount for *_, amount in spans(edge)[1:]] == [600_000, 600_000]
    assert all(start.endswith("-01") for start, *_ in spans(edge)[1:])


def test_units_that_change_within_a_month_count_on_the_first(complex_: Tenant, pass_days: PassDays) -> None:
    """K4: 200 → 260 → 90 within March bills nothing; April bills 90 × 5.000."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 5))
    pay(complex_, D(2026, 3, 5))
    assert report(complex_, D(2026, 3, 10), 260) == "recorded"
    assert report(complex_, D(2026, 3, 20), 90) == "recorded"
    assert standing(complex_) == ("active", True, 0)
    pass_days(complex_, D(2026, 3, 6), D(2026, 4, 1))
    assert spans(complex_) == [("2026-03-01", "2026-04-01", 600_000), ("2026-04-01", "2026-05-01", 450_000)]


def test_more_units_may_cost_less(complex_: Tenant, pass_days: PassDays) -> None:
    """K1: 500 units cost 1.500.000, 501 cost 1.002.000: volume cliffs are charged as the list says."""
    totals = []
    for month, units in ((3, 99), (4, 100), (5, 500), (6, 501)):
        report(complex_, D(2026, month, 1), units)
        pass_days(complex_, D(2026, month, 1), D(2026, month, 1))
        pay(complex_, D(2026, month, 1))
        totals.append(spans(complex_)[-1][2])
    assert totals == [495_000, 300_000, 1_500_000, 1_002_000]


def test_no_units_are_no_invoice_but_an_event(db: None, pass_days: PassDays) -> None:
    """K1: a draft of zero issues no invoice."""
    empty = make_tenant("kosong", "Griya Kosong", "klustera", 0, D(2026, 1, 30))
    pass_days(empty, D(2026, 3, 1), D(2026, 5, 1))
    assert papers(empty) == []
    assert [day for day, _ in told(empty, "invoice.skipped")] == ["2026-03-01", "2026-04-01", "2026-05-01"]
    assert standing(empty) == ("active", True, 0)
    report(empty, D(2026, 5, 2), 200)
    pass_days(empty, D(2026, 5, 2), D(2026, 6, 1))
    assert spans(empty) == [("2026-06-01", "2026-07-01", 600_000)]


@pytest.mark.parametrize(
    ("plan", "months", "amount"),
    [("per-unit", 12, 6_000_000), ("flat", 1, 1_500_000), ("flat", 12, 16_200_000)],
)
def test_other_plans_and_a_year_at_once(db: None, pass_days: PassDays, plan: str, months: int, amount: int) -> None:
    """K2: a year begins when billing begins, and is renewed a year later."""
    yearly = make_tenant("lain2", "Griya Lain", "klustera", 200, D(2026, 1, 30), plan=plan, interval_months=months)
    pass_days(yearly, D(2026, 3, 1), D(2026, 3, 1))
    pay(yearly, D(2026, 3, 1))
    end = D(2027, 3, 1) if months == 12 else D(2026, 4, 1)
    assert agenda(yearly)[0] == end
    pass_days(yearly, end, end)
    assert [total for *_, total in spans(yearly)] == [amount, amount]


def test_paid_after_months_billing_goes_on_with_the_current_month(complex_: Tenant, pass_days: PassDays) -> None:
    """States: closed 15 April, paid 10 June: May is not billed, June is, on the old anchor, due 14 days later."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 6, 9))
    pay(complex_, D(2026, 6, 10), 1_260_000)
    assert standing(complex_) == ("active", True, 600_000)
    assert spans(complex_) == [
        ("2026-03-01", "2026-04-01", 600_000),
        ("2026-04-01", "2026-05-01", 600_000),
        ("2026-06-01", "2026-07-01", 600_000),
    ]
    assert papers(complex_)[2][2:] == (D(2026, 6, 10), D(2026, 6, 24), D(2026, 7, 25))
    pass_days(complex_, D(2026, 6, 10), D(2026, 7, 1))
    assert spans(complex_)[3:] == [("2026-07-01", "2026-08-01", 600_000)]
    assert fees(complex_)[1:] == [("2026-06-25", 60_000)]
    books_balance(complex_, D(2026, 7, 1))


def test_paying_more_than_is_owed_while_closed_pays_the_current_month_too(
    complex_: Tenant, pass_days: PassDays
) -> None:
    """X10 for a complex: 2.000.000 for 1.260.000; June takes 600.000, 140.000 stay."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 6, 9))
    pay(complex_, D(2026, 6, 10), 2_000_000)
    assert standing(complex_) == ("active", True, 0)
    assert credit_of(complex_) == 140_000
    books_balance(complex_, D(2026, 6, 10))


def test_cancelling_ends_with_the_paid_month(complex_: Tenant, pass_days: PassDays) -> None:
    """K15: cancelled on 5 March, open through 31 March, no invoice of April."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 4))
    pay(complex_, D(2026, 3, 4))
    cancel_subscription(tenant=complex_, today=D(2026, 3, 5), reason="Pindah")
    assert standing(complex_) == ("cancelled", True, 0)
    pass_days(complex_, D(2026, 3, 5), D(2026, 4, 2))
    assert told(complex_, "subscription.cancel_scheduled", "subscription.cancelled") == [
        ("2026-03-05", "subscription.cancel_scheduled"),
        ("2026-04-01", "subscription.cancelled"),
    ]
    assert (len(papers(complex_)), standing(complex_)) == (1, ("ended", False, 0))


def test_who_changes_his_mind_is_billed_as_before(complex_: Tenant, pass_days: PassDays) -> None:
    """K15: taken back before it took effect."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 4))
    pay(complex_, D(2026, 3, 4))
    cancel_subscription(tenant=complex_, today=D(2026, 3, 5))
    keep_subscription(tenant=complex_, today=D(2026, 3, 31))
    pass_days(complex_, D(2026, 3, 31), D(2026, 4, 1))
    assert (len(papers(complex_)), standing(complex_)) == (2, ("active", True, 600_000))


def test_cancelling_with_an_unpaid_month_leaves_it_owed_and_costs_its_fee(
    complex_: Tenant, pass_days: PassDays
) -> None:
    """K15, K3: past due comes before cancelled; the end comes all the same."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 4))
    cancel_subscription(tenant=complex_, today=D(2026, 3, 5))
    pass_days(complex_, D(2026, 3, 5), D(2026, 3, 16))
    assert standing(complex_) == ("past_due", True, 660_000)
    pass_days(complex_, D(2026, 3, 17), D(2026, 5, 1))
    assert standing(complex_) == ("ended", False, 660_000)
    assert len(fees(complex_)) == 1
    pay(complex_, D(2026, 5, 2))
    assert standing(complex_) == ("ended", False, 0)


def test_one_payment_settles_several_invoices_oldest_first(complex_: Tenant, pass_days: PassDays) -> None:
    """K16: 1.000.000 on March, its fee and April."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 4, 1))
    pay(complex_, D(2026, 4, 2), 1_000_000)
    with inside(complex_):
        states = [(item.total, item.paid, item.status) for item in Document.objects.order_by("due_on", "number")]
    assert states == [(600_000, 600_000, "paid"), (60_000, 60_000, "paid"), (600_000, 340_000, "open")]
    assert standing(complex_) == ("active", True, 260_000)
    books_balance(complex_, D(2026, 4, 2))


def test_a_payment_meant_for_one_invoice_pays_that_one(complex_: Tenant, pass_days: PassDays) -> None:
    """K16: the checkout named April; March stays overdue, so the state does, too."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 4, 1))
    with inside(complex_):
        april = Document.objects.get(period_from=D(2026, 4, 1))
    received = Received(600_000, "midtrans", "snap-1", D(2026, 4, 2), documents=(april.pk,))
    record_payment(tenant=complex_, received=received)
    assert standing(complex_) == ("past_due", True, 660_000)
    with inside(complex_):
        april.refresh_from_db()
        assert april.status == DocumentStatus.PAID


def test_the_same_reference_is_the_same_money(complex_: Tenant, pass_days: PassDays) -> None:
    """K7: a notice that comes twice is booked once."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 2))
    received = Received(600_000, "midtrans", "order-1", D(2026, 3, 2))
    one = record_payment(tenant=complex_, received=received)
    assert record_payment(tenant=complex_, received=received).pk == one.pk
    assert (standing(complex_), credit_of(complex_)) == (("active", True, 0), 0)


def test_the_unique_code_of_a_transfer_is_credit(complex_: Tenant, pass_days: PassDays) -> None:
    """K7, "Unique code": 600.123 transferred; 123 are taken off the next month."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 2))
    record_payment(tenant=complex_, received=Received(600_123, "transfer", "t1", D(2026, 3, 2), credit=123))
    assert (standing(complex_), credit_of(complex_)) == (("active", True, 0), 123)
    pass_days(complex_, D(2026, 4, 1), D(2026, 4, 1))
    assert standing(complex_) == ("active", True, 599_877)
    books_balance(complex_, D(2026, 4, 1))


def test_a_void_invoice_gives_its_money_back_as_credit(complex_: Tenant, pass_days: PassDays) -> None:
    """Void: the number stays, the money is credit, the month may be billed anew and uses it."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 2))
    pay(complex_, D(2026, 3, 2))
    report(complex_, D(2026, 3, 3), 99)
    (number,) = numbers(complex_)
    void_invoice(tenant=complex_, number=number, reason="Jumlah unit salah", reissue_it=True, today=D(2026, 3, 3))
    assert [paper[1] for paper in papers(complex_, void=True)] == [600_000]
    assert spans(complex_) == [("2026-03-01", "2026-04-01", 495_000)]
    assert (standing(complex_), credit_of(complex_)) == (("active", True, 0), 105_000)
    assert len(numbers(complex_)) == 2
    books_balance(complex_, D(2026, 3, 3))


def test_a_void_invoice_takes_its_fee_with_it_and_is_not_billed_again_by_itself(
    complex_: Tenant, pass_days: PassDays
) -> None:
    """K3: what was never owed costs no fee."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 16))
    (number,) = numbers(complex_)
    void_invoice(tenant=complex_, number=number, reason="Salah terbit", reissue_it=False, today=D(2026, 3, 17))
    assert (fees(complex_), standing(complex_)) == ([], ("active", True, 0))
    pass_days(complex_, D(2026, 3, 17), D(2026, 4, 1))
    assert spans(complex_) == [("2026-04-01", "2026-05-01", 600_000)]
    books_balance(complex_, D(2026, 4, 1))


def test_credit_from_a_void_invoice_pays_what_is_open(complex_: Tenant, pass_days: PassDays) -> None:
    """Order of calculation: a complex with 600.000 of credit owes nothing, and is never closed for it."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 2))
    pay(complex_, D(2026, 3, 2))
    (number,) = numbers(complex_)
    pass_days(complex_, D(2026, 4, 1), D(2026, 4, 1))
    assert standing(complex_) == ("active", True, 600_000)
    void_invoice(tenant=complex_, number=number, reason="Gratis bulan pertama", reissue_it=False, today=D(2026, 4, 2))
    assert (standing(complex_), credit_of(complex_)) == (("active", True, 0), 0)
    books_balance(complex_, D(2026, 4, 2))


def test_a_waived_fee_is_no_longer_owed(complex_: Tenant, pass_days: PassDays) -> None:
    """K3: and the next one comes a month later as before."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 16))
    (number,) = numbers(complex_, DocumentKind.LATE_FEE)
    waive_fee(tenant=complex_, number=number, reason="Bank libur", today=D(2026, 3, 17))
    assert (fees(complex_), standing(complex_)) == ([], ("past_due", True, 600_000))
    books_balance(complex_, D(2026, 3, 17))


def test_a_one_off_invoice_has_the_terms_of_the_subscription(complex_: Tenant, pass_days: PassDays) -> None:
    """K3: two on one day are two; issued on the 1st they are due 14 days later, as on any day."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 2))
    pay(complex_, D(2026, 3, 2))
    one_off = OneOff(Text(id="Pelatihan", en="Training"), 2, 150_000)
    for _ in range(2):
        issue_one_off_invoice(tenant=complex_, one_off=one_off, reason="Diminta pengurus", today=D(2026, 3, 5))
    assert [paper[1:] for paper in papers(complex_)[1:]] == [
        (300_000, D(2026, 3, 5), D(2026, 3, 19), D(2026, 4, 19))
    ] * 2
    assert standing(complex_) == ("active", True, 600_000)
    books_balance(complex_, D(2026, 3, 5))


@pytest.mark.parametrize("asleep", [1, 10, 31])
def test_a_job_that_slept_over_the_first_bills_each_month_once(
    complex_: Tenant, pass_days: PassDays, asleep: int
) -> None:
    """K3: due 14 days after the late issue; the months are those of the calendar."""
    pass_days(complex_, D(2026, 2, 1), D(2026, 2, 28))
    wakes = D(2026, 2, 28) + timedelta(days=1 + asleep)
    pass_days(complex_, wakes, wakes)
    months = [("2026-03-01", "2026-04-01", 600_000), ("2026-04-01", "2026-05-01", 600_000)]
    assert spans(complex_) == months[: 2 if asleep == 31 else 1]
    first = papers(complex_)[0]
    assert (first[2], first[3]) == (wakes, wakes + timedelta(days=14))
    books_balance(complex_, wakes)


def test_a_job_that_slept_through_due_date_fee_and_closing_does_all_three_in_order(
    complex_: Tenant, pass_days: PassDays
) -> None:
    """K3: asleep 10 March – 20 April: overdue, one fee, then April's invoice, then closed; May is never billed."""
    pass_days(complex_, D(2026, 3, 1), D(2026, 3, 9))
    pass_days(complex_, D(2026, 4, 20), D(2026, 4, 20))
    assert [name for _, name in told(complex_) if name != "reminder.sent"][-6:] == [
        "invoice.overdue",
        "subscription.past_due",
        "late_fee.charged",
        "subscription.renewed",
        "invoice.issued",
        "subscription.suspended",
    ]
    assert fees(complex_) == [("2026-04-20", 60_000)]
    assert len([item for item in reminders(complex_) if item[0] == "2026-04-20"]) <= 2
    books_balance(complex_, D(2026, 4, 20))


def test_five_complexes_of_one_developer_are_each_priced_by_their_own_size(db: None, pass_days: PassDays) -> None:
    """K16: 5 × 200 units are 5 × 600.000, not 1.000 units at 2.000."""
    owed = 0
    for number in range(5):
        one = make_tenant(f"griya{number}", f"Griya {number}", "klustera", 200, D(2026, 1, 30))
        pass_days(one, D(2026, 3, 1), D(2026, 3, 1))
        owed += standing(one)[2]
    assert owed == 3_000_000


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1)])
def test_no_money_is_no_payment(complex_: Tenant, amount: Decimal) -> None:
    """K7."""
    with pytest.raises(Exception, match="lebih dari nol"):
        record_payment(tenant=complex_, received=Received(int(amount), "transfer", "x", D(2026, 2, 1)))
