"""Making, upgrading and dropping one tenant's schema; `migrating` does it for all.

The statements come from the migrations (`schema_sql`) and go to the database in one round trip and one transaction with the
tenant's row, so the cost of one tenant does not grow with the number of tenants and no schema carries a migration table.
`Tenant.schema_version` says how far a schema has come.
"""

from collections.abc import Sequence

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django_tenants.utils import get_public_schema_name

from tenants.context import inside, outside
from tenants.models import Tenant
from tenants.services.pipeline import Statement, send
from tenants.services.schema_sql import Step, creation_script, latest_version, steps_after, version_after

# Qualified: it is sent while the search path shows a tenant's schema first.
TENANTS = f'"{get_public_schema_name()}"."{Tenant._meta.db_table}"'
_STAMP = f"UPDATE {TENANTS} SET schema_version = $1 WHERE id = $2"  # noqa: S608  # names, no values


def create_schema(*, tenant: Tenant) -> None:
    """Make the tenant's schema with all its tables, or leave nothing behind. Safe to repeat after a failure."""
    version = latest_version()
    with transaction.atomic(), outside():
        send_to(tenant, _making(tenant.schema_name), _stamped(tenant, version))
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
        apply_steps(locked, steps)
    tenant.schema_version = locked.schema_version
    return len(steps)


def apply_steps(locked: Tenant, steps: Sequence[Step], settings: Sequence[str] = ()) -> None:
    """What brings a tenant through these steps, with its new version. The caller holds the row's lock and has read it there.

    `settings` are sent first, for the transaction in the database where the tenant lives.
    """
    if steps:
        version = version_after(locked.schema_version, steps)
        statements = [statement for step in steps for statement in step.statements]
        send_to(locked, [*settings, *within(locked.schema_name, statements)], _stamped(locked, version))
        locked.schema_version = version


def drop_schema(*, tenant: Tenant) -> None:
    """Remove the schema and all that is in it."""
    with transaction.atomic():
        send_to(tenant, [f"DROP SCHEMA IF EXISTS {quoted(tenant.schema_name)} CASCADE"])


def send_to(tenant: Tenant, statements: list[Statement], *public: Statement) -> None:
    """Send statements to where the tenant lives, and those on its row to the default database: in one go where that is one."""
    if tenant.database_alias == DEFAULT_DB_ALIAS:
        send(connection, [*statements, *public])
        return
    with inside(tenant):
        send(connections[tenant.database_alias], statements)
    if public:
        send(connection, public)


# The transaction's search path before, kept in a setting of our own: whoever called may be in the middle of something.
_KEEP_PATH = "SELECT set_config('langganan.path_before', current_setting('search_path'), true)"
_GIVE_PATH_BACK = "SELECT set_config('search_path', current_setting('langganan.path_before'), true)"


def within(schema_name: str, statements: Sequence[str]) -> list[Statement]:
    """The statements as they are to be sent for one schema; afterwards the transaction looks where it looked before."""
    path = f"SET LOCAL search_path = {quoted(schema_name)}, {quoted(get_public_schema_name())}"
    return [_KEEP_PATH, path, *statements, _GIVE_PATH_BACK]


def _making(schema_name: str) -> list[Statement]:
    return [f"CREATE SCHEMA {quoted(schema_name)}", *within(schema_name, creation_script())]


def _stamped(tenant: Tenant, version: str) -> Statement:
    return (_STAMP, [version, tenant.pk])


def quoted(schema_name: str) -> str:
    """The schema's name as an SQL identifier."""
    return str(connection.ops.quote_name(schema_name))
