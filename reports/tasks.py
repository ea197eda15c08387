"""Background work of the reports; safe to run twice."""

from celery import shared_task

from reports.services.following import follow_events


@shared_task
def follow() -> None:
    """Draw the facts of what happened since the last time."""
    follow_events()
