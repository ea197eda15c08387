"""What a migration will cost before it runs: tried statement by statement on a copy of one tenant, which is thrown away."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import DatabaseError, connection, transaction

from tenants.models import Tenant
from tenants.services.pipeline import send
from tenants.services.schema_sql import NO_TENANT, Step, migration_steps, steps_after
from tenants.services.schemas import quoted, within

COPY = "migration_plan_copy"
# Any number that nothing else locks: two plans at once would use the same copy.
_LOCK = 7_301_552_002
RUNS = 5
# From harmless to heavy; from SHARE on a lock keeps writers out, the last one readers, too.
LOCKS = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)


@dataclass(frozen=True, slots=True)
class StatementCost:
    """One statement: the heaviest lock on each table it touches, the tables it writes anew, those it reads through."""

    migration: str
    sql: str
    locks: dict[str, str]
    rewrites: tuple[str, ...]
    scans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one tenant costs: its statements, and the median milliseconds of all of them, without the commit."""

    sample: str
    statements: tuple[StatementCost, ...]
    milliseconds: float


def cost_of(sample: Tenant) -> Cost:
    """Try what `sample` lacks on a copy of it, rows included. The tenant itself is only read."""
    steps = steps_after(sample.schema_version)
    with _copy_of(sample):
        statements = tuple(_tried(steps))
        return Cost(sample.schema_name, statements, median(_timed(steps) for _ in range(RUNS)))


@contextmanager
def _copy_of(sample: Tenant) -> Iterator[None]:
    """A schema as the sample's was made, filled from it. It is committed, for locks are told apart by transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise DatabaseError("Another plan is being made; wait for it.")
        try:
            missing = set(steps_after(sample.schema_version))
            _make_copy(sample, [step for step in migration_steps() if step not in missing])
            yield
        finally:
            cursor.execute(f"DROP SCHEMA IF EXISTS {COPY} CASCADE")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _make_copy(sample: Tenant, steps: Sequence[Step]) -> None:
    with transaction.atomic():
        made = [statement for step in steps for statement in step.statements]
        leftover = f"DROP SCHEMA IF EXISTS {COPY} CASCADE"
        send(connection, [leftover, NO_TENANT, f"CREATE SCHEMA {COPY}", *within(COPY, made)])
        for table, columns in _columns(COPY).items():
            listed = ", ".join(columns)
            source = f"SELECT {listed} FROM {quoted(sample.schema_name)}.{table}"  # noqa: S608  # names, no values
            send(connection, [f"INSERT INTO {COPY}.{table} ({listed}) {source}"])


def _columns(schema: str) -> dict[str, list[str]]:
    rows = _rows(
        "SELECT quote_ident(c.relname), array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_class AS c"
        " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
        " WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' GROUP BY c.relname",
        schema,
    )
    return dict(rows)


def _tried(steps: Sequence[Step]) -> Iterator[StatementCost]:
    """Each statement in a transaction of its own after those before it, taken back at once."""
    before: list[str] = []
    for step in steps:
        for sql in step.statements:
            yield _watched(f"{step.app}.{step.name}", sql, before)
            before.append(sql)


def _watched(migration: str, sql: str, before: Sequence[str]) -> StatementCost:
    with transaction.atomic():
        send(connection, within(COPY, before))
        files, scans, held = _files(), _scans(), _locks()
        send(connection, within(COPY, [sql]))
        rewritten = {table for table, file in _files().items() if file != files.get(table, file)}
        scanned = {table for table, count in _scans().items() if count > scans.get(table, count)}
        locks = {table: mode for table, mode in _locks().items() if held.get(table) != mode and table in files}
        transaction.set_rollback(True)
    return StatementCost(migration, sql, locks, tuple(sorted(rewritten)), tuple(sorted(scanned)))


def _files() -> dict[str, int]:
    return dict(_rows(_TABLES.format("pg_relation_filenode(c.oid)"), COPY))


def _scans() -> dict[str, int]:
    return dict(_rows(_TABLES.format("pg_stat_get_xact_numscans(c.oid)"), COPY))


def _locks() -> dict[str, str]:
    """The heaviest lock this transaction holds on each table of the copy."""
    heaviest: dict[str, str] = {}
    rows = _rows(
        "SELECT c.relname, l.mode FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation"
        " WHERE l.pid = pg_backend_pid() AND c.relnamespace = %s::regnamespace AND c.relkind = 'r'",
        COPY,
    )
    for table, mode in rows:
        heaviest[table] = max(heaviest.get(table, LOCKS[0]), mode, key=LOCKS.index)
    return heaviest


_TABLES = "SELECT c.relname, {} FROM pg_class AS c WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r'"


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _timed(steps: Sequence[Step]) -> float:
    """Milliseconds of all statements together, as they are sent to each tenant."""
    with transaction.atomic():
        begun = time.perf_counter()
        send(connection, within(COPY, [sql for step in steps for sql in step.statements]))
        taken = time.perf_counter() - begun
        transaction.set_rollback(True)
    return 1000 * taken
