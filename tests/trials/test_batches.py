"""The daily jobs over batches of tenants: the same rows as one by one, fewer trips, and what becomes of a failure."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from billing.models import Allocation, CreditEntry, Document, DocumentLine, Entry, LineKind, Subscription
from billing.services.daily import ACCOUNT
from billing.services.subscriptions.life import cancel_subscription
from plans.rules.catalogue import AtRenewal
from tenants.context import inside
from tenants.models import Event, Membership, NumberSeries, ParkedJob, Role, StaffTask, Tenant
from tenants.models.jobs import Job
from tenants.rows import current_visit
from tenants.services.batches import _question
from tests.billing.ladders import change
from tests.billing.lives import books_balance, live_through, papers, pay, report, spans
from tests.conftest import make_tenant, make_user
from trials.models import Trial
from trials.services import daily
from trials.services.daily import run_job

D = date
NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
JOBS = (Job.BILLING, Job.SUSPENSIONS, Job.REMINDERS, Job.RECOGNITION)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
NOT_COMPARED = {"id", "created_at", "recorded_at", "access_token", "pdf"}


@pytest.fixture
def lives(db: None) -> list[Tenant]:
    """Tenants of many kinds on 1 March 2026: what a daily job may meet."""
    trying = make_tenant("mencoba", "Griya Mencoba", "klustera", 200, D(2026, 1, 30))
    rich = make_tenant("kredit", "Griya Kredit", "klustera", 120, D(2026, 1, 1))
    leaving = make_tenant("pergi", "Griya Pergi", "klustera", 90, D(2026, 1, 10))
    flat = make_tenant("rata", "Griya Rata", "klustera", 300, D(2026, 1, 31), plan="flat")
    wit = make_tenant("papua", "SMA Papua", "xclass", 150, D(2026, 2, 1), timezone="Asia/Jayapura")
    shrinking = make_tenant("kecil", "SD Kecil", "xclass", 60, D(2025, 3, 1))
    keeper = make_tenant("buku", "SMP Buku", "xclass", 100, D(2025, 2, 28))
    free = make_tenant("gratis", "TK Gratis", "xclass", 20, D(2026, 2, 1))
    switching = make_tenant("ganti", "Griya Ganti", "klustera", 200, D(2026, 1, 1))
    yearly = make_tenant("tahunan", "Griya Tahunan", "klustera", 80, D(2026, 1, 1))
    everyone = [trying, rich, leaving, flat, wit, shrinking, keeper, free, switching, yearly]
    for older in (shrinking, keeper):
        live_through(older, D(2025, 3, 1), D(2025, 4, 5))
        pay(older, D(2025, 4, 5))
    for tenant in everyone:
        live_through(tenant, D(2025, 4, 6), D(2026, 2, 10))
    pay(rich, D(2026, 2, 10), 1_000_000)
    report(shrinking, D(2026, 2, 10), 30)
    change(switching, D(2026, 2, 10), "flat")
    change(yearly, D(2026, 2, 10), None, 12)
    cancel_subscription(tenant=leaving, today=D(2026, 2, 10), reason="pindah")
    with inside(keeper):
        subscription = Subscription.objects.get(ended_on__isnull=True)
        subscription.agreement = subscription.terms.model_copy(update={"at_renewal": AtRenewal.CURRENT_BOOK})
        subscription.save()
    asks = make_user("sms@example.test", "Sari")
    Membership.objects.create(user=asks, tenant=wit, role=Role.OWNER, by_sms=True)
    return everyone


def play(first: date, last: date) -> None:
    day = first
    while day <= last:
        for job in JOBS:
            drained = run_job(job=job, now=NOON, on=day)
            assert drained.failed == 0
        day += timedelta(days=1)


def everything(tenants: list[Tenant]) -> dict[str, list[dict[str, Any]]]:
    """All rows that the jobs write, without what is random."""
    found: dict[str, list[dict[str, Any]]] = {}
    for tenant in tenants:
        with inside(tenant):
            for model in (Subscription, Document, DocumentLine, Allocation, CreditEntry, Entry, Trial):
                found[f"{tenant.schema_name} {model.__name__}"] = rows_of(model.objects.all())
        for public in (Event, StaffTask):
            found[f"{tenant.schema_name} {public.__name__}"] = rows_of(public.objects.filter(tenant=tenant))
        found[f"{tenant.schema_name} Tenant"] = rows_of(Tenant.objects.filter(pk=tenant.pk))
    found["NumberSeries"] = rows_of(NumberSeries.objects.all())
    return found


def rows_of(rows: "models.QuerySet[Any]") -> list[dict[str, Any]]:
    compared = [
        {name: ID.sub("…", str(value)) for name, value in row.items() if name not in NOT_COMPARED}
        for row in rows.order_by("pk").values()
    ]
    return sorted(compared, key=repr)


@pytest.mark.slow
def test_a_batch_writes_what_visits_one_by_one_would_have_written(
    lives: list[Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four months of every job: trials that end, renewals, credit, late fees, suspensions, ends, reminders, calls."""
    before = transaction.savepoint()
    with monkeypatch.context() as alone:
        for job in JOBS:
            alone.setitem(daily.NEEDS, job, None)
        play(D(2026, 2, 11), D(2026, 6, 20))
        one_by_one = everything(lives)
    transaction.savepoint_rollback(before)
    play(D(2026, 2, 11), D(2026, 6, 20))
    together = everything(lives)
    assert one_by_one.keys() == together.keys()
    for name, rows in one_by_one.items():
        assert together[name] == rows, name
    assert {"subscription.suspended", "late_fee.charged", "trial.ended", "subscription.cancelled", "invoice.paid"} <= {
        row["name"] for name, rows in together.items() if name.endswith(" Event") for row in rows
    }
    for tenant in lives:
        books_balance(tenant, D(2026, 6, 20))


