"""Many statements in one round trip.

Django's cursor puts values in on the client's side and cannot be pipelined; here a plain psycopg cursor is used on the same
connection, and so in the same transaction.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

Statement = str | tuple[str, Sequence[Any]]


def send(connection: BaseDatabaseWrapper, statements: Iterable[Statement]) -> psycopg.Cursor[Any]:
    """Send all at once and wait for the last; the first that fails raises Django's error of its kind.

    A statement is a string, or a string with its values. Returns the cursor, which holds the last statement's rows.
    """
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: psycopg.Connection[Any] = connection.connection
    cursor = psycopg.Cursor(raw)
    with connection.wrap_database_errors, raw.pipeline():
        for statement in statements:
            sql, values = (statement, None) if isinstance(statement, str) else statement
            cursor.execute(sql.encode(), values)
    return cursor


def retire(connection: BaseDatabaseWrapper) -> None:
    """End the session, even one that a pool would keep: a backend that has met many schemas is large and slow."""
    if connection.connection is not None and not connection.in_atomic_block:
        connection.connection.close()
        connection.close()
