"""Background work of referrals and commissions; each is safe to run twice."""

from celery import shared_task
from django.utils import timezone

from partners.services.following import follow_events
from partners.services.rewards import award_tops


@shared_task
def follow() -> None:
    """Bring commissions and rewards up to date with what referred customers paid."""
    follow_events()


@shared_task
def award() -> None:
    """Reward the top referrers of last month and last year, after following what is new."""
    follow_events()
    award_tops(today=timezone.localdate())
