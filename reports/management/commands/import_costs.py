"""Import costs by month, product, channel and kind from a CSV or XLSX; exit status 1 where a line is wrong."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing.forms.count_file import FileRefused, read_rows
from plans.models import Product
from plans.rules.periods import add_months
from reports.rules.cost_file import Known, read_costs
from reports.selectors.costs import cost_kinds, planned
from reports.selectors.places import CHANNELS
from reports.services.costs import keep_costs


class Command(BaseCommand):
    """`manage.py import_costs FILE [--new-only]`: products, channels and kinds by their codes; safe to repeat."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """--new-only leaves alone what has an amount already."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--new-only", action="store_true", help="leave what has an amount already as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        """All of the file or nothing; a line for each fault."""
        path: Path = options["file"]
        try:
            reading = read_costs(read_rows(path.name, path.read_bytes()), _known())
        except (OSError, FileRefused) as error:
            raise CommandError(str(error)) from error
        for fault in reading.faults:
            self.stderr.write(f"{path.name}:{fault.row} {fault.column}: {fault.code} {fault.found}".rstrip())
        if reading.faults:
            raise CommandError(f"{len(reading.faults)} faults; nothing was written.")
        found = planned(reading.entries)
        shown = [item for item in found if item.before is None] if options["new_only"] else found
        done = keep_costs(shown=shown, by=None, now=timezone.now(), note=path.name)
        self.stdout.write(f"{done.new} new, {done.changed} changed, {len(found) - done.new - done.changed} as before")


def _known() -> Known:
    products = list(Product.objects.values_list("code", flat=True))
    latest = add_months(timezone.localdate().replace(day=1), 12)
    return Known(
        dict(zip(products, products, strict=True)), dict(zip(CHANNELS, CHANNELS, strict=True)), cost_kinds(), latest
    )
