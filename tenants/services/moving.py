"""Moving a tenant to another database: copy, verify, switch; nothing is lost, and a crash at any point is repeated away.

The tenant's row and tables are locked for the whole move, a second or so: its pages can be read, and writers wait. They go on
in the new place, because they learn where the tenant is under that lock. The old schema is renamed in the transaction that
switches the row, so that who knows the old place alone, meets an error and never writes there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import structlog
from django.db import OperationalError, connection, connections, transaction
from psycopg import sql

from tenants.context import inside
from tenants.errors import Conflict, DomainError
from tenants.models import Tenant
from tenants.services.copying import Table, copy_rows, differences, tables_of
from tenants.services.hosts import forget_hosts
from tenants.services.schema_sql import creation_script, latest_version
from tenants.services.schemas import within

log = structlog.get_logger(__name__)
# On a schema that a move has made. Where the tenant's row says that it lives elsewhere, it is ours to throw away.
COPY = "langganan: copied"
_REMARK = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"
OLD = "moved_"
# Longer than a writer of ours takes; against a deadlock with one that came the other way round.
LOCK_SECONDS, ROUNDS = 4, 5
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """What was done: where the tenant is now, how many tables came along (0: it was there already), which copies are left."""

    alias: str
    tables: int
    old_copies: tuple[str, ...]


def move_tenant(*, tenant: Tenant, to: str, now: datetime, progress: Progress | None = None) -> Moved:
    """Bring a ready tenant to the database `to`. Repeating it changes nothing; what a broken move left there is replaced.

    `DomainError` for a database that is not configured, `Conflict` while the tenant is not ready, its schema behind the code or
    its writers do not let go. The old copy stays, renamed: see `drop_old_copies`.
    """
    if to not in connections:
        raise DomainError(
            f"There is no database {to!r}; set DATABASE_URL_{to.upper()}.", field="to", code="no_database"
        )
    for turn in range(ROUNDS):
        try:
            tables = _move(tenant, to, now, progress)
        except (OperationalError, psycopg.OperationalError) as error:
            log.warning("move_waits", tenant=tenant.schema_name, turn=turn, error=str(error))
            continue
        tenant.refresh_from_db()
        return Moved(to, tables, tuple(f"{alias}: {name}" for alias, name in old_copies(tenant)))
    raise Conflict(f"The writers of {tenant.schema_name} do not let go; try again later.", code="tenant_busy")


def _move(tenant: Tenant, to: str, now: datetime, progress: Progress | None) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        locked = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
        if locked.database_alias == to:
            return 0
        _check(locked)
        with inside(locked):
            source = _raw(locked.database_alias)
            tables = _held(source, locked)
            _bring(source, locked, to, tables, progress)
            _set_aside(source, locked, now)
        Tenant.objects.filter(pk=locked.pk).update(database_alias=to)
        forget_hosts(locked)
    return len(tables)


def _check(tenant: Tenant) -> None:
    if tenant.provisioning != Tenant.ProvisioningState.READY:
        raise Conflict(f"{tenant.schema_name} is not ready ({tenant.provisioning}).", code="not_ready")
    if tenant.schema_version != latest_version():
        raise Conflict(
            f"{tenant.schema_name} is behind ({tenant.schema_version}): migrate_tenants first.", code="behind"
        )


def _held(source: "psycopg.Connection[Any]", tenant: Tenant) -> list[Table]:
    """The tables, held against every writer, also those that do not ask for the tenant's lock."""
    source.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    tables = tables_of(source, tenant.schema_name)
    for table in tables:
        source.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(table.identifier))
    return tables


def _bring(
    source: "psycopg.Connection[Any]", tenant: Tenant, to: str, tables: list[Table], progress: Progress | None
) -> None:
    """Make the schema in the new place, fill it and compare; committed there before anything is switched here."""
    wrapper: Any = connections[to]
    # A connection of its own: where the new place is the default database, the switch has a transaction open there.
    with psycopg.connect(**wrapper.get_connection_params()) as target:
        target.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        _clear(target, tenant)
        _build(target, tenant)
        for number, table in enumerate(tables, 1):
            copy_rows(source, target, table)
            if progress is not None:
                progress(table.name, number, len(tables))
        _compare(source, target, tables)


def _clear(target: "psycopg.Connection[Any]", tenant: Tenant) -> None:
    """Throw away what a broken move left, and nothing else: the tenant's row says that it does not live here."""
    found = target.execute(_REMARK, [tenant.schema_name]).fetchone()
    if found is None:
        return
    if found[0] != COPY:
        raise Conflict(f"There is a schema {tenant.schema_name} already that no move has made.", code="schema_exists")
    target.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(tenant.schema_name)))


def _build(target: "psycopg.Connection[Any]", tenant: Tenant) -> None:
    schema = sql.Identifier(tenant.schema_name)
    cursor = psycopg.Cursor(target)
    with target.pipeline():
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        cursor.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(schema, sql.Literal(COPY)))
        for statement in within(tenant.schema_name, creation_script()):
            cursor.execute(statement.encode() if isinstance(statement, str) else statement[0].encode())


def _compare(source: "psycopg.Connection[Any]", target: "psycopg.Connection[Any]", tables: list[Table]) -> None:
    for side in (source, target):
        # Instants are compared as texts.
        side.execute("SET LOCAL TimeZone = 'UTC'")
    wrong = differences(source, target, tables)
    if wrong:
        raise Conflict(f"Not the same after copying: {', '.join(wrong)}.", code="copy_differs")


def _set_aside(source: "psycopg.Connection[Any]", tenant: Tenant, now: datetime) -> None:
    """Give the old schema another name: nobody finds it by the tenant's."""
    name = f"{OLD}{tenant.schema_name[:40]}_{now:%Y%m%d%H%M%S}"
    old, new = sql.Identifier(tenant.schema_name), sql.Identifier(name)
    source.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(old, new))


def old_copies(tenant: Tenant) -> list[tuple[str, str]]:
    """(database, schema) of what earlier moves of the tenant left behind."""
    pattern = f"^{OLD}{tenant.schema_name[:40]}_[0-9]{{14}}$"
    found = []
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ %s ORDER BY 1", [pattern])
            found += [(alias, name) for (name,) in cursor.fetchall()]
    return found


def drop_old_copies(*, tenant: Tenant) -> int:
    """Remove what earlier moves of the tenant left behind, for good; returns how many there were."""
    copies = old_copies(tenant)
    for alias, name in copies:
        with connections[alias].cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {connections[alias].ops.quote_name(name)} CASCADE")
    return len(copies)


def _raw(alias: str) -> "psycopg.Connection[Any]":
    connections[alias].ensure_connection()
    raw: psycopg.Connection[Any] = connections[alias].connection
    return raw
