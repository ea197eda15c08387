"""Background work of the reports; safe to run twice."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from reports.services.following import follow_events
from reports.services.health_scoring import score_health
from reports.services.provinces import publish_provinces


@shared_task
def follow() -> None:
    """Draw the facts of what happened since the last time."""
    follow_events()


@shared_task
def score() -> None:
    """Score the health of customers of whom something is new, or whose day has come."""
    score_health(today=timezone.localdate())


@shared_task
def publish() -> None:
    """The provinces' totals of this month, unless they are out; a demo has test tenants alone."""
    publish_provinces(today=timezone.localdate(), tests=settings.DEMO)
