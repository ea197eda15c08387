"""Make the demo's tenants and logins; only where the settings say it is the demo."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing.services.books.checking import check_changed
from trials.services.demo import PASSWORD, logins, make_demo

COSTS = Path(__file__).resolve().parents[2] / "demo" / "costs.csv"
# Commands of the reports, a floor above, with what they are given: the pages of figures would be empty until the beat's turn.
REPORTS: tuple[tuple[str, tuple[Path, ...], dict[str, bool]], ...] = (
    ("rebuild_facts", (), {}),
    ("make_demo_health", (), {}),
    ("publish_provinces", (), {}),
    ("import_costs", (COSTS,), {"new_only": True}),
)


class Command(BaseCommand):
    """`manage.py make_demo [--print-logins]`: safe to repeat."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """--print-logins prints where to go and as whom."""
        parser.add_argument("--print-logins", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing."""
        if not settings.DEMO:
            raise CommandError("The demo's logins have a public password: set LANGGANAN_ENV=demo to make them.")
        if "make_staff_roles" in get_commands():
            call_command("make_staff_roles")
        for tenant in make_demo(now=timezone.now()):
            self.stderr.write(f"made {tenant.name}")
        check_changed(now=timezone.now())  # as the beat does at night: what is deferred would be unknown until then
        for command, files, given in REPORTS:
            if command in get_commands():
                call_command(command, *files, stdout=self.stderr, **given)
        if options["print_logins"]:
            for address, login, purpose in logins():
                self.stdout.write(f"  {address:<46} {login:<26} {purpose}")
            self.stdout.write(f"  Kata sandi semua login: {PASSWORD}")
