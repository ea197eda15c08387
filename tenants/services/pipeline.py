"""Many statements in one round trip.

Django's cursor puts values in on the client's side and cannot be pipelined; here a plain cursor of psycopg is used on the same
connection, and so in the same transaction. A statement is single, and its values stand as $1, $2, …
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

Statement = str | tuple[str, Sequence[Any]]
Queue = Callable[[Statement], psycopg.RawCursor[Any]]


@contextmanager
def pipelined(connection: BaseDatabaseWrapper) -> Iterator[Queue]:
    """Inside, a statement is only queued: the server works it off meanwhile, and the cursor has its rows after the block.

    The first that fails raises Django's error of its kind, at the end of the block at the latest.
    """
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: psycopg.Connection[Any] = connection.connection

    def queue(statement: Statement) -> psycopg.RawCursor[Any]:
        sql, values = (statement, None) if isinstance(statement, str) else statement
        cursor = psycopg.RawCursor(raw)
        cursor.execute(sql.encode(), values)
        return cursor

    with connection.wrap_database_errors, raw.pipeline():
        yield queue


def send(connection: BaseDatabaseWrapper, statements: Iterable[Statement]) -> psycopg.RawCursor[Any]:
    """Send all (one at least) at once and wait; returns the cursor of the last one."""
    with pipelined(connection) as queue:
        *_, last = [queue(statement) for statement in statements]
    return last


def retire(connection: BaseDatabaseWrapper) -> None:
    """End the session, even one that a pool would keep: a backend that has met many schemas is large and slow."""
    if connection.connection is not None and not connection.in_atomic_block:
        connection.connection.close()
        connection.close()
