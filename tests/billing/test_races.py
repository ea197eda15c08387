"""Two at once, on real connections and committed rows: no double invoice, no lost money, no gap, no deadlock."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from time import sleep
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from billing.models import Document, Payment, QuantityReport
from billing.services.charges.purchases import Purchase, buy_item
from billing.services.corrections.credit_notes import issue_credit_note
from billing.services.documents.receipts import issue_receipt
from billing.services.dunning.pausing import pause_subscription, resume_subscription
from billing.services.payments.receiving import Received, record_payment
from billing.services.subscriptions.quantities import Report, report_quantity
from tenants.context import inside
from tenants.models import Event, NumberSeries, ParkedJob, Tenant
from tenants.models.jobs import Job
from tenants.services.numbering import take_number
from tests.billing.committed import at_once, committed
from tests.billing.lives import books_balance, credit_of, fees, pay, reminders, spans, standing
from tests.conftest import told
from trials.services.daily import live_day, run_job

pytestmark = pytest.mark.slow
D = date
NOON = datetime(2025, 3, 1, 5, tzinfo=UTC)


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database itself, without the transaction that other tests roll back, and without a flush at the end.

    Trap: the name is what makes pytest-django set a test database up; under another one this would be the real one.
    """
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def school(transactional_db: None) -> Iterator[Tenant]:
    """A school of 150 that signed up on 1 February 2025."""
    with committed(("balap", "xclass", 150, D(2025, 2, 1))) as (made,):
        yield made


@pytest.fixture
def schools(transactional_db: None) -> Iterator[list[Tenant]]:
    """Eight of them."""
    with committed(*[(f"balap{number}", "xclass", 100 + number, D(2025, 2, 1)) for number in range(8)]) as made:
        yield made


def run(job: Job, now: datetime = NOON) -> Any:
    return run_job(job=job, now=now)


def raised(results: list[Any]) -> list[Exception]:
    return [item for item in results if isinstance(item, Exception)]


def test_two_daily_runs_at_once_bill_everybody_once(schools: list[Tenant]) -> None:
    """X7: four runs share eight schools: eight invoices, numbers 1 to 8 without a gap, nobody parked."""
    results = at_once(*[partial(run, Job.BILLING)] * 4)
    assert raised(results) == []
    assert sum(result.done for result in results) == 8
    numbers = []
    for tenant in schools:
        assert len(spans(tenant)) == 1
        with inside(tenant):
            numbers.append(Document.objects.get().number)
        books_balance(tenant, D(2025, 3, 1))
    assert sorted(numbers) == [f"XC/INV/2025/03/{number:05}" for number in range(1, 9)]
    assert not ParkedJob.objects.exists()


def test_two_visits_of_one_tenant_at_once_bill_it_once(school: Tenant) -> None:
    """The clock's mover and the daily run meet."""
    other = Tenant.objects.get(pk=school.pk)
    results = at_once(partial(live_day, school, D(2025, 3, 1)), partial(live_day, other, D(2025, 3, 1)))
    assert raised(results) == []
    assert spans(school) == [("2025-03-01", "2026-03-01", 750_000)]
    assert [name for _, name in told(school, "trial.ended", "invoice.issued")] == ["trial.ended", "invoice.issued"]


def test_all_jobs_of_a_late_day_at_once(school: Tenant) -> None:
    """X6, X7: billing, suspensions and reminders on 25 February – 25 March in any order: each thing happens once."""
    live_day(school, D(2025, 3, 1))
    late = datetime(2025, 3, 25, 5, tzinfo=UTC)
    jobs = [Job.BILLING, Job.SUSPENSIONS, Job.REMINDERS]
    results = at_once(*[partial(run, job, late) for job in [*jobs, *jobs]])
    assert raised(results) == []
    # a drain leaves out who is being worked on; the next one, an hour later, meets him
    assert [run(job, late).failed for job in jobs] == [0, 0, 0]
    assert told(school, "invoice.overdue", "subscription.past_due") == [
        ("2025-03-25", "invoice.overdue"),
        ("2025-03-25", "subscription.past_due"),
    ]
    assert reminders(school, "due") == [("2025-03-25", "due", -8, "email")]
    books_balance(school, D(2025, 3, 25))


