"""The database under measure: connections past Django, its settings, and the guard before anything is thrown away."""

import os
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connections

PREFIX = "t_bench_"
MOULD = "t_mould_"
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


def connect(*, autocommit: bool = False) -> "psycopg.Connection[tuple[Any, ...]]":
    """A plain connection in the public schema; no statement is prepared, for each tenant's differs."""
    return psycopg.connect(address(), autocommit=autocommit, prepare_threshold=None, options="-c search_path=public")


def rows(sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """One question, on a connection of its own."""
    with connect(autocommit=True) as connection:
        return connection.execute(sql, parameters).fetchall()


def execute(*statements: str) -> None:
    """Statements one by one, each committed at once."""
    with connect(autocommit=True) as connection:
        for sql in statements:
            connection.execute(sql)


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
