"""The floor of the daily run: the same rows written into the same schemas by hand, without reading, deciding or checking.

Once as anybody would write it (one statement per row, one commit per tenant), once as fast as one backend can go (the same
statements pipelined, one commit for many tenants). Both replace their connection as often as the product does.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.capture import Written
from tests.benchmarks.database import connect, let_go
from tests.benchmarks.drains import per
from tests.benchmarks.processes import server_cpu

TENANTS_PER_CONNECTION = 300
TENANTS_PER_COMMIT = 75
TAKE_NUMBER = """
    INSERT INTO tenants_numberseries (series, kind, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (series, kind, year) DO UPDATE SET last = tenants_numberseries.last + 1 RETURNING last
"""
Statement = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Floor:
    """What it took for so many tenants; CPU in seconds."""

    tenants: int
    statements: int
    seconds: float
    client_cpu: float
    server_cpu: float | None

    def facts(self) -> dict[str, Any]:
        """For the JSON line."""
        return {
            "tenants": self.tenants,
            "per_second": round(self.tenants / self.seconds, 1),
            "statements": round(self.statements / self.tenants, 2),
            "client_cpu_ms": per(self.client_cpu, self.tenants),
            "server_cpu_ms": per(self.server_cpu, self.tenants),
        }


def write_again(found: Sequence[Written], *, pipelined: bool, postmaster: int | None) -> Floor:
    """Write what a run wrote; the statements are ready before the clock starts."""
    prepared = [_statements(item) for item in found]
    let_go()
    before, used, began = server_cpu(postmaster), time.process_time(), time.monotonic()
    for part in _parts(prepared, TENANTS_PER_CONNECTION):
        with connect() as connection:
            if pipelined:
                _write_pipelined(connection, part)
            else:
                _write_plainly(connection, part)
    seconds, client = time.monotonic() - began, time.process_time() - used
    after = server_cpu(postmaster)
    return Floor(
        tenants=len(prepared),
        statements=sum(map(len, prepared)),
        seconds=seconds,
        client_cpu=client,
        server_cpu=(after - before).whole if after and before else None,
    )


def _statements(item: Written) -> list[Statement]:
    numbers: list[Statement] = [(TAKE_NUMBER, list(number)) for number in item.numbers]
    return [*numbers, *(change.statement() for change in item.changes)]


def _parts(items: Sequence[list[Statement]], size: int) -> Iterator[Sequence[list[Statement]]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def _write_plainly(connection: Any, tenants: Sequence[list[Statement]]) -> None:
    for statements in tenants:
        for text, values in statements:
            connection.execute(text, values)
        connection.commit()


def _write_pipelined(connection: Any, tenants: Sequence[list[Statement]]) -> None:
    for batch in _parts(tenants, TENANTS_PER_COMMIT):
        with connection.pipeline():
            for statements in batch:
                for text, values in statements:
                    connection.execute(text, values)
        connection.commit()
