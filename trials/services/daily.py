"""The daily jobs, in the order that the floors allow: trials end, periods are billed, dunning, reminders, books last."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from time import monotonic

import structlog

from billing.services import daily as billing
from billing.services.books import recognition
from billing.services.offers.owed import settle_before_billing
from tenants.context import local_today
from tenants.models import JobRun, Tenant
from tenants.models.jobs import Job
from tenants.rows import remembering
from tenants.services.agenda import COLUMNS, Drained, drain
from tenants.services.batches import Needs, Work
from trials.services.trials import end_due_trial

log = structlog.get_logger(__name__)


def visit_billing(tenant: Tenant, today: date) -> None:
    """What the tenant has earned, trials that are over, then periods that are due."""
    settle_before_billing(tenant=tenant, today=today)
    end_due_trial(tenant=tenant, today=today)
    billing.run_billing(tenant=tenant, today=today)


def visit_suspensions(tenant: Tenant, today: date) -> None:
    """Overdue, fees, suspension, the end of a suspension."""
    billing.run_suspensions(tenant=tenant, today=today)


def visit_reminders(tenant: Tenant, today: date) -> None:
    """What is planned to be said today."""
    billing.run_reminders(tenant=tenant, today=today)


def visit_recognition(tenant: Tenant, today: date) -> None:
    """What the months that are over have earned of prepaid terms."""
    recognition.run_recognition(tenant=tenant, today=today)


VISITS: dict[Job, Work] = {
    Job.BILLING: visit_billing,
    Job.SUSPENSIONS: visit_suspensions,
    Job.REMINDERS: visit_reminders,
    Job.RECOGNITION: visit_recognition,
}
ORDER = tuple(VISITS)
# What a visit reads, so that a batch of tenants can be loaded in one trip. None: each tenant is visited by itself.
NEEDS: dict[Job, Needs | None] = {
    Job.BILLING: billing.ACCOUNT,
    Job.SUSPENSIONS: billing.ACCOUNT,
    Job.REMINDERS: billing.STANDING,
    Job.RECOGNITION: recognition.DEFERRING,
}


def run_job(
    *,
    job: Job,
    now: datetime,
    on: date | None = None,
    trigger: str = "beat",
    progress: Callable[[Tenant], None] | None = None,
) -> Drained:
    """Work off one job over all tenants that are due, and leave a record of it."""
    run = JobRun.objects.create(job=job, on=on, trigger=trigger, started_at=now)
    drained, began = Drained(), monotonic()
    try:
        drained = drain(job=job, now=now, on=on, visit=VISITS[job], needs=NEEDS[job], progress=progress)
    except Exception as error:
        run.error = f"{type(error).__name__}: {error}"[:500]
        raise
    finally:
        run.done, run.failed = drained.done, drained.failed
        run.finished_at = now + timedelta(seconds=monotonic() - began)
        run.save()
    return drained


def live_day(tenant: Tenant, today: date) -> None:
    """One day of one tenant: each job whose agenda says so. Test clock and simulation use this, so they are the real thing.

    Afterwards the row in hand shows the agenda as the day left it.
    """
    _read_agenda(tenant)
    if not is_due(tenant, today):
        return  # most days: one query instead of four
    with remembering():  # what is on sale and who sells it, once for the day's jobs
        for job in ORDER:
            if _job_is_due(tenant, job, today):
                VISITS[job](tenant, today)
                _read_agenda(tenant)  # a visit may call the jobs after it


def is_due(tenant: Tenant, today: date) -> bool:
    """Whether any job is due by the agenda of the row in hand: with a reminder on 10 March, not on the 9th, on the 10th."""
    return any(_job_is_due(tenant, job, today) for job in COLUMNS)


def _read_agenda(tenant: Tenant) -> None:
    tenant.refresh_from_db(fields=list(COLUMNS.values()))


def _job_is_due(tenant: Tenant, job: Job, today: date) -> bool:
    day: date | None = getattr(tenant, COLUMNS[job])
    return day is not None and day <= today


def sweep(*, now: datetime, part: int, parts: int = 30) -> int:
    """Recompute the agenda of one part of the tenants; returns how many had a wrong day, which is logged and put right."""
    wrong = 0
    ready = Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY).order_by("pk")
    for tenant in ready.iterator(chunk_size=200):
        if tenant.pk.int % parts == part and billing.recompute_agenda(tenant=tenant, today=local_today(tenant, now)):
            log.warning("agenda_was_wrong", tenant=tenant.schema_name)
            wrong += 1
    return wrong
