"""Celery's way to the daily jobs: one task a job from the schedule, and as many equal drains as there is work for."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from pytest_django import Settings

from tenants.models import JobRun, Tenant
from tenants.models.jobs import Job
from tenants.services import agenda
from tests.billing.lives import papers
from tests.conftest import make_tenant
from trials import tasks

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)


@pytest.fixture
def complexes(db: None, monkeypatch: pytest.MonkeyPatch) -> list[Tenant]:
    """Five complexes due on 1 March 2026, in batches of two."""
    monkeypatch.setattr(agenda, "BATCH", 2)
    return [make_tenant(f"k{number}", f"Griya {number}", "klustera", 200, date(2026, 1, 30)) for number in range(5)]


@pytest.mark.parametrize(("cores", "drains"), [(1, 1), (2, 2), (8, 3)])
def test_a_job_is_shared_by_as_many_drains_as_there_are_batches_and_cores(
    complexes: list[Tenant], settings: Settings, cores: int, drains: int
) -> None:
    """Five tenants are three batches: eight cores would find nothing to do for five of them."""
    settings.DRAINS_PER_JOB = cores
    with time_machine.travel(NOON, tick=False):
        tasks.run_billing()
    assert JobRun.objects.filter(job=Job.BILLING).count() == drains
    assert sum(JobRun.objects.values_list("done", flat=True)) == 5
    assert {len(papers(tenant)) for tenant in complexes} == {1}


def test_an_hour_with_nothing_due_starts_one_drain(complexes: list[Tenant], settings: Settings) -> None:
    settings.DRAINS_PER_JOB = 8
    with time_machine.travel(NOON, tick=False):
        tasks.run_billing()
        JobRun.objects.all().delete()
        tasks.run_billing()
        tasks.run_suspensions()
        tasks.run_reminders()
    assert list(JobRun.objects.order_by("id").values_list("job", flat=True)) == ["billing", "suspensions", "reminders"]
