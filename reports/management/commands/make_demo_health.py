"""Tell how the demo's tenants do, and score all of them; only where the settings say it is the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.services.health_demo import make_health
from reports.services.health_scoring import score_health


class Command(BaseCommand):
    """`manage.py make_demo_health`: safe to repeat."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """What is missing alone."""
        if not settings.DEMO:
            raise CommandError("What is told of the demo's tenants is invented: set LANGGANAN_ENV=demo.")
        for tenant in make_health(now=timezone.now()):
            self.stdout.write(f"told of {tenant.name}")
        score_health(today=timezone.localdate())
