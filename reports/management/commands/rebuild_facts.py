"""Draw every fact of the reports anew from the tenants, or prove those that are stored; exit status 1 where they differ."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from reports.selectors.provinces import wrong_editions
from reports.services.day_sums_proof import lacking, put_right
from reports.services.following import follow_events
from reports.services.rebuilding import check_facts, rebuild_facts
from tenants.context import rest_session
from tenants.models import Tenant


class Command(BaseCommand):
    """`manage.py rebuild_facts [--tenant SCHEMA …] [--check]`."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Everybody unless tenants are named; --check writes nothing but what is new."""
        parser.add_argument("--tenant", nargs="+", default=[], metavar="SCHEMA", help="only these, e.g. t_sman1")
        parser.add_argument("--check", action="store_true", help="compare with what is stored, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each difference, then how many tenants had one."""
        ready = Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY).order_by("pk")
        named = set(options["tenant"])
        tenants = list(ready.filter(schema_name__in=named) if named else ready)
        if missing := named - {tenant.schema_name for tenant in tenants}:
            raise CommandError(f"--tenant: there is no tenant {', '.join(sorted(missing))}.")
        follow_events()
        work = check_facts if options["check"] else rebuild_facts
        wrong = 0
        with tqdm(tenants, desc="facts", unit="tenant", disable=None) as bar:
            for tenant in bar:
                found = work(tenant=tenant)
                wrong += bool(found)
                for item in found:
                    self.stdout.write(f"{tenant.schema_name}: {'stored' if item.stored else 'expected'} {item.fact}")
                rest_session()
        sums, editions = self._sums(check=options["check"]), 0 if named else self._editions()
        self.stdout.write(f"{len(tenants)} tenants, {wrong} with other facts than stored")
        if wrong and options["check"]:
            raise CommandError(f"The facts of {wrong} of {len(tenants)} tenants differ.")
        if sums and options["check"]:
            raise CommandError(f"{sums} of the days' sums differ from the facts.")
        if editions and options["check"]:
            raise CommandError(f"{editions} editions of provinces' totals are not what they counted.")

    def _sums(self, *, check: bool) -> int:
        """A line for each of the days' sums that lacks something of the facts of all tenants; how many."""
        found = lacking()
        for line in found:
            self.stdout.write(f"sums lack {line}")
        if found and not check:
            put_right()
        return len(found)

    def _editions(self) -> int:
        """A line for each that is not what it counted; how many. What is out stays as it is, a person decides (decision 60)."""
        found = wrong_editions()
        for edition in found:
            self.stdout.write(f"edition: stored {edition}, which is not what it counted")
        return len(found)
