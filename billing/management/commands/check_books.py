"""Prove the books of tenants and of the operator; exit status 1 where something does not agree."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from billing.rules.ledger import Difference
from billing.selectors.operator_books import operator_books
from billing.services.books.checking import check_books, rebuild_books, tenants_to_check
from plans.rules.money import format_rupiah
from tenants.context import rest_session
from tenants.models import Tenant


class Command(BaseCommand):
    """`manage.py check_books [--tenant SCHEMA …] [--changed] [--rebuild] [--accept]`."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Everybody unless tenants are named; --changed spares those checked since their last posting."""
        parser.add_argument("--tenant", nargs="+", default=[], metavar="SCHEMA", help="only these, e.g. t_sman1")
        parser.add_argument("--changed", action="store_true", help="only those with postings since their last check")
        parser.add_argument("--rebuild", action="store_true", help="first post what is not in the books yet")

        parser.add_argument(
            "--accept", action="store_true", help="of --tenant: a journal that was changed is right as it is"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each difference, then the operator's totals."""
        tenants = tenants_to_check(options["tenant"], everybody=not options["changed"])
        if missing := set(options["tenant"]) - {tenant.schema_name for tenant in tenants}:
            raise CommandError(f"--tenant: there is no tenant {', '.join(sorted(missing))}.")
        if options["accept"] and not options["tenant"]:
            raise CommandError("--accept: name the tenants whose journal was looked into, with --tenant.")
        wrong = 0
        with tqdm(tenants, desc="books", unit="tenant", disable=None) as bar:
            for tenant in bar:
                bar.set_postfix_str(tenant.schema_name, refresh=False)
                wrong += self._check(tenant, rebuild=options["rebuild"], accept=options["accept"])
                rest_session()
        self._total(len(tenants))
        if wrong or not operator_books().agrees:
            raise CommandError(f"The books of {wrong} of {len(tenants)} tenants do not agree.")

    def _check(self, tenant: Tenant, *, rebuild: bool, accept: bool) -> bool:
        now = timezone.now()
        if rebuild and (posted := rebuild_books(tenant=tenant, now=now)):
            self.stdout.write(f"{tenant.schema_name}: {posted} entries posted")
        against = check_books(tenant=tenant, now=now, accept=accept)
        for item in against:
            self.stdout.write(f"{tenant.schema_name}: {_said(item)}")
        return bool(against)

    def _total(self, checked: int) -> None:
        total = operator_books()
        self.stdout.write(f"{checked} checked, {total.wrong} wrong, {total.waiting} with postings to be checked")
        if total.tests:
            self.stdout.write(f"The totals leave out {total.tests} test tenants; a demo has no others.")
        for account, amount in total.balances.items():
            self.stdout.write(f"{account:<24}{format_rupiah(amount):>24}")
        self.stdout.write(f"{'owed on public rows':<24}{format_rupiah(total.owed):>24}")


def _said(item: Difference) -> str:
    return f"{item.account} has {format_rupiah(item.booked)}, expected {format_rupiah(item.expected)}"
