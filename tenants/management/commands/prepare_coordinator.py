"""Make a Citus coordinator ready for tenants: it must commit their rows and the public ones together."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection

from tenants.selectors.coordinator import fault_of, has_citus, public_tables
from tenants.services.coordinator import register_tables


class Command(BaseCommand):
    """`manage.py prepare_coordinator`, after each `migrate_schemas --shared`: safe to repeat, prints what it registered."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Look where this is, then register what is missing."""
        connection.ensure_connection()
        if not has_citus(connection.connection):
            self.stdout.write("Plain PostgreSQL, without the extension citus: there is nothing to prepare.")
            return
        fault = fault_of(connection.connection, DEFAULT_DB_ALIAS)
        if fault:
            raise CommandError(fault)
        try:
            names = register_tables(public_tables())
        except OperationalError as error:
            raise CommandError(f"Nothing is changed, the tables are busy; run it again. ({error})") from error
        for name in names:
            self.stdout.write(f"registered {name}")
        self.stdout.write(
            f"{len(names)} public tables registered now." if names else "All public tables are registered."
        )