def test_a_report_during_a_run_is_billed_once_and_never_lost(schools: list[Tenant]) -> None:
    """X8: whether it comes before the invoice or after it, every student is billed exactly once."""
    reports = [
        partial(
            report_quantity,
            tenant=tenant,
            report=Report(Decimal(300), D(2025, 3, 1), "race", f"k{number}"),
            today=D(2025, 3, 1),
        )
        for number, tenant in enumerate(schools)
    ]
    results = at_once(partial(run, Job.BILLING), *reports, partial(run, Job.BILLING))
    assert raised(results) == []
    run(Job.BILLING)  # who was reporting just then was left out
    for tenant in schools:
        assert sum(total for *_, total in spans(tenant)) == 1_500_000
        books_balance(tenant, D(2025, 3, 1))
    numbers = NumberSeries.objects.get(series="xclass", kind="invoice")
    assert numbers.last == sum(len(spans(tenant)) for tenant in schools)


def test_two_reports_with_one_key_are_one_report(school: Tenant) -> None:
    """X8: a program that repeats itself."""
    live_day(school, D(2025, 3, 1))
    again = partial(
        report_quantity,
        tenant=school,
        report=Report(Decimal(200), D(2025, 3, 1), "api", "same"),
        today=D(2025, 3, 1),
    )
    results = at_once(*[again] * 4)
    assert raised(results) == []
    assert len({result.pk for result in results}) == 1
    with inside(school):
        assert QuantityReport.objects.count() == 1
    assert [total for *_, total in spans(school)] == [750_000, 250_000]


def test_rises_at_once_without_a_key_bill_the_rise_once(school: Tenant) -> None:
    """X8: both say 200; the second is no rise any more."""
    live_day(school, D(2025, 3, 1))
    say = partial(
        report_quantity, tenant=school, report=Report(Decimal(200), D(2025, 3, 1), "web"), today=D(2025, 3, 1)
    )
    results = at_once(say, say)
    assert raised(results) == []
    assert sorted(result.outcome for result in results) == ["pro_rata", "recorded"]
    assert [total for *_, total in spans(school)] == [750_000, 250_000]


def test_two_payments_of_one_invoice_leave_the_second_as_credit(school: Tenant) -> None:
    """K7: VA and transfer at the same moment: the invoice is paid once, 750.000 are the customer's."""
    live_day(school, D(2025, 3, 1))
    payments = [
        partial(record_payment, tenant=school, received=Received(750_000, channel, f"ref-{channel}", D(2025, 3, 2)))
        for channel in ("midtrans", "transfer")
    ]
    assert raised(at_once(*payments)) == []
    assert (standing(school), credit_of(school)) == (("active", True, 0), 750_000)
    assert [name for _, name in told(school, "invoice.paid")] == ["invoice.paid"]
    books_balance(school, D(2025, 3, 2))


def test_one_payment_told_eight_times_is_booked_once(school: Tenant) -> None:
    """K7: notices repeat."""
    live_day(school, D(2025, 3, 1))
    notice = partial(record_payment, tenant=school, received=Received(750_000, "midtrans", "order-1", D(2025, 3, 2)))
    results = at_once(*[notice] * 8)
    assert raised(results) == []
    assert len({result.pk for result in results}) == 1
    with inside(school):
        assert Payment.objects.count() == 1
    assert credit_of(school) == 0


