"""The daily jobs: everybody due, an ordinary day, reminders, suspensions; beside the same rows written by hand."""

import random
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from tests.benchmarks.capture import Written, differences, written
from tests.benchmarks.database import execute
from tests.benchmarks.drains import Drain, count, drain
from tests.benchmarks.floor import Floor, write_again
from tests.benchmarks.measures.stage import Stage
from tests.benchmarks.moulds import SCENARIOS, Scenario
from tests.benchmarks.results import tell
from tests.benchmarks.staging import Moulds

# The floor needs every row in memory; more tenants than these would not make it truer.
FLOOR_TENANTS = 5000
COUNTED_TENANTS = 200
COMPARED_TENANTS = 25
ORDINARY = 30


class FloorDiffers(Exception):
    """The hand-written loop has not written what the product wrote."""


def measure_billing(on: Stage) -> None:
    """All tenants due on one day, with each number of workers."""
    _measure(on, "billing_all_due", SCENARIOS["due"])


def measure_reminders(on: Stage) -> None:
    """Every tenant is to be reminded of an invoice."""
    _measure(on, "reminders", SCENARIOS["remind"])


def measure_suspensions(on: Stage) -> None:
    """Every tenant loses access for an unpaid invoice."""
    _measure(on, "suspensions", SCENARIOS["overdue"])


def measure_ordinary(on: Stage) -> None:
    """One in thirty is due, the others on the days after; beside it, what one of all due costs is in `billing_all_due`."""
    scenario = SCENARIOS["due"]
    for workers in on.workers:
        drains = _repeat(on, scenario, workers, _only_one_in_thirty(scenario))
        _tell(on, "billing_ordinary_day", workers, drains, {})


def _only_one_in_thirty(scenario: Scenario) -> Callable[[], None]:
    position = "(right(schema_name, 6)::int - 1)"
    spread = f"UPDATE tenants_tenant SET {scenario.column} = {scenario.column} + {position} % {ORDINARY}"
    return lambda: execute(spread, "VACUUM (ANALYZE) tenants_tenant")


def _measure(on: Stage, name: str, scenario: Scenario) -> None:
    floors: dict[str, Any] = {}
    moulds = on.moulds[scenario.name]
    for workers in on.workers:
        drains = _repeat(on, scenario, workers)
        if not floors:
            found = written(_sample(on), moulds)
            floors = _floors(on, moulds, found) | _counted(on, scenario, moulds)
        _tell(on, name, workers, drains, floors)


def _repeat(on: Stage, scenario: Scenario, workers: int, prepare: Callable[[], None] | None = None) -> list[Drain]:
    drains = []
    for _ in range(on.repeats):
        on.staging.put(on.moulds[scenario.name])
        if prepare is not None:
            prepare()
        drains.append(drain(job=scenario.job, now=on.instant, workers=workers, postmaster=on.postmaster))
    return drains


def _sample(on: Stage) -> Sequence[Any]:
    step = -(-len(on.fleet) // FLOOR_TENANTS)
    return on.fleet[::step]


def _floors(on: Stage, moulds: Moulds, found: Sequence[Written]) -> dict[str, Any]:
    """Both floors, repeated as often as the run, and the rows they wrote for each tenant on average."""
    rows: Counter[str] = sum((item.counts() for item in found), Counter())
    facts: dict[str, Any] = {"rows": {name: round(number / len(found), 2) for name, number in sorted(rows.items())}}
    for name, pipelined in (("floor_plain", False), ("floor_pipelined", True)):
        floors = [_floor(on, moulds, found, pipelined=pipelined) for _ in range(on.repeats)]
        middle = sorted(floors, key=lambda floor: floor.seconds)[len(floors) // 2]
        facts[name] = middle.facts()
    return facts


def _floor(on: Stage, moulds: Moulds, found: Sequence[Written], *, pipelined: bool) -> Floor:
    on.staging.put(moulds, [item.member for item in found])
    floor = write_again(found, pipelined=pipelined, postmaster=on.postmaster)
    looked_at = random.Random(1).sample(found, min(COMPARED_TENANTS, len(found)))
    again = written([item.member for item in looked_at], moulds)
    for first, second in zip(looked_at, again, strict=True):
        if found_differences := differences(first, second):
            raise FloorDiffers(found_differences)
    return floor


def _counted(on: Stage, scenario: Scenario, moulds: Moulds) -> dict[str, float]:
    """Statements and round trips of a drain over a few of the tenants."""
    some = on.fleet[:COUNTED_TENANTS]
    on.staging.put(moulds, some)
    few = some[-1].number
    later = f"right(schema_name, 6)::int > {few}"
    execute(f"UPDATE tenants_tenant SET {scenario.column} = {scenario.column} + 1 WHERE {later}")
    return count(job=scenario.job, now=on.instant)


def _tell(on: Stage, name: str, workers: int, drains: Sequence[Drain], floors: dict[str, Any]) -> None:
    middle = sorted(drains, key=lambda item: item.seconds)[len(drains) // 2]
    rates = [item.done / item.seconds for item in drains]
    facts: dict[str, Any] = {"workers": workers, **middle.facts(), **floors}
    if "floor_pipelined" in floors:
        facts["of_plain_floor"] = _share(rates, floors["floor_plain"])
        facts["of_pipelined_floor"] = _share(rates, floors["floor_pipelined"])
    # Where billing is due, every tenant gets exactly one invoice: `rows` says so.
    tell(on.around, name, "invoices/s" if name.startswith("billing") else "tenants/s", rates, **facts)


def _share(rates: Sequence[float], floor: dict[str, Any]) -> float:
    return round(statistics.median(rates) / floor["per_second"], 3)
