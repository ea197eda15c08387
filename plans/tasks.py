"""Housekeeping of experiments."""

from celery import shared_task
from django.utils import timezone

from plans.services.experiments import forget_visitors


@shared_task
def forget_old_visitors() -> None:
    """Drop exposures past their time and keep their number."""
    forget_visitors(now=timezone.now())
