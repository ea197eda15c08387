"""How much work waits, and how old the oldest of it is: what an operator's monitoring asks every half minute."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from billing.selectors.waiting import waiting_at_the_gateways
from tenants.models import Books, Event, ParkedJob, Tenant


@dataclass(frozen=True, slots=True)
class Queue:
    """So many wait; the oldest since so many seconds (0 when none waits)."""

    name: str
    waiting: int
    oldest_seconds: float


def queues(now: datetime) -> list[Queue]:
    """The operator's queues, one query each over a partial index."""
    events = Event.objects.filter(notified_at__isnull=True)
    waiting = Tenant.objects.exclude(provisioning=Tenant.ProvisioningState.READY)
    found = (
        *waiting_at_the_gateways().items(),
        ("events", events.aggregate(n=Count("pk"), at=Min("recorded_at"))),
        ("parked", ParkedJob.objects.aggregate(n=Count("pk"), at=Min("parked_at"))),
        ("provisioning", waiting.aggregate(n=Count("pk"), at=Min("created_at"))),
    )
    return [Queue(name, row["n"], (now - row["at"]).total_seconds() if row["at"] else 0.0) for name, row in found]


def overdue_agendas(now: datetime) -> int:
    """Tenants whose agenda lies more than a day behind: zero unless the daily jobs stand still."""
    late = now.date().toordinal() - 1
    day = type(now.date()).fromordinal(late)
    due = Q(billing_due_on__lt=day) | Q(suspension_due_on__lt=day) | Q(reminder_due_on__lt=day)
    due |= Q(recognition_due_on__lt=day)
    ready = Tenant.objects.filter(due, provisioning=Tenant.ProvisioningState.READY, clock_on__isnull=True)
    return ready.exclude(parked_jobs__isnull=False).count()


def books_that_disagree() -> int:
    """Tenants whose books did not agree with their other tables when they were last checked: to be looked into at once."""
    return Books.objects.filter(agrees=False).count()


def tenants_by_status() -> dict[tuple[str, str], int]:
    """(product, status) → how many tenants, test tenants aside."""
    rows = Tenant.objects.filter(is_test=False).values_list("product_code", "status").annotate(n=Count("pk"))
    return {(product, status or "none"): count for product, status, count in rows}