def test_a_payment_while_the_suspension_runs_ends_open(school: Tenant) -> None:
    """X7, X10: whoever is first, the school that paid is open in the end and owes nothing."""
    for day in (1, 18):
        live_day(school, D(2025, 3, day))
    closing = datetime(2025, 3, 31, 5, tzinfo=UTC)
    payment = Received(750_000, "midtrans", "order-2", D(2025, 3, 31))
    results = at_once(
        partial(run, Job.SUSPENSIONS, closing),
        partial(record_payment, tenant=school, received=payment),
        partial(run, Job.SUSPENSIONS, closing),
    )
    assert raised(results) == []
    assert standing(school) == ("active", True, 0)
    suspended, back = told(school, "subscription.suspended"), told(school, "subscription.reactivated")
    assert len(suspended) == len(back) <= 1
    books_balance(school, D(2025, 3, 31))


def test_a_payment_while_the_fee_is_charged_costs_at_most_one_fee(transactional_db: None) -> None:
    """K3: before the run there is no fee, after it one; never two, and the money is all there."""
    with committed(("balapan", "klustera", 200, D(2026, 1, 30))) as (griya,):
        live_day(griya, D(2026, 3, 1))
        sixteenth = datetime(2026, 3, 16, 5, tzinfo=UTC)
        payment = Received(600_000, "transfer", "t-1", D(2026, 3, 16))
        results = at_once(
            partial(run, Job.SUSPENSIONS, sixteenth),
            partial(record_payment, tenant=griya, received=payment),
            partial(run, Job.SUSPENSIONS, sixteenth),
        )
        assert raised(results) == []
        assert standing(griya)[2] == sum(total for _, total in fees(griya)) in {0, 60_000}
        books_balance(griya, D(2026, 3, 16))


def test_eight_threads_issue_without_gap_or_double(schools: list[Tenant]) -> None:
    """Gapless: eight tenants of one issuer, each billed once and raised three times, all at once."""

    def live(tenant: Tenant) -> None:
        live_day(tenant, D(2025, 3, 1))
        for count in (200, 300, 400):
            report_quantity(tenant=tenant, report=Report(Decimal(count), D(2025, 3, 1), "race"), today=D(2025, 3, 1))
            with contextlib.suppress(ZeroDivisionError), transaction.atomic():
                take_number(series="xclass", kind="invoice", year=2025)
                raise ZeroDivisionError  # a number taken and given back

    results = at_once(*[partial(live, tenant) for tenant in schools])
    assert raised(results) == []
    numbers = []
    for tenant in schools:
        with inside(tenant):
            numbers += list(Document.objects.values_list("number", flat=True))
        books_balance(tenant, D(2025, 3, 1))
    assert sorted(numbers) == [f"XC/INV/2025/03/{number:05}" for number in range(1, 33)]
    assert Event.objects.filter(name="invoice.issued", tenant__in=schools).count() == 32


@pytest.mark.parametrize("before", [1, 0], ids=["a series with rows", "the first papers of a series"])
def test_two_that_number_invoice_and_fee_in_opposite_order_do_not_lock_each_other_out(
    schools: list[Tenant], before: int
) -> None:
    """One bills and then fines, the other fines and then bills; the series is one lock for both, also while it has no row."""

    def number(first: str, second: str) -> tuple[int, int]:
        with transaction.atomic():
            one = take_number(series="balap", kind=first, year=2025)
            sleep(0.3)
            return one, take_number(series="balap", kind=second, year=2025)

    if before:
        number("invoice", "late_fee")
    results = at_once(partial(number, "invoice", "late_fee"), partial(number, "late_fee", "invoice"))
    NumberSeries.objects.filter(series="balap").delete()
    assert raised(results) == []
    assert sorted(results) == [(before + 1, before + 1), (before + 2, before + 2)]


def test_the_last_places_of_a_batch_are_sold_once(transactional_db: None) -> None:
    """N3: 30 places, eight buyers of 6 at once: five are served, three refused, nothing of theirs is written."""
    wanted = [(f"peserta{number}", "naikkelas", 1, D(2026, 11, 1)) for number in range(8)]

    def buy(tenant: Tenant) -> Any:
        purchase = Purchase("bootcamp-2027-01", Decimal(6), "balap")
        return buy_item(tenant=tenant, purchase=purchase, today=D(2026, 11, 2))

    with committed(*wanted) as tenants:
        results = at_once(*[partial(buy, tenant) for tenant in tenants])
        refused = raised(results)
        assert [getattr(error, "code", repr(error)) for error in refused] == ["batch_full"] * 3
        assert NumberSeries.objects.get(kind="places").last == 30
        sold = 0
        for tenant in tenants:
            with inside(tenant):
                sold += sum(document.total for document in Document.objects.all())
        assert sold == 30 * 6_000_000


