"""Score the health of customers of whom something is new, or whose day has come; safe to repeat, catches up on days missed."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reports.services.following import follow_events
from reports.services.health_scoring import score_health


class Command(BaseCommand):
    """`manage.py score_health [--on DATE]`."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """--on stands in for today of every tenant, test clocks go along."""
        parser.add_argument("--on", default="", metavar="DATE", help="as if today were this day, e.g. 2025-03-01")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw the facts, score, and print how many customers were looked at."""
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else None
        except ValueError as error:
            raise CommandError(f"--on: {options['on']} is not a date such as 2025-03-01.") from error
        follow_events()
        self.stdout.write(json.dumps({"job": "health", "done": score_health(today=timezone.localdate(), on=on)}))
