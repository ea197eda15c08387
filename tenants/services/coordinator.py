"""Telling a Citus coordinator which public tables are written together with a tenant's."""

from collections.abc import Iterator

from django.db import connection
from django_tenants.utils import get_public_schema_name

from tenants.selectors.coordinator import public_tables, unregistered

# With all that foreign keys tie to it: Citus takes a table alone only where nothing refers to it.
_REGISTER = "SELECT citus_add_local_table_to_metadata(%s::regclass, cascade_via_foreign_keys => true)"


def register_public_tables() -> Iterator[str]:
    """Register what is missing of `public_tables()` and yield each name that is new; safe to repeat and to break off.

    Each group of tables that foreign keys tie together is one transaction, which locks them against everybody for a moment.
    """
    missing = unregistered(public_tables())
    while missing:
        with connection.cursor() as cursor:
            cursor.execute(_REGISTER, [f'{get_public_schema_name()}."{missing[0]}"'])
        left = unregistered(missing)
        yield from (name for name in missing if name not in left)
        missing = left
