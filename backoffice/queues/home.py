"""What the admin opens on."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from backoffice.queues.counting import queues
from tenants.models import JobRun


def show_queues(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Queues with counts and age, and how the last daily runs went."""
    now = timezone.now()
    found = queues(timezone.localdate(), now)
    latest = JobRun.objects.order_by("job", "-started_at", "-pk").distinct("job")
    return context | {
        "urgent": [queue for queue in found if queue.urgent],
        "watched": [queue for queue in found if not queue.urgent],
        "runs": sorted(latest, key=lambda run: run.started_at, reverse=True),
        "now": now,
    }
