"""Judging measured lines: the ratios the design must reach, as PASS or FAIL, and 80.000 tenants from the curve."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STRETCH = 80_000
FULL = 25_000
SMALL = 1_000
FIVE_MINUTES = 300
# Stated bounds, held at 5.000 tenants: a worker process, and the private memory of its backend.
WORKER_MB, BACKEND_MB = 300, 100
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence of what must be reached, with the figure and whether it holds (None: not measured)."""

    what: str
    figure: str
    holds: bool | None

    def __str__(self) -> str:
        word = {True: "PASS", False: "FAIL", None: "----"}[self.holds]
        return f"{word}  {self.what}: {self.figure}"


class Curve:
    """The last line of each measure, number of tenants and number of workers."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = {(line["measure"], line["tenants"], line.get("workers")): line for line in lines}

    def of(self, measure: str, workers: int | None = None) -> dict[int, Line]:
        """Tenants → line, ascending."""
        found = {n: line for (name, n, w), line in self._lines.items() if name == measure and w == workers}
        return dict(sorted((n, line) for n, line in found.items() if line["median"] is not None))


def report(files: Sequence[Path]) -> int:
    """Print the verdicts; 1 if something measured fails, else 0."""
    lines = [json.loads(text) for file in files for text in file.read_text().splitlines() if text.startswith("{")]
    verdicts = list(judge(Curve(lines)))
    for verdict in verdicts:
        print(verdict)
    return int(any(verdict.holds is False for verdict in verdicts))


def judge(curve: Curve) -> Iterator[Verdict]:
    """All that must be reached, in the order of the design."""
    yield from _daily(curve)
    yield from _ordinary(curve)
    yield _below("provisioning below 60 ms a tenant", curve.of("provision"), 60)
    yield _below("additive migration below 3 ms a tenant", curve.of("migrate"), 3)
    yield _each(
        "a rolling migration fails no request", curve.of("rolling_migration"), "median", lambda value: value == 0
    )
    yield _each("numbers without a gap", curve.of("numbers"), "gaps", lambda value: value == 0)
    yield _each("numbers without a double", curve.of("numbers"), "doubles", lambda value: value == 0)
    yield from _requests(curve)
    yield from _memory(curve)
    yield from _stretch(curve)
    pages = curve.of("dashboard")
    yield _each(
        "the slowest dashboard over 25.000 tenants' facts in 300 ms", pages, "slowest_ms", lambda value: value < 300
    )


def _daily(curve: Curve) -> Iterator[Verdict]:
    one = curve.of("billing_all_due", 1)
    small = {n: line for n, line in one.items() if n == SMALL}
    yield _each("350 invoices a second, one worker, 1.000 tenants", small, "median", lambda value: value >= 350)
    yield _each("half the speed of the pipelined floor", one, "of_pipelined_floor", lambda value: value >= 0.5)
    yield _each("at most 3 round trips an invoice", one, "round_trips", lambda value: value <= 3)
    yield _growth(one)
    two = curve.of("billing_all_due", 2)
    full = {n: line["seconds"] for n, line in two.items() if n == FULL}
    if full:
        yield Verdict("25.000 due on one day in 5 minutes, 2 workers", f"{full[FULL]:.0f} s", full[FULL] < FIVE_MINUTES)
    else:
        yield _extrapolated("25.000 due on one day in 5 minutes, 2 workers", two, FULL, FIVE_MINUTES)


def _growth(one: dict[int, Line]) -> Verdict:
    what = "cost at the most tenants within twice that at 1.000"
    most = max(one, default=0)
    if SMALL not in one or most <= SMALL:
        return Verdict(what, "not measured", None)
    ratio = one[SMALL]["median"] / one[most]["median"]
    return Verdict(what, f"× {ratio:.2f} at {_spelled(most)}", ratio <= 2)


def _ordinary(curve: Curve) -> Iterator[Verdict]:
    """What a due tenant costs on an ordinary day against one of all: CPU, because the clock is noisier."""
    everybody, some = curve.of("billing_all_due", 1), curve.of("billing_ordinary_day", 1)
    for n in sorted(set(everybody) & set(some)):
        ratio = _cost(some[n]) / _cost(everybody[n])
        what = f"an ordinary day costs in proportion within 10 %, {_spelled(n)} tenants"
        # Of three or thirty tenants, the fixed cost of a run is the larger part: no verdict on so few.
        yield Verdict(what, f"× {ratio:.2f} a tenant", ratio <= 1.1 if some[n]["done"] >= 100 else None)


def _cost(line: Line) -> float:
    return float(line["client_cpu_ms"]) + float(line["server_cpu_ms"] or 0)


def _requests(curve: Curve) -> Iterator[Verdict]:
    asked = curve.of("entitlement")
    for what, key in (
        ("an empty operation of the API", "of_empty_api"),
        ("an empty view", "of_empty_view"),
        ("an empty view, by CPU", "cpu_of_empty_view"),
        ("an empty view without a tenant", "of_empty_view_public"),
    ):
        yield _each(f"entitlement: 60 % of {what}", asked, key, lambda value: value >= 0.6)
    yield _each("entitlement: p99 below 50 ms", asked, "p99_ms", lambda value: value < 50)
    for name in ("entitlement", "overview", "invoice_list", "webhook_intake"):
        yield _each(f"{name}: every answer is 200", curve.of(name), "wrong", lambda value: value == 0)


def _memory(curve: Curve) -> Iterator[Verdict]:
    for name in ("billing_all_due", "reminders", "suspensions"):
        lines = curve.of(name, 1)
        yield _each(f"{name}: worker within {WORKER_MB} MB", lines, "worker_rss_mb", lambda value: value <= WORKER_MB)
        yield _each(f"{name}: backend within {BACKEND_MB} MB", lines, "backend_mb", lambda value: value <= BACKEND_MB)


def _stretch(curve: Curve) -> Iterator[Verdict]:
    """80.000 due on one day, 2 workers, in proportion to 5 minutes for 25.000."""
    limit = FIVE_MINUTES * STRETCH / FULL
    yield _extrapolated("80.000 due on one day, 2 workers", curve.of("billing_all_due", 2), STRETCH, limit)


def _extrapolated(what: str, lines: dict[int, Line], tenants: int, limit: float) -> Verdict:
    """Cost a tenant grows with the logarithm of their number: the last two points are prolonged, never downwards."""
    if len(lines) < 2:
        return Verdict(what, "needs two numbers of tenants", None)
    (first, low), (last, high) = list(lines.items())[-2:]
    costs = 1 / low["median"], 1 / high["median"]
    slope = max((costs[1] - costs[0]) / math.log(last / first), 0)
    seconds = tenants * (costs[1] + slope * math.log(tenants / last))
    figure = f"{seconds:.0f} s extrapolated from {_spelled(first)} and {_spelled(last)}, limit {limit:.0f} s"
    return Verdict(what, figure, seconds < limit)


def _below(what: str, lines: dict[int, Line], limit: float) -> Verdict:
    return _each(what, lines, "median", lambda value: value < limit)


def _each(what: str, lines: dict[int, Line], key: str, holds: Any) -> Verdict:
    """The condition at every number of tenants measured."""
    figures = {n: line[key] for n, line in lines.items() if line.get(key) is not None}
    if not figures:
        return Verdict(what, "not measured", None)
    shown = ", ".join(f"{value} at {_spelled(n)}" for n, value in figures.items())
    return Verdict(what, shown, all(holds(value) for value in figures.values()))


def _spelled(number: int) -> str:
    return f"{number:,}".replace(",", ".")
