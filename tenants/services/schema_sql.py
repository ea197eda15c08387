"""What a tenant's schema is made of, as SQL statements, from the migrations of the tenant apps.

Two scripts come from the same files. `creation_script` makes a new schema at once, from the state that all migrations lead
to. `migration_steps` upgrades an old one, migration by migration; its statements are recorded while Django runs each migration
in a throw-away schema, because Django asks the database for names it has to drop. A test proves that both lead to the same.

Every statement stands alone, without a schema's name and without parameters: it is sent as it is, whichever the tenant, and
runs through a Citus coordinator, which refuses several commands in one string.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenants.context import outside, schema_named

# Before versions counted for each app, a schema carried the name of its last migration: it had the first of each app.
FIRST = 1
# Before a schema that is nobody's: a Citus coordinator would spread it as a tenant's. Elsewhere a setting that nobody reads.
NO_TENANT = "SET LOCAL citus.enable_schema_based_sharding = off"


@dataclass(frozen=True, slots=True)
class Step:
    """One migration: ("billing", 2, "0002_lean", ("DROP INDEX …", …))."""

    app: str
    number: int
    name: str
    statements: tuple[str, ...]


@lru_cache(maxsize=1)
def _loader() -> MigrationLoader:
    """Without a connection it reads the files alone, no table of applied migrations."""
    return MigrationLoader(None)


def _labels() -> set[str]:
    return {name.rpartition(".")[2] for name in settings.TENANT_APPS}


@lru_cache(maxsize=1)
def tenant_migrations() -> tuple[Migration, ...]:
    """Every migration of the tenant apps, each after those it depends on."""
    graph, found = _loader().graph, dict[tuple[str, str], Migration]()
    for target in sorted(graph.leaf_nodes()):
        for key in graph.forwards_plan(target):
            if key[0] in _labels():
                found.setdefault(key, graph.nodes[key])
    return tuple(found.values())


def number_of(migration: Migration) -> int:
    """Its place in its app: 2 of `0002_lean`."""
    return int(migration.name[:4])


@lru_cache(maxsize=1)
def latest_version() -> str:
    """What an up-to-date tenant carries: "billing.0002 notifications.0001 trials.0001".

    One number for each app, because a migration may be added to any of them: the name of the last one in some order would
    not say which of the others are there.
    """
    return _version({}, ((migration.app_label, number_of(migration)) for migration in tenant_migrations()))


def reached_by(version: str) -> Mapping[str, int]:
    """How far a tenant's version has come: {"billing": 2, …}; nothing for an empty one, which has no schema yet."""
    if "_" in version:
        app, _, name = version.partition(".")
        return {**dict.fromkeys(_labels(), FIRST), app: int(name[:4])}
    pairs = (part.partition(".") for part in version.split())
    return {app: int(number) for app, _, number in pairs}


def steps_after(version: str) -> tuple[Step, ...]:
    """The migrations that a tenant of this version does not have yet, in order."""
    reached = reached_by(version)
    return tuple(step for step in migration_steps() if step.number > reached.get(step.app, 0))


def version_after(version: str, steps: Iterable[Step]) -> str:
    """The version of a tenant that was at `version` and got these."""
    return _version(reached_by(version), ((step.app, step.number) for step in steps))


def _version(reached: Mapping[str, int], more: Iterable[tuple[str, int]]) -> str:
    highest = dict(reached)
    for app, number in more:
        highest[app] = max(highest.get(app, 0), number)
    return " ".join(f"{app}.{number:04}" for app, number in sorted(highest.items()))


@lru_cache(maxsize=1)
def creation_script() -> tuple[str, ...]:
    """CREATE TABLE with checks and unique constraints inline, then indexes, then foreign keys. Asks no database."""
    keys = [(migration.app_label, migration.name) for migration in tenant_migrations()]
    models = _loader().project_state(keys).apps.get_models()
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for model in models:
            editor.create_model(model)
    return _single(editor.collected_sql)


@lru_cache(maxsize=1)
def migration_steps() -> tuple[Step, ...]:
    """Every tenant migration with its statements, recorded once per process in a schema that is rolled back."""
    steps, state = [], ProjectState(real_apps=_loader().unmigrated_apps)
    with scratch_schema():
        for migration in tenant_migrations():
            _refuse_python(migration, migration.operations)
            with _Recorder(connection, atomic=False) as editor:
                state = migration.apply(state, editor)
            statements = _single(editor.recorded)
            steps.append(Step(migration.app_label, number_of(migration), migration.name, statements))
    return tuple(steps)


@contextmanager
def scratch_schema() -> Iterator[str]:
    """An empty schema to try statements in; it and all that was done in it is rolled back."""
    name = f"scratch_{uuid4().hex}"
    with transaction.atomic(), outside():
        with connection.cursor() as cursor:
            cursor.execute(NO_TENANT)
            cursor.execute(f'CREATE SCHEMA "{name}"')
        with schema_named(name):
            yield name
        transaction.set_rollback(True)


class _Recorder(DatabaseSchemaEditor):
    """Runs each statement and keeps it as the database got it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recorded: list[str] = []

    def execute(self, sql: Any, params: Any = ()) -> None:
        """Values are put in here, as Django's own editor does for statements that take no parameters."""
        whole = str(sql) if params is None else self.connection.ops.compose_sql(str(sql), params)
        self.recorded.append(whole)
        super().execute(whole, None)


def _refuse_python(migration: Migration, operations: Iterable[Operation]) -> None:
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            _refuse_python(migration, operation.database_operations)
        if isinstance(operation, RunPython) or not migration.atomic:
            raise RuntimeError(
                f"{migration.app_label}.{migration.name} has a step that is not SQL in a transaction; "
                "tenants' schemas are upgraded by SQL alone."
            )


def _single(statements: Iterable[Any]) -> tuple[str, ...]:
    """One command each: Django puts some before others in one string ("SET CONSTRAINTS …; ALTER TABLE …")."""
    parts = (part for text in statements for part in connection.ops.prepare_sql_script(str(text)))
    return tuple(part.strip().removesuffix(";") for part in parts if part.strip(" ;\n"))
