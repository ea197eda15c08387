"""`script/benchmark [MEASURE …]`: see docs/benchmarks.md."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - models need the settings first
from django.utils import timezone  # noqa: E402

from tests.benchmarks import fleet, moulds  # noqa: E402
from tests.benchmarks.curve import report  # noqa: E402
from tests.benchmarks.database import NotOurs, address, let_go, refuse_others, settings, sync_again, write_out  # noqa: E402
from tests.benchmarks.measures.daily import (  # noqa: E402
    measure_billing,
    measure_ordinary,
    measure_reminders,
    measure_suspensions,
)
from tests.benchmarks.measures.indexing import measure_indexes  # noqa: E402
from tests.benchmarks.measures.migrating import measure_migration, measure_rolling, take_back_leftover  # noqa: E402
from tests.benchmarks.measures.numbering import measure_numbers  # noqa: E402
from tests.benchmarks.measures.printing import measure_pdf  # noqa: E402
from tests.benchmarks.measures.provisioning import measure_provisioning  # noqa: E402
from tests.benchmarks.measures.reporting import measure_dashboard  # noqa: E402
from tests.benchmarks.measures.requests import measure_requests, measure_webhooks  # noqa: E402
from tests.benchmarks.measures.stage import Stage  # noqa: E402
from tests.benchmarks.processes import postmaster_of  # noqa: E402
from tests.benchmarks.results import Surroundings, machine  # noqa: E402
from tests.benchmarks.staging import Staging  # noqa: E402
from tests.benchmarks.web import WebServer  # noqa: E402

MEASURES: dict[str, Callable[[Stage], None]] = {
    "provision": measure_provisioning,
    "migrate": measure_migration,
    "billing": measure_billing,
    "ordinary": measure_ordinary,
    "reminders": measure_reminders,
    "suspensions": measure_suspensions,
    "requests": measure_requests,
    "rolling": measure_rolling,
    "webhooks": measure_webhooks,
    "pdf": measure_pdf,
    "numbers": measure_numbers,
    "dashboard": measure_dashboard,
    "indexes": measure_indexes,
}
ON_THE_WEB = {"requests", "rolling", "webhooks"}


def _numbers(text: str) -> list[int]:
    found = [int(part.replace(".", "").replace("_", "")) for part in text.split(",") if part]
    if not found or min(found) < 1:
        raise argparse.ArgumentTypeError("whole numbers from 1 on, separated by commas")
    return sorted(found)


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/benchmark", description="One JSON line for each measure.")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"{', '.join(MEASURES)}; all by default")
    parser.add_argument("--tenants", type=_numbers, default=[100], metavar="N,N", help="how many, e.g. 100,1000,5000")
    parser.add_argument("--workers", type=_numbers, default=[1, 2], metavar="N,N", help="worker processes (1,2)")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="how often each is measured (3)")
    parser.add_argument("--seconds", type=float, default=10, metavar="S", help="how long clients ask (10)")
    parser.add_argument("--more", type=int, default=100, metavar="N", help="tenants that provisioning adds (100)")
    parser.add_argument("--numbers", type=int, default=10_000, metavar="N", help="document numbers taken (10.000)")
    parser.add_argument(
        "--data",
        default="",
        metavar="NAME",
        help="tenants of their own, kept in .data/benchmarks-NAME (.data/benchmarks)",
    )
    parser.add_argument("--fresh", action="store_true", help="remove the tenants of earlier runs first")
    parser.add_argument(
        "--report", nargs="+", type=Path, metavar="FILE", help="judge the lines of earlier runs instead"
    )
    asked = parser.parse_args(given)
    if unknown := set(asked.measures) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    return asked


def main() -> int:
    """Measure, or judge what was measured."""
    asked = _arguments(sys.argv[1:])
    if asked.report:
        return report(asked.report)
    try:
        _measure_all(asked)
    except (NotOurs, fleet.TooMany) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


def _measure_all(asked: argparse.Namespace) -> None:
    machine()  # the load before we make some of our own
    refuse_others()
    sync_again()
    call_command("migrate_schemas", shared=True, verbosity=0)
    _tidy()
    call_command("load_catalogue", stdout=sys.stderr)
    if asked.fresh:
        fleet.remove([member.number for member in fleet.members()])
    day = moulds.day_of_work(timezone.now().date())
    for tenants in asked.tenants:
        set_up = _stage(asked, tenants, day)
        set_up.staging.put(set_up.moulds["due"])
        try:
            for name in asked.measures or MEASURES:
                _measure_one(name, set_up)
        finally:
            set_up.web.stop()
            write_out()


def _tidy() -> None:
    """What a run that was ended in the middle has left; then tenants of an older version of the code are brought up."""
    moulds.remove_leftovers()
    fleet.remove_added()
    take_back_leftover()
    fleet.mark_ready()
    call_command("migrate_tenants")


def _measure_one(name: str, set_up: Stage) -> None:
    print(f"{name} with {len(set_up.fleet)} tenants", file=sys.stderr, flush=True)
    if name not in ON_THE_WEB:
        set_up.web.stop()
    MEASURES[name](set_up)


def _stage(asked: argparse.Namespace, tenants: int, day: date) -> Stage:
    made = {
        name: {product: moulds.make_mould(scenario, product, day) for product in moulds.PRODUCTS}
        for name, scenario in moulds.SCENARIOS.items()
    }
    everybody = fleet.ensure(tenants)
    let_go()
    return Stage(
        around=Surroundings(tenants=tenants, settings=settings()),
        fleet=everybody,
        staging=Staging(everybody),
        day=day,
        moulds=made,
        workers=asked.workers,
        repeats=asked.repeats,
        seconds=asked.seconds,
        more=asked.more,
        numbers=asked.numbers,
        postmaster=postmaster_of(address()),
        web=WebServer(),
    )


if __name__ == "__main__":
    sys.exit(main())
