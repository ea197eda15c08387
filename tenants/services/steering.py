"""What staff do to a tenant apart from its money; each with a reason, each leaving an event."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from tenants.errors import Conflict, DomainError
from tenants.models import Event, Membership, ParkedJob, StaffTask, Tenant, User
from tenants.models.jobs import Job
from tenants.services.agenda import park, release
from tenants.services.events import record_event

IMPERSONATION = timedelta(minutes=30)


def check_reason(reason: str) -> str:
    """Every act of staff has a reason of at least five characters that a colleague understands a year later."""
    said = " ".join(reason.split())
    if len(said) < 5:
        raise DomainError("Tulis alasannya, paling sedikit lima huruf.", field="reason", code="reason_missing")
    return said


def record_staff_event(
    *, tenant: Tenant, name: str, on: date, reason: str, key: str | None = None, **facts: Any
) -> Event | None:
    """An act of staff as an event, with a `key` once; the tenant's standing comes from its public row."""
    standing = {
        "status": tenant.status,
        "access": tenant.has_access,
        "balance": tenant.balance,
        "product": tenant.product_code,
        "plan": tenant.plan_code,
        "quantity": str(tenant.quantity if tenant.quantity is not None else ""),
    }
    return record_event(tenant=tenant, name=name, on=on, data=standing | facts, cause=check_reason(reason), key=key)


@transaction.atomic
def park_tenant(*, tenant: Tenant, job: Job, reason: str, now: datetime, today: date) -> ParkedJob:
    """Hold a tenant back from a daily job until staff release it."""
    record_staff_event(tenant=tenant, name="staff.parked", on=today, reason=reason, job=job.value)
    return park(tenant=tenant, job=job, now=now, reason=check_reason(reason), by_staff=True)


@transaction.atomic
def release_tenant(*, tenant: Tenant, job: Job, reason: str, today: date) -> None:
    """Let the next run of a job visit the tenant again."""
    parked = ParkedJob.objects.filter(tenant=tenant, job=job).first()
    if parked is None:
        raise Conflict("Tenant ini tidak sedang disisihkan dari pekerjaan itu.", field="job", code="not_parked")
    facts: dict[str, Any] = {"job": job.value, "attempts": parked.attempts, "parked_reason": parked.reason}
    record_staff_event(tenant=tenant, name="staff.released", on=today, reason=reason, **facts)
    release(tenant=tenant, job=job)


@transaction.atomic
def finish_task(*, task: StaffTask, outcome: str, by: User, now: datetime, today: date) -> StaffTask:
    """Work a task off with what came of it; a task is finished once."""
    done = StaffTask.objects.filter(pk=task.pk, done_at__isnull=True)
    said = " ".join(outcome.split())
    if len(said) < 2:
        raise DomainError("Tulis hasilnya, misalnya “Akan bayar hari Jumat”.", field="outcome", code="outcome_missing")
    if not done.update(done_at=now, done_by=by, outcome=said[:500]):
        raise Conflict("Tugas ini sudah selesai.", code="task_done")
    task.refresh_from_db()
    record_event(
        tenant=task.tenant,
        name="staff.task_done",
        on=today,
        data={"task": str(task.pk), "kind": task.kind, "title": task.title, "status": task.tenant.status},
        cause=said,
    )
    return task


def start_impersonation(*, tenant: Tenant, member: Membership, reason: str, now: datetime, today: date) -> datetime:
    """Note that staff look at a tenant's pages as one of its members; returns the instant it ends by itself."""
    until = now + IMPERSONATION
    facts = {"member": str(member.user), "role": member.role, "until": until.isoformat(timespec="seconds")}
    record_staff_event(tenant=tenant, name="staff.impersonation_started", on=today, reason=reason, **facts)
    return until


def end_impersonation(*, tenant: Tenant, member: User, cause: str, today: date) -> None:
    """Note that staff left a tenant's pages."""
    record_staff_event(tenant=tenant, name="staff.impersonation_ended", on=today, reason=cause, member=str(member))
