"""Celery's way to the daily jobs and to provisioning; each task is thin and safe to run twice."""

from datetime import date, timedelta

from celery import shared_task
from django.utils import timezone

from tenants.models import Tenant
from tenants.models.jobs import Job
from trials.services.daily import run_job, sweep
from trials.services.signups import pending_tenants, provision_tenant


@shared_task
def run_billing() -> None:
    """Trials that are over and periods that are due."""
    run_job(job=Job.BILLING, now=timezone.now())


@shared_task
def run_suspensions() -> None:
    """Overdue, fees, suspensions."""
    run_job(job=Job.SUSPENSIONS, now=timezone.now())


@shared_task
def run_reminders() -> None:
    """What is to be said today."""
    run_job(job=Job.REMINDERS, now=timezone.now())


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
def sweep_agenda() -> None:
    """A thirtieth of the tenants every night: their agenda is recomputed, and a wrong day is put right."""
    now = timezone.now()
    sweep(now=now, part=(now.date() - date(2020, 1, 1)) // timedelta(days=1) % 30)
