"""What provinces are told this month, unless it is out already; where the settings say it is the demo, of test tenants too."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.services.provinces import publish_provinces


class Command(BaseCommand):
    """`manage.py publish_provinces`: what the beat does in the first night of a month; safe to repeat."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Say of how many provinces something new came out."""
        told = publish_provinces(today=timezone.localdate(), tests=settings.DEMO)
        self.stdout.write(f"provinces that were told something new: {told}")
