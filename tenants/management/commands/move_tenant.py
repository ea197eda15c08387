"""Move a tenant to another database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.services.moving import drop_old_copies, move_tenant


class Command(BaseCommand):
    """`manage.py move_tenant sman1 --to cell2`: copies, compares, switches; writers wait for it. Safe to repeat."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, where to, and whether the old copy goes."""
        parser.add_argument("subdomain")
        parser.add_argument(
            "--to", required=True, help="alias of the database: cell2 for DATABASE_URL_CELL2, or default"
        )
        parser.add_argument("--drop-old", action="store_true", help="after the switch remove the old copies, for good")

    def handle(self, *args: Any, **options: Any) -> None:
        """Move, and say what is left."""
        schema = f"t_{options['subdomain'].replace('-', '_')}"
        tenant = Tenant.objects.filter(schema_name=schema).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['subdomain']!r}.")
        with tqdm(unit="table", disable=None) as bar:

            def progress(name: str, number: int, total: int) -> None:
                bar.total, bar.n = total, number
                bar.set_description(name)

            try:
                moved = move_tenant(tenant=tenant, to=options["to"], now=timezone.now(), progress=progress)
            except DomainError as error:
                raise CommandError(error.message) from error
        said = f"moved, {moved.tables} tables" if moved.tables else "was there already"
        self.stdout.write(f"{options['subdomain']} is in {moved.alias}: {said}.")
        if options["drop_old"]:
            self.stdout.write(f"{drop_old_copies(tenant=tenant)} old copies removed.")
        elif moved.old_copies:
            self.stdout.write(f"Old copies, removed with --drop-old: {', '.join(moved.old_copies)}.")
