"""What is left after a crash between the two commits of a transaction over two databases."""

from collections.abc import Iterator
from typing import Any

import structlog
from django.db import DEFAULT_DB_ALIAS, connection, connections

from tenants.backend.twophase import PREFIX

log = structlog.get_logger(__name__)
_PROMISED = "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() AND gid LIKE %s ORDER BY prepared"
_DECIDED = "SELECT pg_xact_status(%s::xid8)"
# What the default database says of the deciding transaction, and what becomes of the promise.
VERDICTS = {"committed": "COMMIT PREPARED", "aborted": "ROLLBACK PREPARED"}


def cell_aliases() -> list[str]:
    """The databases besides the default one."""
    return [alias for alias in connections if alias != DEFAULT_DB_ALIAS]


def settle_in_doubt() -> int:
    """Do in each cell what the default database has decided; returns how many promises were settled.

    Exact: a promise bears the number of the transaction that decides it. One that is still running is left alone. Safe to
    repeat and to run beside the processes that made the promises.
    """
    return sum(_settle(alias, gid) for alias in cell_aliases() for gid in list(_promises(alias)))


def _promises(alias: str) -> Iterator[str]:
    for (gid,) in _ask(connections[alias], _PROMISED, f"{PREFIX}%"):
        yield gid


def _settle(alias: str, gid: str) -> bool:
    ((status,),) = _ask(connection, _DECIDED, gid.split(":")[1])
    verdict = VERDICTS.get(status)
    if verdict is None:
        if status != "in progress":
            log.error("promise_without_verdict", database=alias, transaction=gid, status=status)
        return False
    with connections[alias].cursor() as cursor:
        cursor.execute(f"{verdict} {connections[alias].ops.quote_name(gid)}".replace('"', "'"))
    log.warning("promise_settled", database=alias, transaction=gid, verdict=verdict)
    return True


def _ask(database: Any, sql: str, value: str) -> list[Any]:
    with database.cursor() as cursor:
        cursor.execute(sql, [value])
        return list(cursor.fetchall())
