"""Everything a tenant owns, as one archive; check one; load one's tables."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from billing.services.files.exporting import export_everything
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.services.archives import faults_of
from tenants.services.exporting import load_tables


class Command(BaseCommand):
    """`manage.py export_tenant sman1 --to sman1.zip`, `… --check sman1.zip`, `… --load sman1.zip --into cell2`."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """One of three: whom to export and where to, which archive to check, which to load and into which database."""
        parser.add_argument("subdomain", nargs="?", default="")
        parser.add_argument("--to", type=Path, metavar="FILE", help="the archive (SUBDOMAIN.zip)")
        parser.add_argument("--check", type=Path, metavar="FILE", help="compare an archive with its manifest")
        parser.add_argument("--load", type=Path, metavar="FILE", help="make an archive's schema and fill its tables")
        parser.add_argument("--into", default=DEFAULT_DB_ALIAS, help="alias of the database to load into (default)")

    def handle(self, *args: Any, **options: Any) -> None:
        """What is wrong with a name or a file is an error of one line."""
        chosen = [name for name in ("subdomain", "check", "load") if options[name]]
        if len(chosen) != 1:
            raise CommandError("Say one of: a tenant's sub-domain, --check FILE, --load FILE.")
        try:
            if options["check"]:
                self._check(options["check"])
            elif options["load"]:
                self._load(options["load"], options["into"])
            else:
                self._export(options["subdomain"], options["to"])
        except DomainError as error:
            raise CommandError(error.message) from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _export(self, subdomain: str, into: Path | None) -> None:
        tenant = Tenant.objects.filter(schema_name=f"t_{subdomain.replace('-', '_')}").first()
        if tenant is None:
            raise CommandError(f"There is no tenant {subdomain!r}.")
        path = into or Path(f"{subdomain}.zip")
        missing, entries = export_everything(tenant=tenant, into=path, now=timezone.now())
        rows = sum(entry.rows or 0 for entry in entries)
        self.stdout.write(f"{path}: {len(entries)} files, {rows} rows, {path.stat().st_size} bytes.")
        if missing:
            raise CommandError(f"Not in the storage any more, the rest is there: {', '.join(missing)}.")

    def _check(self, path: Path) -> None:
        if faults := faults_of(path):
            raise CommandError("\n".join([f"{path} is not whole:", *faults]))
        self.stdout.write(f"{path} is whole.")

    def _load(self, path: Path, alias: str) -> None:
        if alias not in connections:
            raise CommandError(f"There is no database {alias!r}.")
        if faults := faults_of(path):
            raise CommandError("\n".join([f"{path} is not whole:", *faults]))
        self.stdout.write(f"{load_tables(path=path, alias=alias)} rows loaded into {alias}.")
