"""`manage.py rate < cases.jsonl`: one JSON case per line in, one JSON answer per line out. Needs no database."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from plans.rules.rating_io import answer
from tenants.management.pipes import until_the_reader_leaves


class Command(BaseCommand):
    """Prices cases. Standard output carries answers only, each written out before the next line is read."""

    help = "Price JSON cases from standard input, one per line; answers go to standard output."
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Answer every line in order, also blank and broken ones, so that answers stay beside their lines."""
        with until_the_reader_leaves():
            # bytes, not text: a line in a wrong encoding must not stop the others
            for number, line in enumerate(sys.stdin.buffer, start=1):
                self.stdout.write(answer(line, number))
                self.stdout.flush()
