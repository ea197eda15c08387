"""Numbers of documents, taken by processes at once: of several issuers, kinds and years, and of tenants with a series each."""

from collections import defaultdict
from typing import Any

from tenants.models import NumberSeries
from tests.benchmarks.allotting import Series, Taken, allot
from tests.benchmarks.database import let_go
from tests.benchmarks.drains import Forked, WorkerFailed, release
from tests.benchmarks.measures.stage import Stage
from tests.benchmarks.results import tell

PREFIX = "bench"
ISSUERS = 3
TESTS = 2
AT_LEAST = 2


def measure_numbers(on: Stage) -> None:
    """Numbers a second, and above all that each series counts from one without a gap or a double; fails otherwise."""
    workers, rates, facts = max(AT_LEAST, 2 * max(on.workers)), [], []
    for _ in range(on.repeats):
        _forget()
        told = _taken(on, workers)
        rates.append(_count(told) / (max(one.ended for one in told) - min(one.began for one in told)))
        facts.append(_compared(told))
    _forget()
    worst = max(facts, key=lambda found: (found["gaps"] + found["doubles"], found["numbers"]))
    tell(on.around, "numbers", "numbers/s", rates, processes=workers, **worst)
    if worst["gaps"] or worst["doubles"]:
        raise WorkerFailed(f"Numbers have {worst['gaps']} gaps and {worst['doubles']} doubles.")


def _taken(on: Stage, workers: int) -> list[Taken]:
    """Test tenants have series of their own, beside those of the issuers."""
    tests = [f"{PREFIX}0:{one.schema}" for one in on.fleet[:TESTS]]
    series = [*(f"{PREFIX}{number}" for number in range(ISSUERS)), *tests]
    each = -(-on.numbers // workers)
    let_go()
    started = [Forked(allot, series, each, seed) for seed in range(workers)]
    for worker in started:
        worker.hear()
    return release(started)


def _compared(told: list[Taken]) -> dict[str, Any]:
    """What was committed, against 1, 2, 3 … of each series, and against what the series itself says it has given."""
    given: dict[Series, list[int]] = defaultdict(list)
    for one in told:
        for series, numbers in one.numbers.items():
            given[series] += numbers
    kept = {
        (row.series, row.kind, row.year): row.last for row in NumberSeries.objects.filter(series__startswith=PREFIX)
    }
    gaps = sum(len(set(range(1, last + 1)) - set(given[series])) for series, last in kept.items())
    doubles = sum(len(numbers) - len(set(numbers)) for numbers in given.values())
    beyond = sum(number > kept.get(series, 0) for series, numbers in given.items() for number in numbers)
    return {
        "numbers": _count(told),
        "series": len(given),
        "gaps": gaps,
        "doubles": doubles + beyond,
        "given_back": sum(one.given_back for one in told),
    }


def _count(told: list[Taken]) -> int:
    return sum(len(numbers) for one in told for numbers in one.numbers.values())


def _forget() -> None:
    NumberSeries.objects.filter(series__startswith=PREFIX).delete()
