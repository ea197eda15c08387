"""A tenant's tables, from one database to another: COPY table by table, and the proof that both are the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

_TABLES = """
    SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = %s AND c.relkind = 'r' ORDER BY c.relname
"""
_COLUMNS = """
    SELECT a.attname FROM pg_attribute AS a
     WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname
"""
# The sum does not depend on the order of the rows; two rows that change places by value would have to collide in 64 bits.
_CHECKSUM = "SELECT count(*), coalesce(sum(hashtextextended(ROW({})::text, 0)::numeric), 0)::text FROM {}"
Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a tenant's schema with its columns in the order of their names."""

    schema: str
    name: str
    columns: tuple[str, ...]

    @property
    def identifier(self) -> sql.Identifier:
        """As SQL names it."""
        return sql.Identifier(self.schema, self.name)

    @property
    def listed(self) -> sql.Composed:
        """Its columns, separated by commas."""
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))


def tables_of(source: Connection, schema: str) -> list[Table]:
    """The tables of a schema, in the order in which they are locked and copied."""
    names = [row[0] for row in source.execute(_TABLES, [schema]).fetchall()]
    return [Table(schema, name, _columns(source, schema, name)) for name in names]


def _columns(source: Connection, schema: str, name: str) -> tuple[str, ...]:
    whole = sql.Identifier(schema, name).as_string(source)
    return tuple(row[0] for row in source.execute(_COLUMNS, [whole]).fetchall())


def copy_rows(source: Connection, target: Connection, table: Table) -> None:
    """All rows, as the servers store them; both sides keep their own transaction."""
    out = sql.SQL("COPY {} ({}) TO STDOUT (FORMAT binary)").format(table.identifier, table.listed)
    into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(table.identifier, table.listed)
    with source.cursor() as reading, target.cursor() as writing, reading.copy(out) as rows, writing.copy(into) as kept:
        for block in rows:
            kept.write(block)


def differences(source: Connection, target: Connection, tables: Iterable[Table]) -> list[str]:
    """Names of tables whose number of rows or checksum is not the same on both sides."""
    return [table.name for table in tables if _fingerprint(source, table) != _fingerprint(target, table)]


def _fingerprint(database: Connection, table: Table) -> tuple[int, str]:
    found = database.execute(sql.SQL(_CHECKSUM).format(table.listed, table.identifier)).fetchone()
    if found is None:
        raise RuntimeError(f"{table.name} gave no count.")
    return found[0], found[1]
