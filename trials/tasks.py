"""Celery's way to the daily jobs and to provisioning; each task is thin and safe to run twice."""

from datetime import date, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from tenants.models import Tenant
from tenants.models.jobs import Job
from tenants.services.agenda import batches_due
from trials.services.daily import run_job, sweep
from trials.services.pilots import remind_of_duties
from trials.services.provisioning import pending_tenants, provision_tenant


@shared_task
def run_billing() -> None:
    """Trials that are over and periods that are due."""
    _drain_side_by_side(Job.BILLING)


@shared_task
def run_suspensions() -> None:
    """Overdue, fees, suspensions."""
    _drain_side_by_side(Job.SUSPENSIONS)


@shared_task
def run_reminders() -> None:
    """What is to be said today."""
    _drain_side_by_side(Job.REMINDERS)


@shared_task
def run_recognition() -> None:
    """What the months that are over have earned of prepaid terms."""
    _drain_side_by_side(Job.RECOGNITION)


@shared_task
def drain(job: str) -> None:
    """One more hand at a job: the same drain, which claims what the others have not."""
    run_job(job=Job(job), now=timezone.now())


def _drain_side_by_side(job: Job) -> None:
    """As many equal drains as there are batches to share, at most one a core. Losing one of them loses no work."""
    now = timezone.now()
    for _ in range(min(settings.DRAINS_PER_JOB, batches_due(job=job, now=now, most=settings.DRAINS_PER_JOB)) - 1):
        drain.delay(job.value)
    run_job(job=job, now=now)


@shared_task
def provision(tenant_id: str) -> None:
    """Make one tenant's schema."""
    provision_tenant(tenant=Tenant.objects.get(pk=tenant_id), now=timezone.now())


@shared_task
def provision_pending() -> None:
    """Tenants whose own task was lost, or that failed before."""
    for tenant in pending_tenants():
        provision_tenant(tenant=tenant, now=timezone.now())


@shared_task
def remind_pilots() -> None:
    """Tell pilots of duties that are late."""
    remind_of_duties(now=timezone.now())


@shared_task
def sweep_agenda() -> None:
    """A thirtieth of the tenants every night: their agenda is recomputed, and a wrong day is put right."""
    now = timezone.now()
    sweep(now=now, part=(now.date() - date(2020, 1, 1)) // timedelta(days=1) % 30)
