"""What runs by the clock and stands on the top floor."""

from celery import shared_task
from django.utils import timezone

from config.digests import send_digests


@shared_task
def tell_digests() -> None:
    """Send the digests that are due; safe to run twice."""
    send_digests(now=timezone.now())
