"""Celery's way to the messages; both tasks are safe to run twice and side by side."""

from celery import shared_task
from django.utils import timezone

from notifications.services import consuming, delivering

# A run of a task ends after so many rounds; what is left is taken by the next one, seconds later.
MOST_ROUNDS = 20


@shared_task
def notify() -> None:
    """Make messages from new events."""
    for _ in range(MOST_ROUNDS):
        outcome = consuming.notify(now=timezone.now())
        if not outcome.events:
            return


@shared_task
def deliver() -> None:
    """Send what is due; the clock is read anew for each round, because sending takes time."""
    for _ in range(MOST_ROUNDS):
        if not delivering.deliver(now=timezone.now()).tenants:
            return
