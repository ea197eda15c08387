"""Draw every fact of the reports anew from the tenants, or prove those that are stored; exit status 1 where they differ."""

from collections.abc import Sequence
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
        named, check = set(options["tenant"]), bool(options["check"])
        tenants = _tenants(named)
        follow_events()
        wrong = self._facts(tenants, check=check)
        sums, editions = self._sums(check=check), 0 if named else self._editions()
        self.stdout.write(f"{len(tenants)} tenants, {wrong} with other facts than stored")
        differing = (
            (wrong, f"The facts of {wrong} of {len(tenants)} tenants differ."),
            (sums, f"{sums} of the days' sums differ from the facts."),
            (editions, f"{editions} editions of provinces' totals are not what they counted."),
        )
        if said := " ".join(words for count, words in differing if count and check):
            raise CommandError(said)

    def _facts(self, tenants: Sequence[Tenant], *, check: bool) -> int:
        """A line for each fact that differs; how many tenants have one."""
        work, wrong = check_facts if check else rebuild_facts, 0
        with tqdm(tenants, desc="facts", unit="tenant", disable=None) as bar:
            for tenant in bar:
                found = work(tenant=tenant)
                wrong += bool(found)
                for item in found:
                    self.stdout.write(f"{tenant.schema_name}: {'stored' if item.stored else 'expected'} {item.fact}")
                rest_session()
        return wrong

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


def _tenants(named: set[str]) -> list[Tenant]:
    """Those that are named, or everybody."""
    ready = Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY).order_by("pk")
    found = list(ready.filter(schema_name__in=named) if named else ready)
    if missing := named - {tenant.schema_name for tenant in found}:
        raise CommandError(f"--tenant: there is no tenant {', '.join(sorted(missing))}.")
    return found
