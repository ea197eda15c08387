"""Charges beside the periods are billed in batches too: nothing of a tenant's schema is asked on the way."""

from datetime import UTC, date, datetime
from decimal import Decimal

from billing.models import Document
from billing.services.charges.usage import Usage, report_usage
from billing.services.dunning.pausing import pause_subscription
from tenants.context import inside
from tenants.models import StaffTask, Tenant
from tenants.models.jobs import Job
from tests.billing.lives import live_through, pay, reminders
from tests.conftest import make_tenant
from trials.services.daily import run_job

D = date
NOON = datetime(2026, 5, 10, 5, tzinfo=UTC)


def amounts(tenant: Tenant) -> list[int]:
    with inside(tenant):
        return [line.amount for line in Document.objects.order_by("-issued_on")[0].lines.all()]


def test_setup_fees_and_usage_are_billed_in_one_batch_c2_c15(db: None, pipelines: list[int]) -> None:
    """Two whose trial ends on 10 May, two in their second month, one of them with turnover."""
    starting = [make_tenant(f"baru{at}", "Baru", "koperasi", 80, D(2026, 4, 10), plan="growth") for at in range(2)]
    running = [make_tenant(f"lama{at}", "Lama", "koperasi", 80, D(2026, 3, 10), plan="growth") for at in range(2)]
    for tenant in running:
        live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
        pay(tenant, D(2026, 4, 10))
    usage = Usage("marketplace-turnover", Decimal(12_345_600), D(2026, 4, 20), "test")
    report_usage(tenant=running[0], usage=usage, today=D(2026, 4, 20))
    pipelines.clear()
    assert run_job(job=Job.BILLING, now=NOON, on=D(2026, 5, 10)).done == 4
    assert len(pipelines) == 2
    assert [amounts(tenant) for tenant in starting] == [[999_000, 5_000_000]] * 2
    assert [amounts(tenant) for tenant in running] == [[999_000, 123_456], [999_000]]


def test_renewal_tasks_and_notices_are_made_in_one_batch_c8_c9(db: None, pipelines: list[int]) -> None:
    """Two that renew on 10 April 2027: the task on 24 February, the notice on 11 March."""
    tenants = [
        make_tenant(f"tahunan{at}", "Tahunan", "koperasi", 80, D(2026, 3, 10), plan="starter", interval_months=12)
        for at in range(2)
    ]
    for tenant in tenants:
        live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
        pay(tenant, D(2026, 4, 10))
        live_through(tenant, D(2026, 4, 11), D(2027, 2, 23))
    for day in (D(2027, 2, 24), D(2027, 3, 11)):
        pipelines.clear()
        assert run_job(job=Job.REMINDERS, now=NOON, on=day).done == 2
        assert len(pipelines) == 2
    tasks = StaffTask.objects.filter(kind="renewal", tenant__in=tenants)
    assert sorted(str(task.due_on) for task in tasks) == ["2027-02-24"] * 2
    assert reminders(tenants[0], "term_end") == [
        ("2027-03-11", "term_end", 30, "email"),
        ("2027-03-11", "term_end", 30, "in_app"),
    ]


def test_pauses_end_in_one_batch_n2(db: None, pipelines: list[int]) -> None:
    """Two learners away until 1 May 2026: the period from 10 April is billed then."""
    tenants = [make_tenant(f"jeda{at}", "Dewi", "naikkelas", 1, D(2026, 3, 10), plan="learner") for at in range(2)]
    for tenant in tenants:
        pay(tenant, D(2026, 3, 10))
        pause_subscription(tenant=tenant, today=D(2026, 3, 20), until=D(2026, 5, 1))
    pipelines.clear()
    assert run_job(job=Job.BILLING, now=NOON, on=D(2026, 5, 1)).done == 2
    assert len(pipelines) == 2
    assert [amounts(tenant) for tenant in tenants] == [[99_000], [99_000]]