def test_a_pause_and_the_bill_of_the_next_day_exclude_each_other(transactional_db: None) -> None:
    """N2: asked for before midnight while the job of the 10th runs: paused and not billed, or billed and not paused."""
    wanted = [(f"jeda{number}", "naikkelas", 1, D(2026, 3, 10)) for number in range(6)]
    late = datetime(2026, 4, 9, 18, tzinfo=UTC)  # one in the morning of 10 April in Jakarta

    def pause(tenant: Tenant) -> Any:
        return pause_subscription(tenant=tenant, today=D(2026, 4, 9), until=D(2026, 5, 1))

    with committed(*wanted, plan="learner") as tenants:
        for tenant in tenants:
            pay(tenant, D(2026, 3, 10))
        results = at_once(*[partial(pause, tenant) for tenant in tenants], partial(run, Job.BILLING, late))
        run(Job.BILLING, late)  # whom the run left out because a pause held it
        refused = raised(results)
        assert {getattr(error, "code", repr(error)) for error in refused} <= {"pay_first"}
        for tenant in tenants:
            paused = standing(tenant)[0] == "paused"
            assert len(spans(tenant)) == (1 if paused else 2)
            books_balance(tenant, D(2026, 4, 10))
        assert sum(standing(tenant)[0] == "active" for tenant in tenants) == len(refused)


def test_going_on_by_hand_and_by_the_job_at_once_bills_once(transactional_db: None) -> None:
    """N2: the last day of a pause; the second finds it over."""
    with committed(("kembali", "naikkelas", 1, D(2026, 3, 10)), plan="learner") as (tenant,):
        pay(tenant, D(2026, 3, 10))
        pause_subscription(tenant=tenant, today=D(2026, 3, 20), until=D(2026, 5, 1))
        noon = datetime(2026, 5, 1, 5, tzinfo=UTC)
        results = at_once(
            partial(resume_subscription, tenant=tenant, today=D(2026, 5, 1)), partial(run, Job.BILLING, noon)
        )
        run(Job.BILLING, noon)
        assert {getattr(error, "code", repr(error)) for error in raised(results)} <= {"wrong_state"}
        assert spans(tenant) == [("2026-03-10", "2026-04-10", 99_000), ("2026-04-10", "2026-05-10", 99_000)]
        assert len(told(tenant, "subscription.resumed")) == 1


def test_papers_issued_at_once_have_one_number_each_and_no_gap(schools: list[Tenant]) -> None:
    """Four schools ask for a kuitansi twice and get half of their invoice back twice: 1 to 4, and 1 to 8."""
    run(Job.BILLING)
    on, some = D(2025, 3, 2), schools[:4]
    payments = [pay(tenant, on, 1_000) for tenant in some]
    receipts = [
        partial(issue_receipt, tenant=tenant, payment_id=payment.pk, today=on)
        for tenant, payment in zip(some, payments, strict=True)
    ]
    notes = []
    for tenant in some:
        with inside(tenant):
            number = Document.objects.get().number
        half = partial(issue_credit_note, number=number, reason="salah hitung", today=on, amount=100_000)
        notes += [partial(half, tenant=tenant)] * 2
    results = at_once(*receipts, *receipts, *notes)
    assert raised(results) == []
    assert sorted({paper.number for paper in results[:8]}) == [f"XC/KW/2025/03/{at:05}" for at in range(1, 5)]
    assert sorted(paper.number for paper in results[8:]) == [f"XC/NK/2025/03/{at:05}" for at in range(1, 9)]
    for tenant in some:
        books_balance(tenant, on)
