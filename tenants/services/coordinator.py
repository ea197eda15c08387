"""Telling a Citus coordinator which public tables are written together with a tenant's."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django_tenants.utils import get_public_schema_name

from tenants.selectors.coordinator import unregistered

# Who waits for a table's lock keeps everybody else from that table, too.
_PATIENCE = "SET LOCAL lock_timeout = '5s'"
# With all that foreign keys tie to it: Citus takes a table alone only where nothing refers to it.
_REGISTER = "SELECT citus_add_local_table_to_metadata(%s::regclass, cascade_via_foreign_keys => true)"
_GIVEN = (
    "SELECT c.relname, a.attname, s.last_value FROM pg_class AS c"
    " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attidentity <> ''"
    " JOIN pg_sequences AS s ON format('%%I.%%I', s.schemaname, s.sequencename) ="
    " pg_get_serial_sequence(c.oid::regclass::text, a.attname)"
    " WHERE c.relnamespace = %s::regnamespace AND c.relname = ANY(%s) AND s.last_value IS NOT NULL"
)
_GIVE_ON = "SELECT setval(pg_get_serial_sequence(%s, %s), %s)"


def register_tables(wanted: Iterable[str]) -> list[str]:
    """Register those public tables that the coordinator does not know yet, and return their names. Safe to repeat.

    All in one transaction that keeps everybody from them for about a second; where their locks are not to be had within five
    it gives up with a `DatabaseError` and nothing is changed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        missing = unregistered(wanted)
        if missing:
            cursor.execute(_PATIENCE)
            cursor.execute(f"LOCK TABLE {', '.join(map(_public, missing))} IN ACCESS EXCLUSIVE MODE")
            cursor.execute(_GIVEN, [get_public_schema_name(), missing])
            given = cursor.fetchall()
            _register(cursor, missing)
            _give_on(cursor, given)
    return missing


def _register(cursor: Any, missing: Sequence[str]) -> None:
    left = list(missing)
    while left:
        cursor.execute(_REGISTER, [_public(left[0])])
        left = unregistered(left)


def _give_on(cursor: Any, given: Iterable[tuple[str, str, int]]) -> None:
    """Trap: Citus makes each table anew, and an identity column would begin at 1 again, with keys that are taken."""
    for table, column, last in given:
        cursor.execute(_GIVE_ON, [_public(table), column, last])


def _public(table: str) -> str:
    return f"{get_public_schema_name()}.{connection.ops.quote_name(table)}"