@pytest.fixture
def complexes(db: None) -> list[Tenant]:
    """Ten complexes, each of 200 units, whose trial ends on 1 March 2026 (K6)."""
    return [make_tenant(f"k{number}", f"Griya {number}", "klustera", 200, D(2026, 1, 30)) for number in range(10)]


def test_ten_tenants_cost_as_many_trips_as_one(complexes: list[Tenant], pipelines: list[int]) -> None:
    """One to load, one to write; the queries beside them are the batch's, not the tenants'."""
    with CaptureQueriesContext(connection) as asked:
        assert run_job(job=Job.BILLING, now=NOON).done == 10
    assert len(pipelines) == 2
    assert len(asked) <= 14
    assert {len(papers(tenant)) for tenant in complexes} == {1}


def test_of_who_never_had_credit_none_is_looked_for() -> None:
    """A table that is not opened costs nothing; who had some, or was there before it was known, is asked as ever."""
    never, once = Tenant(schema_name="t_never"), Tenant(schema_name="t_once", credited=True)
    question = _question(ACCOUNT.loads[0], [never, once], ACCOUNT)
    assert re.findall(r'FROM "(\w+)"."billing_creditentry"', question) == ["t_once"]
    assert re.findall(r'FROM "(\w+)"."billing_subscription"', question) == ["t_never", "t_once"]


def numbers(tenants: list[Tenant]) -> Iterator[str]:
    for tenant in tenants:
        with inside(tenant):
            yield from Document.objects.values_list("number", flat=True)


