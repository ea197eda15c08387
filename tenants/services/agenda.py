"""The agenda: which tenant has something to do on which day, and working it off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import close_old_connections, connection, transaction
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least

from tenants.context import local_today
from tenants.models import ParkedJob, Tenant
from tenants.models.jobs import Job

log = structlog.get_logger(__name__)
Visit = Callable[[Tenant, date], None]
COLUMNS = {Job.BILLING: "billing_due_on", Job.REMINDERS: "reminder_due_on", Job.SUSPENSIONS: "suspension_due_on"}
# A backend keeps about 84 kB for each tenant it has met; recycled connections keep workers small.
TENANTS_PER_CONNECTION = 300
RETRY_AFTER = [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]


@dataclass(slots=True)
class Drained:
    """What one drain did."""

    done: int = 0
    failed: int = 0


def pull_forward(*, tenant: Tenant, job: Job, day: date | None) -> None:
    """Make sure that the job visits the tenant on `day` or earlier. Only the worker's recomputation moves a day later."""
    if day is not None:
        column = COLUMNS[job]
        Tenant.objects.filter(pk=tenant.pk).update(**{column: Least(Coalesce(F(column), Value(day)), Value(day))})


def set_agenda(*, tenant: Tenant, days: dict[Job, date | None]) -> None:
    """Write recomputed days; the caller holds the tenant's lock."""
    Tenant.objects.filter(pk=tenant.pk).update(**{COLUMNS[job]: day for job, day in days.items()})


def due_tenants(*, job: Job, now: datetime, on: date | None) -> "QuerySet[Tenant]":
    """Ready tenants with something due, oldest first.

    `on` stands in for today of every tenant; a test clock that has not passed it yet goes along. Without it, tenants with a
    test clock are left alone: they live by their clock, whose mover works off their days.
    """
    column = COLUMNS[job]
    ready = Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY)
    if on is not None:
        due = Q(**{f"{column}__lte": on}) & (Q(clock_on__isnull=True) | Q(clock_on__lte=on))
    else:
        # The furthest zone's date lets the index be used; each row is then judged by its own zone.
        furthest = (now + timedelta(hours=9)).date()
        own = Func(Func(F("timezone"), Value(now), function="timezone"), function="date")
        due = Q(**{f"{column}__lte": furthest}) & Q(**{f"{column}__lte": own}) & Q(clock_on__isnull=True)
    held = ParkedJob.objects.filter(Q(retry_at__isnull=True) | Q(retry_at__gt=now), job=job).values("tenant_id")
    return ready.filter(due).exclude(pk__in=held).order_by(column, "pk")


def drain(
    *, job: Job, now: datetime, on: date | None, visit: Visit, progress: Callable[[Tenant], None] | None = None
) -> Drained:
    """Visit due tenants until none is left, one transaction each; several drains may run side by side.

    A tenant whose visit fails is rolled back, parked with the reason and tried later; the others go on.
    """
    outcome = Drained()
    stuck: set[UUID] = set()
    while True:
        tenant = _visit_next(job=job, now=now, on=on, visit=visit, stuck=stuck, outcome=outcome)
        if tenant is None:
            return outcome
        if progress is not None:
            progress(tenant)
        if (outcome.done + outcome.failed) % TENANTS_PER_CONNECTION == 0 and not connection.in_atomic_block:
            connection.close()
            close_old_connections()


def _visit_next(
    *, job: Job, now: datetime, on: date | None, visit: Visit, stuck: set[UUID], outcome: Drained
) -> Tenant | None:
    """Claim one due tenant by its row lock, visit it, and say which it was.

    A visit moves the tenant's day on, a failure parks it; who is due all the same is `stuck` and not met again in this drain.
    Only those are remembered: with a list of all tenants met, each claim would be dearer than the one before.
    """
    with transaction.atomic():
        claim = due_tenants(job=job, now=now, on=on).exclude(pk__in=stuck)
        tenant = claim.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if tenant is None:
            return None
        today = on or local_today(tenant, now)
        if on is not None and tenant.clock_on is not None:
            Tenant.objects.filter(pk=tenant.pk).update(clock_on=on)
        try:
            with transaction.atomic():
                visit(tenant, today)
        except Exception as error:
            log.exception("tenant_parked", job=job, tenant=tenant.schema_name)
            park(tenant=tenant, job=job, now=now, reason=f"{type(error).__name__}: {error}")
            outcome.failed += 1
        else:
            ParkedJob.objects.filter(tenant=tenant, job=job).delete()
            outcome.done += 1
            if Tenant.objects.filter(pk=tenant.pk, **{f"{COLUMNS[job]}__lte": today}).exists():
                stuck.add(tenant.pk)
        return tenant


def park(*, tenant: Tenant, job: Job, now: datetime, reason: str, by_staff: bool = False) -> ParkedJob:
    """Set a tenant aside for a job: later and later after each failure, or until staff release it."""
    parked, created = ParkedJob.objects.get_or_create(
        tenant=tenant, job=job, defaults={"reason": reason[:500], "parked_at": now, "attempts": 0}
    )
    parked.attempts += 1
    parked.reason, parked.by_staff = reason[:500], by_staff
    if created:
        parked.parked_at = now
    wait = RETRY_AFTER[min(parked.attempts, len(RETRY_AFTER)) - 1]
    parked.retry_at = None if by_staff else now + wait
    parked.save()
    return parked


def release(*, tenant: Tenant, job: Job) -> None:
    """Let the next run visit the tenant again."""
    ParkedJob.objects.filter(tenant=tenant, job=job).delete()
