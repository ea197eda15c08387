"""The daily jobs over all tenants: who is visited, when, at what cost, and what becomes of one that fails."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from billing.models import Subscription
from tenants.context import inside
from tenants.models import JobRun, NumberSeries, ParkedJob, Tenant
from tenants.models.jobs import Job
from tenants.services.agenda import due_tenants, park, pull_forward, release
from tests.billing.lives import agenda, books_balance, papers, pay, standing
from tests.conftest import make_tenant, told
from trials.services import daily
from trials.services.daily import run_job, sweep

D = date
# Noon in Jakarta on 1 March 2025.
NOON = datetime(2025, 3, 1, 5, tzinfo=UTC)


def everything(now: datetime, on: date | None = None) -> tuple[int, int]:
    """All three jobs in their order; (done, failed)."""
    runs = [run_job(job=job, now=now, on=on) for job in (Job.BILLING, Job.SUSPENSIONS, Job.REMINDERS)]
    return sum(run.done for run in runs), sum(run.failed for run in runs)


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, date]]:
    """(job, tenant, day) of every visit, in order."""
    seen: list[tuple[str, str, date]] = []
    for job, visit in dict(daily.VISITS).items():

        def watched(tenant: Tenant, today: date, job: Job = job, visit: Any = visit) -> None:
            seen.append((job.value, tenant.schema_name, today))
            visit(tenant, today)

        monkeypatch.setitem(daily.VISITS, job, watched)
    return seen


def test_only_the_tenant_that_has_something_due_is_visited(
    school: Tenant, complex_: Tenant, visits: list[tuple[str, str, date]]
) -> None:
    """X7: on 1 March 2025 that is the school, once."""
    make_tenant("kecil", "SD Kecil", "xclass", 30, D(2025, 2, 1))
    assert everything(NOON) == (1, 0)  # the trial's reminders are moot now, those of the invoice still to come
    assert {(name, day) for _, name, day in visits} == {("t_sman1", D(2025, 3, 1))}
    assert everything(NOON) == (0, 0)
    assert len(papers(school)) == 1


def test_idle_tenants_cost_nothing(
    school: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries, visits: list[tuple[str, str, date]]
) -> None:
    """One run over thirty idle tenants and a due one costs what the due one costs."""
    day = datetime(2025, 2, 26, 5, tzinfo=UTC)
    with transaction.atomic(), CaptureQueriesContext(connection) as alone:
        run_job(job=Job.REMINDERS, now=day)
        transaction.set_rollback(True)
    rows = [
        Tenant(
            schema_name=f"t_idle{number}",
            name=f"Idle {number}",
            product_code="xclass",
            provisioning=Tenant.ProvisioningState.READY,
            billing_due_on=D(2030, 1, 1),
            reminder_due_on=None if number % 2 else D(2030, 1, 1),
        )
        for number in range(30)
    ]
    Tenant.objects.bulk_create(rows)
    visits.clear()
    with django_assert_max_num_queries(len(alone)):
        run_job(job=Job.REMINDERS, now=day)
    assert [name for _, name, _ in visits] == ["t_sman1"]
    with django_assert_max_num_queries(8):
        run_job(job=Job.BILLING, now=datetime(2025, 2, 26, 5, tzinfo=UTC))


def test_finding_who_is_due_uses_the_index(school: Tenant) -> None:
    """The furthest zone's date bounds the scan, whatever the number of tenants."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = due_tenants(job=Job.BILLING, now=NOON, on=None).order_by().explain()
    assert "tenant_billing_due" in plan


def test_at_half_past_ten_in_the_evening_it_is_tomorrow_in_papua(db: None) -> None:
    """X7: 22:30 WIB on 28 February is 00:30 WIT on 1 March: only the WIT school is billed, for 1 March."""
    jakarta = make_tenant("barat", "SMA Barat", "xclass", 100, D(2025, 2, 1))
    makassar = make_tenant("tengah", "SMA Tengah", "xclass", 100, D(2025, 2, 1), timezone="Asia/Makassar")
    jayapura = make_tenant("timur", "SMA Timur", "xclass", 100, D(2025, 2, 1), timezone="Asia/Jayapura")
    run_job(job=Job.BILLING, now=datetime(2025, 2, 28, 15, 30, tzinfo=UTC))
    assert [len(papers(one)) for one in (jakarta, makassar, jayapura)] == [0, 0, 1]
    assert papers(jayapura)[0][2] == D(2025, 3, 1)
    # 00:30 WITA, 23:30 WIB
    run_job(job=Job.BILLING, now=datetime(2025, 2, 28, 16, 30, tzinfo=UTC))
    assert [len(papers(one)) for one in (jakarta, makassar, jayapura)] == [0, 1, 1]
    run_job(job=Job.BILLING, now=datetime(2025, 2, 28, 17, 0, tzinfo=UTC))
    assert [papers(one)[0][2] for one in (jakarta, makassar, jayapura)] == [D(2025, 3, 1)] * 3


