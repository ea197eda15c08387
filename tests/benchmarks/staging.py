"""Putting every tenant into the state of a mould, with rows and ids of its own.

Nothing here is measured, so it is made fast: two streams, twenty tenants in one trip, no triggers, no waiting for the disk, and
only those tenants that do not stand so already.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from psycopg import sql
from tqdm import tqdm

from tests.benchmarks.casting import Cast
from tests.benchmarks.database import connect, execute, let_go, rows, unsynced
from tests.benchmarks.fleet import STREAMS, Member
from tests.benchmarks.moulds import Mould, tenant_tables

TENANTS_PER_ROUND = 20
TENANTS_PER_CONNECTION = 300
Moulds = Mapping[str, Mould]


class Staging:
    """The state the fleet was put into last; what happened to it since is seen in its events."""

    def __init__(self, fleet: Sequence[Member]) -> None:
        self._fleet = fleet
        self._moulds: Moulds | None = None

    def put(self, moulds: Moulds, some: Sequence[Member] | None = None) -> None:
        """All tenants, or `some` where the others may stay as they are, stand as their product's mould says.

        Their own tables, events and agenda; nothing of a run before is left.
        """
        let_go()
        known, self._moulds = self._moulds, None
        if known is moulds:
            changed = _changed(moulds)
            members = [member for member in some or self._fleet if member.number in changed]
        else:
            members = list(self._fleet)
        with unsynced():
            _write_schemas(members, moulds)
            _write_public(members, moulds)
            execute("VACUUM (ANALYZE) tenants_tenant, tenants_event", "CHECKPOINT")
        self._moulds = moulds


def base_rows(mould: Mould, member: Member) -> dict[str, dict[str, tuple[str | None, ...]]]:
    """The tenant's rows as staged: table → id → values in the mould's order of columns."""
    own = Cast(mould).of(member)
    return {
        table: {
            str(values[0]): values
            for row in found
            for values in [tuple(None if value is None else own(value) for value in row)]
        }
        for table, (_, found) in mould.tables.items()
    }


def _changed(moulds: Moulds) -> set[int]:
    """Whoever's history is not the mould's: a job that writes into a tenant's tables tells an event of it."""
    question = (
        "SELECT right(schema_name, 6)::int FROM tenants_tenant LEFT JOIN"
        " (SELECT tenant_id, count(*) AS told FROM tenants_event GROUP BY tenant_id) AS counted"
        " ON counted.tenant_id = tenants_tenant.id WHERE product_code = %s AND coalesce(told, 0) <> %s"
    )
    return {
        number for product, mould in moulds.items() for (number,) in rows(question, [product, len(mould.events[1])])
    }


def _write_schemas(members: Sequence[Member], moulds: Moulds) -> None:
    scripts = {product: (_script(mould), Cast(mould)) for product, mould in moulds.items()}
    bar: Any = tqdm(total=len(members), desc="staging", unit="tenant", disable=None, file=sys.stderr)

    def write(part: Sequence[Member]) -> None:
        with connect(autocommit=True, bulk=True) as connection:
            for few in _parts(part, TENANTS_PER_ROUND):
                texts = (cast.of(one)(script) for one in few for script, cast in [scripts[one.product]])
                connection.execute(";".join(texts))
                bar.update(len(few))

    with bar, ThreadPoolExecutor(STREAMS) as pool:
        list(pool.map(write, _parts(members, TENANTS_PER_CONNECTION)))


def _parts(members: Sequence[Member], size: int) -> Iterator[Sequence[Member]]:
    return (members[at : at + size] for at in range(0, len(members), size))


def _script(mould: Mould) -> str:
    """The statements for the mould's own schema, in one text: all tables emptied, the rows written."""
    emptied = [f'DELETE FROM "{mould.schema}"."{table}"' for table in reversed(tenant_tables())]
    written = [
        f'INSERT INTO "{mould.schema}"."{table}" ({_names(columns)}) VALUES {", ".join(map(_values, found))}'
        for table, (columns, found) in mould.tables.items()
        if found
    ]
    return ";".join([*emptied, *written])


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _values(row: Iterable[str | None]) -> str:
    return f"({', '.join(map(_literal, row))})"


def _literal(value: str | None) -> str:
    return sql.Literal(value).as_string(None)


def _write_public(members: Sequence[Member], moulds: Moulds) -> None:
    with connect() as connection:
        connection.execute("TRUNCATE tenants_jobrun, tenants_parkedjob, tenants_stafftask CASCADE")
        for product, mould in moulds.items():
            columns = ", ".join(f'"{name}" = {_literal(value)}' for name, value in mould.standing.items())
            connection.execute(
                f"UPDATE tenants_tenant SET {columns} WHERE product_code = %s",
                [product],
            )
        connection.execute("DELETE FROM tenants_event WHERE tenant_id = ANY(%s)", [[one.id for one in members]])
        _copy_events(connection, members, moulds)


def _copy_events(connection: Any, members: Sequence[Member], moulds: Moulds) -> None:
    """The history so far, already made into messages."""
    columns = next(iter(moulds.values())).events[0]
    told = columns.index("notified_at"), columns.index("recorded_at")
    casts = {product: Cast(mould) for product, mould in moulds.items()}
    with connection.cursor().copy(f"COPY tenants_event ({_names(columns)}) FROM STDIN") as copy:
        for member in members:
            own = casts[member.product].of(member)
            for row in moulds[member.product].events[1]:
                values = [None if value is None else own(value) for value in row]
                values[told[0]] = values[told[1]]
                copy.write_row(values)
