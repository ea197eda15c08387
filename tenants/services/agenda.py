"""The agenda: which tenant has something to do on which day, and working it off."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connections, transaction
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least

from tenants.context import local_today
from tenants.models import ParkedJob, Tenant
from tenants.models.jobs import Job
from tenants.rows import change_tenant, current_visit
from tenants.services.batches import Needs, Work, work_batch

log = structlog.get_logger(__name__)
COLUMNS = {
    Job.BILLING: "billing_due_on",
    Job.REMINDERS: "reminder_due_on",
    Job.SUSPENSIONS: "suspension_due_on",
    Job.RECOGNITION: "recognition_due_on",
}
# Tenants claimed together: their rows are locked for some tenths of a second, and a failure costs as many single visits.
BATCH = 50
RETRY_AFTER = [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]


@dataclass(slots=True)
class Drained:
    """What one drain did."""

    done: int = 0
    failed: int = 0


def pull_forward(*, tenant: Tenant, job: Job, day: date | None) -> None:
    """Make sure that the job visits the tenant on `day` or earlier. Only the worker's recomputation moves a day later."""
    if day is None:
        return
    column, visit = COLUMNS[job], current_visit()
    if visit is not None:
        known = visit.now([column])[column]
        change_tenant(tenant, **{column: day if known is None else min(known, day)})
    else:
        Tenant.objects.filter(pk=tenant.pk).update(**{column: Least(Coalesce(F(column), Value(day)), Value(day))})


def call_product(*, product: str, job: Job, today: date) -> int:
    """Let the job visit every tenant of a product that has a standing, today (a test clock's own today): one statement on
    the public rows, whatever their number. Returns how many; each visit writes the tenant's own next day again."""
    column, day = COLUMNS[job], Coalesce(F("clock_on"), Value(today))
    tenants = Tenant.objects.filter(product_code=product, provisioning=Tenant.ProvisioningState.READY).exclude(
        status=""
    )
    return tenants.update(**{column: Least(Coalesce(F(column), day), day)})


def set_agenda(*, tenant: Tenant, days: dict[Job, date | None], **standing: Any) -> None:
    """Write recomputed days, and what else of the public row changes with them; the caller holds the tenant's lock."""
    change_tenant(tenant, **standing, **{COLUMNS[job]: day for job, day in days.items()})


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


def batches_due(*, job: Job, now: datetime, most: int) -> int:
    """How many batches are due, counted no further than `most`."""
    found = due_tenants(job=job, now=now, on=None).values("pk")[: most * BATCH].count()
    return -(-found // BATCH)


def drain(
    *,
    job: Job,
    now: datetime,
    on: date | None,
    visit: Work,
    needs: Needs | None = None,
    progress: Callable[[Tenant], None] | None = None,
) -> Drained:
    """Visit due tenants until none is left; several drains may run side by side.

    With `needs` a batch of tenants is loaded, visited and written in one transaction; without, each has its own. A tenant
    whose visit fails is rolled back, parked with the reason and tried later; the others go on.
    """
    run = _Run(job, now, on, visit, needs)
    while met := _meet(run):
        for tenant in met if progress is not None else ():
            progress(tenant)  # type: ignore[misc]
        _rest()
    return run.outcome


def _rest() -> None:
    """End sessions that have met enough tenants, not only give them back to a pool: see `tenants.backend.session`."""
    session: Any
    for session in connections.all(initialized_only=True):
        if session.has_met_enough() and not session.in_atomic_block:
            session.close()


@dataclass(slots=True)
class _Run:
    """One drain. A visit moves the tenant's day on, a failure parks it; who is due all the same is `stuck` and not met again.

    Only those are remembered: with a list of all tenants met, each claim would be dearer than the one before.
    """

    job: Job
    now: datetime
    on: date | None
    visit: Work
    needs: Needs | None
    outcome: Drained = field(default_factory=Drained)
    stuck: set[UUID] = field(default_factory=set)

    def claim(self, size: int, only: UUID | None = None) -> list[Tenant]:
        """Lock the next due tenants that nobody else holds."""
        due = due_tenants(job=self.job, now=self.now, on=self.on).exclude(pk__in=self.stuck)
        due = due if only is None else due.filter(pk=only)
        return list(due.select_for_update(skip_locked=True, no_key=True, of=("self",))[:size])

    def day_of(self, tenant: Tenant) -> date:
        """The day a tenant is visited for."""
        return self.on or local_today(tenant, self.now)


def _meet(run: _Run) -> list[Tenant]:
    """The next tenants: as a batch where the job can, and those that cannot go with it one by one."""
    if run.needs is None:
        return _meet_one(run)
    tenants: list[Tenant] = []
    try:
        with transaction.atomic():
            tenants = _of_one_database(run.claim(BATCH))
            alone = _work(run, run.needs, tenants) if tenants else []
    except Exception:
        if not tenants:
            raise
        log.exception("batch_rolled_back", job=run.job, tenants=len(tenants))
        alone = tenants
    else:
        run.outcome.done += len(tenants) - len(alone)
    for tenant in alone:
        _meet_one(run, tenant.pk)
    return tenants


def _work(run: _Run, needs: Needs, tenants: list[Tenant]) -> list[Tenant]:
    """Work a claimed batch off; returns those to be met alone."""

    def visit(tenant: Tenant, today: date) -> None:
        if run.on is not None and tenant.clock_on is not None:
            change_tenant(tenant, clock_on=run.on)
        run.visit(tenant, today)

    worked = work_batch(tenants, needs, visit, run.day_of)
    done = [visited.tenant.pk for visited in worked.done]
    ParkedJob.objects.filter(tenant__in=done, job=run.job).delete()
    column = COLUMNS[run.job]
    for visited in worked.done:
        day = visited.now([column])[column]
        if day is not None and day <= run.day_of(visited.tenant):
            run.stuck.add(visited.tenant.pk)
    return worked.failed


def _of_one_database(claimed: list[Tenant]) -> list[Tenant]:
    """A batch never spans two databases: who lives elsewhere than the first is let go and claimed by the next batch."""
    return [tenant for tenant in claimed if tenant.database_alias == claimed[0].database_alias]


def _meet_one(run: _Run, only: UUID | None = None) -> list[Tenant]:
    """Claim one due tenant by its row lock and visit it."""
    with transaction.atomic():
        claimed = run.claim(1, only)
        for tenant in claimed:
            _visit_alone(run, tenant)
    return claimed


def _visit_alone(run: _Run, tenant: Tenant) -> None:
    job, today = run.job, run.day_of(tenant)
    if run.on is not None and tenant.clock_on is not None:
        Tenant.objects.filter(pk=tenant.pk).update(clock_on=run.on)
    try:
        with transaction.atomic():
            run.visit(tenant, today)
    except Exception as error:
        log.exception("tenant_parked", job=job, tenant=tenant.schema_name)
        park(tenant=tenant, job=job, now=run.now, reason=f"{type(error).__name__}: {error}")
        run.outcome.failed += 1
        return
    ParkedJob.objects.filter(tenant=tenant, job=job).delete()
    run.outcome.done += 1
    if Tenant.objects.filter(pk=tenant.pk, **{f"{COLUMNS[job]}__lte": today}).exists():
        run.stuck.add(tenant.pk)


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