def test_a_named_day_stands_in_for_today(school: Tenant) -> None:
    """`run_daily --on`."""
    assert run_job(job=Job.BILLING, now=NOON, on=D(2025, 2, 28)).done == 0
    assert run_job(job=Job.BILLING, now=NOON, on=D(2025, 3, 2)).done == 1
    assert papers(school)[0][2] == D(2025, 3, 2)


def test_a_tenant_with_a_test_clock_is_left_to_its_clock(school: Tenant) -> None:
    Tenant.objects.filter(pk=school.pk).update(is_test=True, clock_on=D(2025, 2, 1))
    assert everything(NOON) == (0, 0)


def test_a_tenant_that_is_not_ready_is_not_visited(school: Tenant) -> None:
    Tenant.objects.filter(pk=school.pk).update(provisioning=Tenant.ProvisioningState.FAILED)
    assert everything(NOON) == (0, 0)


def test_a_visit_that_moves_nothing_is_not_repeated_for_ever(
    school: Tenant, complex_: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def looked_at(tenant: Tenant, today: date) -> None:
        seen.append(f"{tenant.schema_name} {today}")

    monkeypatch.setitem(daily.VISITS, Job.BILLING, looked_at)
    drained = run_job(job=Job.BILLING, now=NOON, on=D(2027, 1, 1))
    assert (sorted(seen), drained.done) == (["t_griya 2027-01-01", "t_sman1 2027-01-01"], 2)


# --- one that fails ------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(db: None) -> tuple[Tenant, Tenant]:
    """Two schools due on 1 March; the first one's agreement names an issuer that is not there."""
    bad = make_tenant("aaa", "SMA Rusak", "xclass", 100, D(2025, 2, 1))
    good = make_tenant("zzz", "SMA Utuh", "xclass", 100, D(2025, 2, 1))
    damage(bad, "nobody")
    return bad, good


def damage(tenant: Tenant, issuer: str) -> None:
    with inside(tenant):
        subscription = Subscription.objects.get()
        subscription.agreement = subscription.terms.model_copy(update={"issuer": issuer})
        subscription.save()


def test_one_that_fails_is_parked_and_holds_nobody_up(broken: tuple[Tenant, Tenant]) -> None:
    """A failing tenant: rolled back to the last row, set aside with the reason; the next one is billed."""
    bad, good = broken
    drained = run_job(job=Job.BILLING, now=NOON)
    assert (drained.done, drained.failed) == (1, 1)
    assert (len(papers(bad)), len(papers(good))) == (0, 1)
    assert standing(bad) == ("trialing", True, 0)
    assert told(bad, "trial.ended", "subscription.activated", "invoice.issued") == []
    parked = ParkedJob.objects.get()
    assert (parked.tenant, parked.job, parked.attempts) == (bad, Job.BILLING, 1)
    assert "DoesNotExist" in parked.reason
    run = JobRun.objects.get()
    assert (run.done, run.failed, run.error) == (1, 1, "")
    # the number that the rolled back invoice had is the other one's
    assert NumberSeries.objects.get(series="xclass").last == 1


def test_a_parked_one_is_tried_again_later_and_later(broken: tuple[Tenant, Tenant]) -> None:
    bad, _ = broken
    now, waits = NOON, []
    for _attempt in range(5):
        run_job(job=Job.BILLING, now=now)
        parked = ParkedJob.objects.get()
        assert parked.retry_at is not None
        waits.append(parked.retry_at - now)
        run_job(job=Job.BILLING, now=now + timedelta(minutes=14))
        assert ParkedJob.objects.get().attempts == len(waits)
        now = parked.retry_at
    assert waits == [timedelta(minutes=15), *(timedelta(hours=hours) for hours in (1, 6, 24, 24))]
    assert ParkedJob.objects.get().parked_at == NOON
    damage(bad, "xclass")
    run_job(job=Job.BILLING, now=now)
    assert not ParkedJob.objects.exists()
    assert len(papers(bad)) == 1


def test_the_other_jobs_of_a_parked_tenant_go_on(broken: tuple[Tenant, Tenant]) -> None:
    bad, _ = broken
    run_job(job=Job.BILLING, now=NOON)
    damage(bad, "xclass")
    run_job(job=Job.REMINDERS, now=NOON)
    assert agenda(bad)[2] is None
    assert ParkedJob.objects.count() == 1


def test_staff_let_a_parked_one_go(broken: tuple[Tenant, Tenant]) -> None:
    bad, _ = broken
    run_job(job=Job.BILLING, now=NOON)
    damage(bad, "xclass")
    release(tenant=bad, job=Job.BILLING)
    assert run_job(job=Job.BILLING, now=NOON).done == 1


def test_what_staff_park_waits_for_staff(school: Tenant) -> None:
    park(tenant=school, job=Job.BILLING, now=NOON, reason="Menunggu jawaban sekolah", by_staff=True)
    assert run_job(job=Job.BILLING, now=NOON + timedelta(days=400)).done == 0
    release(tenant=school, job=Job.BILLING)
    assert run_job(job=Job.BILLING, now=NOON).done == 1


def test_a_failure_of_the_whole_run_is_on_record(school: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_drain(**_: object) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(daily, "drain", broken_drain)
    with pytest.raises(RuntimeError, match="no database"):
        run_job(job=Job.BILLING, now=NOON)
    assert "no database" in JobRun.objects.get().error


# --- the agenda itself ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["billing_due_on", "suspension_due_on", "reminder_due_on"])
@pytest.mark.parametrize("wrong", [None, D(2024, 1, 1), D(2031, 1, 1)])
def test_the_sweep_finds_a_wrong_day_and_mends_it(school: Tenant, column: str, wrong: date | None) -> None:
    right = agenda(school)
    before = getattr(school, column)
    Tenant.objects.filter(pk=school.pk).update(**{column: wrong})
    now = datetime(2025, 2, 10, 5, tzinfo=UTC)
    swept = sum(sweep(now=now, part=part) for part in range(30))
    assert swept == (0 if before == wrong else 1)
    assert agenda(school) == right
    assert sum(sweep(now=now, part=part) for part in range(30)) == 0


def test_the_sweep_finds_a_wrong_balance_and_mends_it(school: Tenant) -> None:
    """The jobs ask for open documents only where the public row says that something is owed."""
    everything(NOON)
    assert standing(school)[2] == 750_000
    Tenant.objects.filter(pk=school.pk).update(balance=0)
    now = datetime(2025, 3, 2, 5, tzinfo=UTC)
    assert sum(sweep(now=now, part=part) for part in range(30)) == 1
    assert standing(school)[2] == 750_000


def test_pulling_forward_never_moves_a_day_later(school: Tenant) -> None:
    pull_forward(tenant=school, job=Job.BILLING, day=D(2025, 4, 1))
    assert agenda(school)[0] == D(2025, 3, 1)
    pull_forward(tenant=school, job=Job.BILLING, day=D(2025, 2, 20))
    assert agenda(school)[0] == D(2025, 2, 20)
    pull_forward(tenant=school, job=Job.SUSPENSIONS, day=D(2025, 2, 20))
    assert agenda(school)[1] == D(2025, 2, 20)
    everything(NOON)
    books_balance(school, D(2025, 3, 1))


def test_the_days_of_a_life(school: Tenant) -> None:
    """X4, X6, X7, X10: what each job waits for at each turn: (billing, suspensions, reminders)."""
    assert agenda(school) == (D(2025, 3, 1), None, D(2025, 2, 22))
    daily.live_day(school, D(2025, 3, 1))
    assert agenda(school) == (D(2026, 3, 1), D(2025, 3, 18), D(2025, 3, 10))
    daily.live_day(school, D(2025, 3, 18))
    assert agenda(school) == (D(2026, 3, 1), D(2025, 3, 31), D(2025, 3, 19))
    daily.live_day(school, D(2025, 3, 31))
    assert agenda(school) == (None, D(2025, 6, 29), D(2025, 5, 30))
    pay(school, D(2025, 4, 2))
    # That its price is kept is said three months before the book of 2026.
    assert agenda(school) == (D(2026, 3, 1), None, D(2025, 10, 1))
    daily.live_day(school, D(2025, 10, 1))
    assert agenda(school) == (D(2026, 3, 1), None, D(2026, 2, 22))
