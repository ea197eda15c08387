"""The database under measure: connections past Django, its settings, and the guard before anything is thrown away."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.db import connections

PREFIX = "t_bench_"
MOULD = "t_mould_"
# Set by `script/benchmark` where the server is the benchmark's own, started by it and used by nobody else.
OWN_SERVER = "BENCHMARK_OWN_SERVER"
RELOADED_WITHIN = 10
# Printed with every result: a figure without them says nothing.
SETTINGS = (
    "server_version",
    "shared_buffers",
    "max_connections",
    "max_locks_per_transaction",
    "max_wal_size",
    "checkpoint_timeout",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "autovacuum_naptime",
    "recovery_init_sync_method",
    "jit",
)


class NotOurs(Exception):
    """The database holds tenants that this benchmark did not make."""


def address() -> str:
    """Where the database is, with its password: for connections, never for output."""
    return os.environ["DATABASE_URL"]


def connect(*, autocommit: bool = False, bulk: bool = False) -> "psycopg.Connection[tuple[Any, ...]]":
    """A plain connection in the public schema; no statement is prepared, for each tenant's differs.

    With `bulk`, for what is not measured: no foreign keys checked (where the role may say so), no commit waits for the disk.
    """
    options = "-c search_path=public"
    if bulk:
        options += " -c synchronous_commit=off"
        options += " -c session_replication_role=replica" if _is_superuser() else ""
    return psycopg.connect(address(), autocommit=autocommit, prepare_threshold=None, options=options)


def rows(sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """One question, on a connection of its own."""
    with connect(autocommit=True) as connection:
        return connection.execute(sql, parameters).fetchall()


def execute(*statements: str) -> None:
    """Statements one by one, each committed at once."""
    with connect(autocommit=True) as connection:
        for sql in statements:
            connection.execute(sql)


@cache
def _is_superuser() -> bool:
    return bool(rows("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0][0])


@contextmanager
def unsynced() -> Iterator[None]:
    """Inside, the benchmark's own server never waits for the disk; afterwards all lies there. Other servers stay as they are.

    A checkpoint inside the block costs no flush for each of a million files: the kernel writes them all at the end.
    """
    if not os.environ.get(OWN_SERVER):
        yield
        return
    _set_fsync("off")
    try:
        yield
    finally:
        _set_fsync("on")
        os.sync()


def write_out() -> None:
    """So that the server has little to do when it is stopped, which would be killed if it took minutes."""
    with unsynced():
        execute("CHECKPOINT")


def sync_again() -> None:
    """What a run that was ended inside such a block has left: a server that does not wait for the disk."""
    if os.environ.get(OWN_SERVER):
        _set_fsync("on")


def _set_fsync(value: str) -> None:
    execute(f"ALTER SYSTEM SET fsync = {value}", "SELECT pg_reload_conf()")
    end = time.monotonic() + RELOADED_WITHIN
    while rows("SHOW fsync") != [(value,)]:
        if time.monotonic() > end:
            raise RuntimeError(f"The server does not take fsync = {value}.")
        time.sleep(0.05)


def settings() -> dict[str, str]:
    """The server's settings as it shows them, and how large its catalogue is."""
    with connect(autocommit=True) as connection:
        shown = {name: _shown(connection, name) for name in SETTINGS}
        catalogue = connection.execute(
            "SELECT pg_size_pretty(sum(pg_total_relation_size(c.oid))::bigint) FROM pg_class AS c"
            " WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'"
        ).fetchone()
    return shown | {"catalogue": catalogue[0] if catalogue else ""}


def _shown(connection: "psycopg.Connection[tuple[Any, ...]]", name: str) -> str:
    found = connection.execute("SELECT current_setting(%s, true)", [name]).fetchone()
    return str(found[0]) if found else ""


def refuse_others() -> None:
    """Raise unless every tenant here is the benchmark's: rows are thrown away between measures.

    Asked before anything else, so that a database named by mistake is not even migrated.
    """
    if rows("SELECT to_regclass('public.tenants_tenant')")[0][0] is None:
        return
    strangers = rows(
        "SELECT schema_name FROM tenants_tenant WHERE NOT starts_with(schema_name, %s)"
        " AND NOT starts_with(schema_name, %s) LIMIT 1",
        [PREFIX, MOULD],
    )
    if strangers:
        raise NotOurs(
            f"This database has the tenant {strangers[0][0]}, which is not the benchmark's; name another one."
        )


def let_go() -> None:
    """Close Django's connections, pool included: what is measured starts on backends that have met nobody."""
    for one in connections.all(initialized_only=True):
        one.close()
        if hasattr(one, "close_pool"):
            one.close_pool()
