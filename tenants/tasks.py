"""Housekeeping of the ground floor."""

from celery import shared_task
from django.utils import timezone

from tenants.services.idempotency import prune_requests


@shared_task
def prune_idempotent_requests() -> None:
    """Drop answers that nobody will ask for again."""
    prune_requests(now=timezone.now())
