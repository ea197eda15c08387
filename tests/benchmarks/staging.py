"""Putting every tenant into the state of a mould, with rows and ids of its own."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import sql
from tqdm import tqdm

from tests.benchmarks.database import connect, execute, let_go
from tests.benchmarks.fleet import Member
from tests.benchmarks.moulds import Mould, tenant_tables

TENANTS_PER_ROUND = 20
ROUNDS_PER_CONNECTION = 15
Moulds = Mapping[str, Mould]


def stage(fleet: Sequence[Member], moulds: Moulds) -> None:
    """All tenants stand as their product's mould says: their own tables, events and agenda; nothing of a run before is left."""
    let_go()
    _stage_schemas(fleet, moulds)
    _stage_public(fleet, moulds)
    execute("VACUUM (ANALYZE) tenants_tenant", "ANALYZE tenants_event", "CHECKPOINT")


def cast(mould: Mould, member: Member) -> list[tuple[str, str]]:
    """What becomes what in the rows of one tenant: [(a mould's id, the tenant's), …]."""
    ids = [(key, derived(key, member.number)) for key in mould.ids]
    numbers = [(number, f"{number}/{member.number}") for number in mould.numbers]
    return [*ids, *numbers, (mould.tenant_id, str(member.id)), (mould.schema, member.schema)]


def derived(key: str, number: int) -> str:
    """A time-ordered id of the same instant, another for every tenant, and the same one every time."""
    return str(UUID(int=UUID(key).int ^ number))


def replaced(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """All replacements at once; an id is never part of another."""
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def base_rows(mould: Mould, member: Member) -> dict[str, dict[str, tuple[str | None, ...]]]:
    """The tenant's rows as staged: table → id → values in the mould's order of columns."""
    pairs = cast(mould, member)
    return {
        table: {
            str(values[0]): values
            for row in found
            for values in [tuple(None if value is None else replaced(value, pairs) for value in row)]
        }
        for table, (_, found) in mould.tables.items()
    }


def _stage_schemas(fleet: Sequence[Member], moulds: Moulds) -> None:
    scripts = {product: _script(mould) for product, mould in moulds.items()}
    bar: Any = tqdm(total=len(fleet), desc="staging", unit="tenant", disable=None, file=sys.stderr)
    with bar:
        for part in _parts(fleet, TENANTS_PER_ROUND * ROUNDS_PER_CONNECTION):
            with connect(autocommit=True) as connection:
                for few in _parts(part, TENANTS_PER_ROUND):
                    texts = [replaced(scripts[one.product], cast(moulds[one.product], one)) for one in few]
                    connection.execute(";".join(texts))
                    bar.update(len(few))


def _parts(fleet: Sequence[Member], size: int) -> Iterator[Sequence[Member]]:
    return (fleet[at : at + size] for at in range(0, len(fleet), size))


def _script(mould: Mould) -> str:
    """The statements for the mould's own schema, in one text: all tables emptied, the rows written."""
    emptied = [f'DELETE FROM "{mould.schema}"."{table}"' for table in reversed(tenant_tables())]
    written = [
        f'INSERT INTO "{mould.schema}"."{table}" ({_names(columns)}) VALUES ({_values(row)})'
        for table, (columns, found) in mould.tables.items()
        for row in found
    ]
    return ";".join([*emptied, *written])


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _values(row: Iterable[str | None]) -> str:
    return ", ".join(sql.Literal(value).as_string(None) for value in row)


def _stage_public(fleet: Sequence[Member], moulds: Moulds) -> None:
    with connect() as connection:
        connection.execute("TRUNCATE tenants_event, tenants_jobrun, tenants_parkedjob, tenants_stafftask")
        for product, mould in moulds.items():
            columns = ", ".join(f'"{name}" = {_values([value])}' for name, value in mould.standing.items())
            connection.execute(
                f"UPDATE tenants_tenant SET {columns} WHERE product_code = %s",
                [product],
            )
        _copy_events(connection, fleet, moulds)


def _copy_events(connection: Any, fleet: Sequence[Member], moulds: Moulds) -> None:
    """The history so far, already made into messages."""
    columns = next(iter(moulds.values())).events[0]
    told = columns.index("notified_at"), columns.index("recorded_at")
    with connection.cursor().copy(f"COPY tenants_event ({_names(columns)}) FROM STDIN") as copy:
        for member in fleet:
            pairs = cast(moulds[member.product], member)
            for row in moulds[member.product].events[1]:
                values = [None if value is None else replaced(value, pairs) for value in row]
                values[told[0]] = values[told[1]]
                copy.write_row(values)
