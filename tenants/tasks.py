"""Housekeeping of the ground floor."""

from celery import shared_task
from django.utils import timezone

from tenants.services.cells import settle_in_doubt
from tenants.services.idempotency import prune_requests


@shared_task
def prune_idempotent_requests() -> None:
    """Drop answers that nobody will ask for again."""
    prune_requests(now=timezone.now())


@shared_task
def settle_promises() -> None:
    """After a crash between two databases: finish what was decided. Without further databases there is nothing to do."""
    settle_in_doubt()
