"""Play a customer's life on a test clock in a throw-away tenant, and print what would happen."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import ValidationError

from plans.rules.money import format_rupiah
from plans.rules.paths import shown_path
from plans.rules.yaml_source import read_yaml
from tenants.errors import DomainError
from tenants.management.pipes import until_the_reader_leaves
from trials.rules.script import Script
from trials.services.simulation import Happening, simulate


class Command(BaseCommand):
    """`manage.py simulate FILE.yaml [--json]`; `-` reads standard input."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and the form of the answer."""
        parser.add_argument("file", help="a YAML file, or - for standard input")
        parser.add_argument("--json", action="store_true", help="one JSON line for each thing that happened")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, play, print; a file that cannot be played is an error that names the field."""
        script = _read(options["file"])
        try:
            happenings = simulate(script)
        except DomainError as error:
            where = f"{error.field}: " if error.field and error.field not in str(error) else ""
            raise CommandError(f"{options['file']}: {where}{error}") from error
        with until_the_reader_leaves():
            for happening in happenings:
                self.stdout.write(json.dumps(happening, ensure_ascii=False) if options["json"] else _spelled(happening))


def _read(name: str) -> Script:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name}: {error}") from error
    source = read_yaml(text)
    faults = [(fault.position[0], shown_path(fault.path), fault.message) for fault in source.faults]
    if not faults:
        try:
            return Script.model_validate(source.data)
        except ValidationError as error:
            faults = [
                (source.position_of(item["loc"])[0], shown_path(item["loc"]), item["msg"]) for item in error.errors()
            ]
    raise CommandError("\n".join(f"{name}:{line}: {path}{': ' if path else ''}{said}" for line, path, said in faults))


def _spelled(happening: Happening) -> str:
    """A line a person reads: day, event, status, amount, what is owed."""
    words = [happening["date"], f"{happening['event']:<28}", f"{happening['status']:<10}"]
    if "amount" in happening:
        words.append(format_rupiah(happening["amount"]))
    for key, label in (("invoice", ""), ("due", "due "), ("channel", ""), ("about", ""), ("days", "days ")):
        if key in happening:
            words.append(f"{label}{happening[key]}")
    words.append(f"(owed {format_rupiah(happening['balance'])})")
    return "  ".join(words)