def test_one_whose_row_the_database_refuses_costs_a_retry_of_its_batch_alone(complexes: list[Tenant]) -> None:
    """Its period was billed already by a line nobody knows of: refused by `line_billed_once`. No number is lost."""
    bad = complexes[3]
    with inside(bad):
        subscription = Subscription.objects.get()
        DocumentLine.objects.create(
            document=strange_document(subscription),
            subscription_key=subscription.pk,
            position=1,
            charge=subscription.terms.charges[0].code,
            kind=LineKind.PERIOD,
            period_from=D(2026, 3, 1),
            quantity=1,
            unit_price=1,
            amount=1,
        )
    drained = run_job(job=Job.BILLING, now=NOON)
    assert (drained.done, drained.failed) == (9, 1)
    assert "line_billed_once" in ParkedJob.objects.get(tenant=bad).reason
    good = [tenant for tenant in complexes if tenant != bad]
    given = sorted(int(re.findall(r"\d+$", number)[0]) for number in numbers(good))
    assert given == list(range(1, 10))


def strange_document(subscription: Subscription) -> Document:
    return Document.objects.create(
        kind="invoice",
        number="ASING-1",
        subscription=subscription,
        issued_on=D(2026, 1, 1),
        due_on=D(2026, 1, 1),
        subtotal=1,
        total=1,
        paid=1,
        status="paid",
        issuer={},
        customer={},
    )


def test_a_visit_that_raises_gives_its_number_back(complexes: list[Tenant], monkeypatch: pytest.MonkeyPatch) -> None:
    """The fourth of ten fails after its invoice was numbered: the others' numbers have no gap."""
    bad, kept = complexes[3], daily.VISITS[Job.BILLING]

    def failing(tenant: Tenant, today: date) -> None:
        kept(tenant, today)
        if tenant == bad:
            raise RuntimeError("after the number")

    monkeypatch.setitem(daily.VISITS, Job.BILLING, failing)
    drained = run_job(job=Job.BILLING, now=NOON)
    assert (drained.done, drained.failed) == (9, 1)
    assert ParkedJob.objects.get().tenant == bad
    given = sorted(int(re.findall(r"\d+$", number)[0]) for number in numbers(complexes))
    assert given == list(range(1, 10))
    assert not Event.objects.filter(tenant=bad, name="invoice.issued").exists()


def test_a_visit_cannot_write_another_tenant(complexes: list[Tenant], monkeypatch: pytest.MonkeyPatch) -> None:
    """A programming error of that kind stops that visit, not the batch."""
    first, second = complexes[:2]
    kept = daily.VISITS[Job.BILLING]

    def astray(tenant: Tenant, today: date) -> None:
        kept(second if tenant == first and current_visit() is not None else tenant, today)

    monkeypatch.setitem(daily.VISITS, Job.BILLING, astray)
    assert run_job(job=Job.BILLING, now=NOON).done == 10
    assert {len(papers(tenant)) for tenant in complexes} == {1}


def test_a_visit_that_asks_the_schema_itself_is_made_alone(
    complexes: list[Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query of a tenant's table fails on the public schema: loud, rolled back, and done the readable way."""
    kept = daily.VISITS[Job.BILLING]

    def curious(tenant: Tenant, today: date) -> None:
        if current_visit() is None:
            with inside(tenant):
                Document.objects.count()
        else:
            Document.objects.count()
        kept(tenant, today)

    monkeypatch.setitem(daily.VISITS, Job.BILLING, curious)
    assert run_job(job=Job.BILLING, now=NOON).done == 10
    assert {len(papers(tenant)) for tenant in complexes} == {1}


def test_no_visit_with_a_scheduled_change_falls_out_of_its_batch(lives: list[Tenant]) -> None:
    """C11: what a change of plan reads at the period's end was loaded with the subscription."""
    with capture_logs() as said:
        play(D(2026, 2, 11), D(2026, 3, 1))
    assert not [line for line in said if line["event"] == "visit_failed_in_batch"]
    plans = {
        tenant.name: tenant.plan_code for tenant in Tenant.objects.filter(name__in=["Griya Ganti", "Griya Tahunan"])
    }
    assert plans == {"Griya Ganti": "flat", "Griya Tahunan": "per-unit"}
    yearly = next(tenant for tenant in lives if tenant.name == "Griya Tahunan")
    assert spans(yearly)[-1] == ("2026-03-01", "2027-03-01", 4_000_000)
