"""Bring every tenant's schema up to the code's migrations, while tenants use it."""

import signal
from argparse import ArgumentTypeError
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS
from tqdm import tqdm

from tenants.models import Tenant
from tenants.services.additive import objections_by_migration
from tenants.services.migrating import Migrated, Pace, migrate_tenants, tenants_behind, versions_of
from tenants.services.migration_cost import Cost, cost_of
from tenants.services.schema_sql import latest_version, tenant_migrations


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 on.")
    return int(text)


class Command(BaseCommand):
    """`manage.py migrate_tenants [--plan]`: safe to repeat, to break off and to run side by side.

    A tenant that fails is set aside, named with its reason at the end (exit code 1), and met again by the next run.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, to whom, and how hard to push."""
        pace = Pace()
        parser.add_argument("--plan", action="store_true", help="only show what it would cost")
        parser.add_argument("--sample", default="", help="with --plan: the schema to measure on a copy of")
        parser.add_argument("--schema", default="", help="only this schema")
        parser.add_argument("--workers", type=positive, default=pace.workers, help="connections at once")
        parser.add_argument(
            "--lock-timeout", type=positive, default=settings.MIGRATION_LOCK_TIMEOUT_MS, help="milliseconds"
        )
        parser.add_argument(
            "--statement-timeout", type=positive, default=settings.MIGRATION_STATEMENT_TIMEOUT_MS, help="milliseconds"
        )
        parser.add_argument("--tries", type=positive, default=pace.tries, help="how often a busy tenant is tried")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse what old code would not survive, then plan or upgrade."""
        _refuse_breaking()
        behind = tenants_behind(options["schema"])
        if options["plan"]:
            self._plan(behind, options)
            return
        pace = Pace(
            workers=options["workers"],
            lock_timeout_ms=options["lock_timeout"],
            statement_timeout_ms=options["statement_timeout"],
            tries=options["tries"],
        )
        self._report(_run(pace, options["schema"], len(behind)))

    def _report(self, outcome: Migrated) -> None:
        if outcome.left:
            lines = "\n".join(f"  {name}: {reason}" for name, reason in sorted(outcome.left.items()))
            raise CommandError(f"{outcome.done} tenants upgraded, {len(outcome.left)} left behind:\n{lines}")
        if outcome.stopped:
            raise CommandError(f"Stopped after {outcome.done} tenants; run it again to go on.", returncode=130)
        self.stderr.write(f"{outcome.done} tenants upgraded; all are at {latest_version()}.")

    def _plan(self, behind: list[Tenant], options: dict[str, Any]) -> None:
        self.stdout.write(f"{len(behind)} tenants are behind {latest_version()}")
        if not behind:
            return
        for version, count in sorted(versions_of(behind).items()):
            self.stdout.write(f"  {count} at {version}")
        here = (tenant for tenant in behind if tenant.database_alias == DEFAULT_DB_ALIAS)
        sample = next((tenant for tenant in here if options["sample"] in {"", tenant.schema_name}), None)
        if sample is None:
            raise CommandError(f"No tenant {options['sample']} in the default database is behind.")
        cost = cost_of(sample)
        self._statements(cost)
        seconds = cost.milliseconds * len(behind) / options["workers"] / 1000
        self.stdout.write(
            f"{cost.milliseconds:.2f} ms a tenant, measured on a copy of {cost.sample} and rolled back (commit aside);\n"
            f"about {seconds:.0f} s in all with {options['workers']} workers."
        )

    def _statements(self, cost: Cost) -> None:
        migration = ""
        for statement in cost.statements:
            if statement.migration != migration:
                migration = statement.migration
                self.stdout.write(f"{migration}:")
            self.stdout.write(f"  {statement.sql}")
            for table, mode in sorted(statement.locks.items()):
                self.stdout.write(f"      locks {table}: {mode}")
            for verb, tables in (("writes anew", statement.rewrites), ("reads through", statement.scans)):
                if tables:
                    self.stdout.write(f"      {verb} {', '.join(tables)}")


def _run(pace: Pace, schema: str, expected: int) -> Migrated:
    """With a bar on a terminal; Ctrl-C or a stop of the service ends it after the tenants under way."""
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with tqdm(total=expected, unit="tenant", disable=None) as bar:

            def settled(_schema: str) -> None:
                bar.update()

            return migrate_tenants(pace=pace, schema_name=schema, progress=settled, stop=stop)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refuse_breaking() -> None:
    found = objections_by_migration(tenant_migrations())
    if found:
        lines = "\n".join(f"  {name}: {objection}" for name, against in found.items() for objection in against)
        raise CommandError(
            f"Old code, which serves tenants meanwhile, would not survive this:\n{lines}\n"
            "Make it additive, or say in the migration's attribute not_additive why it is safe."
        )
