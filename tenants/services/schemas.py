"""Making, upgrading and dropping tenants' schemas from the SQL of the migrations.

The SQL is collected once per process from Django's own migrations and replayed in one transaction per tenant, so the cost of
one tenant does not grow with the number of tenants and no schema carries a migration table. `Tenant.schema_version` says how
far a schema has come.
"""

from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, SeparateDatabaseAndState

from tenants.context import outside, schema_named
from tenants.models import Tenant


@lru_cache(maxsize=1)
def migration_plan() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every migration of the tenant apps in order, with its statements: (("billing.0001_initial", ("CREATE …", …)), …)."""
    loader = MigrationLoader(None)
    labels = {name.rpartition(".")[2] for name in settings.TENANT_APPS}
    plan, seen = [], set()
    for target in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(target):
            if key[0] in labels and key not in seen:
                seen.add(key)
                # Any tenant's schema will do: the router keeps tenant tables out of SQL collected for the public one.
                with schema_named("t_template"):
                    plan.append((f"{key[0]}.{key[1]}", _statements(loader, key)))
    return tuple(plan)


def _statements(loader: MigrationLoader, key: tuple[str, str]) -> tuple[str, ...]:
    node = loader.graph.nodes[key]
    state = loader.project_state([key], at_end=False)
    if any(isinstance(operation, (RunPython, SeparateDatabaseAndState)) for operation in node.operations):
        raise RuntimeError(f"{key[0]}.{key[1]} has a step that is not SQL; tenants' schemas are upgraded by SQL alone.")
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        node.apply(state, editor, collect_sql=True)
    return tuple(sql for sql in editor.collected_sql if sql.strip() and not sql.lstrip().startswith("--"))


def latest_version() -> str:
    """The name of the last migration of the plan, which an up-to-date tenant carries."""
    plan = migration_plan()
    return plan[-1][0] if plan else ""


def create_schema(*, tenant: Tenant) -> None:
    """Make the tenant's schema with all its tables, or leave nothing behind. Safe to repeat after a failure."""
    with transaction.atomic(), outside():
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {quoted(tenant)}")
        _replay(tenant, migration_plan())


def upgrade_schema(*, tenant: Tenant) -> int:
    """Replay the migrations this tenant does not have yet; returns their number."""
    plan = migration_plan()
    names = [name for name, _ in plan]
    done = names.index(tenant.schema_version) + 1 if tenant.schema_version in names else 0
    missing = plan[done:]
    if missing:
        with transaction.atomic(), outside():
            _replay(tenant, missing)
    return len(missing)


def _replay(tenant: Tenant, migrations: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL search_path = {quoted(tenant)}, public")
        for _, statements in migrations:
            for sql in statements:
                cursor.execute(sql.replace("%%", "%"))
        cursor.execute("SET LOCAL search_path = public")
    Tenant.objects.filter(pk=tenant.pk).update(schema_version=migrations[-1][0])
    tenant.schema_version = migrations[-1][0]


def drop_schema(*, tenant: Tenant) -> None:
    """Remove the schema and all that is in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {quoted(tenant)} CASCADE")


def quoted(tenant: Tenant) -> str:
    """The schema's name as an SQL identifier."""
    return str(connection.ops.quote_name(tenant.schema_name))
