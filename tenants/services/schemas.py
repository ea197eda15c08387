"""Making, upgrading and dropping one tenant's schema; `migrating` does it for all.

The statements come from the migrations (`schema_sql`) and go to the database in one round trip and one transaction with the
tenant's row, so the cost of one tenant does not grow with the number of tenants and no schema carries a migration table.
`Tenant.schema_version` says how far a schema has come.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django_tenants.utils import get_public_schema_name

from tenants.context import outside
from tenants.models import Tenant
from tenants.services.pipeline import Statement, send
from tenants.services.schema_sql import Step, creation_script, latest_version, steps_after, version_after

# Qualified: it is sent while the search path shows a tenant's schema first.
TENANTS = f'"{get_public_schema_name()}"."{Tenant._meta.db_table}"'
_STAMP = f"UPDATE {TENANTS} SET schema_version = %s WHERE id = %s"  # noqa: S608  # names, no values


def create_schema(*, tenant: Tenant) -> None:
    """Make the tenant's schema with all its tables, or leave nothing behind. Safe to repeat after a failure."""
    version = latest_version()
    with transaction.atomic(), outside():
        send(connection, [*_making(tenant.schema_name), _stamped(tenant.pk, version)])
    tenant.schema_version = version


def build_schema(schema_name: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """The same tables in any database, without a tenant's row: for a schema that is about to be filled from elsewhere."""
    with transaction.atomic(using=using), outside():
        send(connections[using], _making(schema_name))


def upgrade_schema(*, tenant: Tenant) -> int:
    """Replay the migrations this tenant does not have yet; returns their number. Waits for whoever works in the schema."""
    with transaction.atomic(), outside():
        # The same lock, taken first, as every service that writes: no deadlock, and two upgrades do not meet.
        locked = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
        steps = steps_after(locked.schema_version)
        if steps:
            send(connection, upgrading(locked.pk, locked.schema_name, locked.schema_version, steps))
    tenant.schema_version = version_after(locked.schema_version, steps)
    return len(steps)


def drop_schema(*, tenant: Tenant) -> None:
    """Remove the schema and all that is in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {quoted(tenant.schema_name)} CASCADE")


def within(schema_name: str, statements: Sequence[str]) -> list[Statement]:
    """The statements as they are to be sent for one schema; afterwards the transaction looks at the public one."""
    public = quoted(get_public_schema_name())
    return [
        f"SET LOCAL search_path = {quoted(schema_name)}, {public}",
        *statements,
        f"SET LOCAL search_path = {public}",
    ]


def upgrading(tenant_id: UUID, schema_name: str, version: str, steps: Sequence[Step]) -> list[Statement]:
    """What brings one tenant from `version` through these steps, its new version included."""
    statements = [statement for step in steps for statement in step.statements]
    return [*within(schema_name, statements), _stamped(tenant_id, version_after(version, steps))]


def _making(schema_name: str) -> list[Statement]:
    return [f"CREATE SCHEMA {quoted(schema_name)}", *within(schema_name, creation_script())]


def _stamped(tenant_id: UUID, version: str) -> Statement:
    return (_STAMP, [version, tenant_id])


def quoted(schema_name: str) -> str:
    """The schema's name as an SQL identifier."""
    return str(connection.ops.quote_name(schema_name))
