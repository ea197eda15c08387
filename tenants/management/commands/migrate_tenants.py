"""Bring every tenant's schema up to the code's migrations."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from tqdm import tqdm

from tenants.models import Tenant
from tenants.services.schema_sql import latest_version
from tenants.services.schemas import upgrade_schema


class Command(BaseCommand):
    """`manage.py migrate_tenants`: safe to repeat; a failing tenant is reported and does not stop the others."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """--schema limits the run to one tenant."""
        parser.add_argument("--schema", default="", help="only this schema")

    def handle(self, *args: Any, **options: Any) -> None:
        """Upgrade tenants that are behind."""
        behind = Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY).exclude(
            schema_version=latest_version()
        )
        if options["schema"]:
            behind = behind.filter(schema_name=options["schema"])
        failures = []
        for tenant in tqdm(list(behind), unit="tenant", disable=None):
            try:
                upgrade_schema(tenant=tenant)
            except DatabaseError as error:
                failures.append(f"{tenant.schema_name}: {error}")
        if failures:
            raise CommandError("Left behind:\n" + "\n".join(failures))
        self.stderr.write(f"All tenants are at {latest_version()}.")
