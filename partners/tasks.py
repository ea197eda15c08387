"""Background work of referrals and commissions; each is safe to run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from partners.services.following import follow_events
from partners.services.rewards import award_tops

# What was written while no worker ran for longer is followed by the night's run, which looks at every referred customer.
LOOKS_BACK = timedelta(hours=6)


@shared_task
def follow() -> None:
    """Bring commissions and rewards up to date with what referred customers paid in the last hours."""
    follow_events(since=timezone.now() - LOOKS_BACK)


@shared_task
def award() -> None:
    """Reward the top referrers of last month and last year, after following what is new."""
    follow_events()
    award_tops(today=timezone.localdate())
