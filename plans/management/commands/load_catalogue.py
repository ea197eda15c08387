"""`manage.py load_catalogue [FILE…]`: make the catalogue what the files say, all of them or none."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from plans.errors import CatalogueFileError
from plans.services.catalogue import LoadResult, load_catalogue

CATALOGUES = Path(__file__).resolve().parents[2] / "catalogues"


class Command(BaseCommand):
    """Prints what was done; with anything wrong prints every problem with file, line and field, and exits with 1."""

    help = "Load price lists. Safe to repeat; a price book that is in use is never changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Files; none means all that come with the product."""
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: plans/catalogues/*.yaml")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load and say so."""
        files = options["files"] or [_from_here(path) for path in sorted(CATALOGUES.glob("*.yaml"))]
        try:
            result = load_catalogue(files=files, now=timezone.now())
        except CatalogueFileError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            count = len(error.problems)
            raise CommandError(f"{count} {'problem' if count == 1 else 'problems'}; nothing was loaded.") from error
        self._report(result, int(options["verbosity"]))

    def _report(self, result: LoadResult, verbosity: int) -> None:
        if verbosity < 1:
            return
        for done, labels in (("created", result.created), ("updated", result.updated), ("removed", result.removed)):
            for label in labels:
                self.stdout.write(f"{done} {label}")
        for line in result.steep:
            self.stdout.write(f"steep {line}")
        if result.unchanged:
            self.stdout.write(f"{len(result.unchanged)} unchanged")


def _from_here(path: Path) -> Path:
    """The shorter name, where the file lies below the working directory."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
