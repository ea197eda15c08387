"""Make many tenants, each with schema, host and subscription: for load tests and demonstrations, never for customers."""

import signal
from argparse import ArgumentTypeError
from datetime import date
from decimal import Decimal
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from tenants.errors import DomainError
from trials.services.many import Made, Wanted, make_tenants


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 on.")
    return int(text)


class Command(BaseCommand):
    """`manage.py make_tenants 10000 --product klustera`: safe to repeat, it goes on where it stopped."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """How many of what."""
        parser.add_argument("count", type=positive)
        parser.add_argument("--product", required=True)
        parser.add_argument("--quantity", type=positive, default=200, help="units or students of each (200)")
        parser.add_argument("--prefix", default="uji", help="addresses begin with it: uji-00001, uji-00002, …")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="day of sign-up (today)")
        parser.add_argument("--workers", type=positive, default=2, help="connections at once (2)")
        parser.add_argument(
            "--in-production-because",
            default="",
            metavar="REASON",
            help="make test tenants on a production installation",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        reason = options["in_production_because"].strip()
        if settings.PRODUCTION and len(reason) < 5:
            raise CommandError(
                "This is a production installation, where tenants are customers. If you mean it, say why:"
                " --in-production-because 'REASON'. The tenants are then test tenants with UJI/ numbers."
            )
        wanted = Wanted(
            count=options["count"],
            product=options["product"],
            quantity=Decimal(options["quantity"]),
            on=options["on"] or timezone.localdate(),
            prefix=options["prefix"],
            workers=options["workers"],
            is_test=settings.PRODUCTION,
        )
        if reason:
            self.stderr.write(f"In production because: {reason}")
        self._report(_run(wanted))

    def _report(self, outcome: Made) -> None:
        said = f"{outcome.made} tenants made, {outcome.known} were there"
        if outcome.failed:
            lines = "\n".join(f"  {name}: {reason}" for name, reason in sorted(outcome.failed.items())[:20])
            raise CommandError(f"{said}, {len(outcome.failed)} failed:\n{lines}\nRun it again to go on.")
        if outcome.stopped:
            raise CommandError(f"{said}; stopped. Run it again to go on.", returncode=130)
        self.stderr.write(f"{said}.")


def _run(wanted: Wanted) -> Made:
    """With a bar on a terminal; Ctrl-C ends it after the tenants under way."""
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with tqdm(total=wanted.count, unit="tenant", disable=None) as bar:

            def settled(_name: str) -> None:
                bar.update()

            return make_tenants(wanted=wanted, now=timezone.now(), progress=settled, stop=stop)
    except DomainError as error:
        raise CommandError(error.message) from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
