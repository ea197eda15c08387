"""Which migrations old code survives: it goes on reading and writing a schema while the migration runs through all tenants."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.operations import NotInTransactionMixin
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field

# New things nobody asks for yet, things that only Python sees, and rules that are loosened.
HARMLESS = (
    operations.CreateModel,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.RemoveConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterModelTableComment,
)
# What of a field the database does not see, or sees without minding.
PYTHON_ONLY = {
    "auto_now",
    "auto_now_add",
    "blank",
    "choices",
    "db_comment",
    "db_index",
    "default",
    "editable",
    "error_messages",
    "help_text",
    "related_name",
    "validators",
    "verbose_name",
}


def objections(migration: Migration, state: ProjectState) -> list[str]:
    """What old code would not survive, a sentence each; `state` is the one before the migration, and is moved on.

    A migration that is safe all the same says why in its attribute `not_additive`; then there are none.
    """
    found, known = [], {model for app, model in state.models if app == migration.app_label}
    for operation in migration.operations:
        # A table that this migration makes is new to old code, whatever is done to it afterwards.
        if getattr(operation, "model_name", "").lower() in known or not hasattr(operation, "model_name"):
            found += [f"{operation.describe()}: {reason}" for reason in _against(operation, state, migration.app_label)]
        operation.state_forwards(migration.app_label, state)
    return [] if getattr(migration, "not_additive", "").strip() else found


def objections_by_migration(migrations: Iterable[Migration]) -> dict[str, list[str]]:
    """{"billing.0003_x": ["Remove field note from payment: …"]} of those that have any; in the order of a plan."""
    state, found = ProjectState(), {}
    for migration in migrations:
        if against := objections(migration, state):
            found[f"{migration.app_label}.{migration.name}"] = against
    return found


def _against(operation: Operation, state: ProjectState, app: str) -> Iterator[str]:
    if isinstance(operation, NotInTransactionMixin):
        yield "it cannot run in the transaction that also writes the tenant's version"
    elif isinstance(operation, operations.AddField):
        if not operation.field.null and operation.field.db_default is NOT_PROVIDED and not operation.field.many_to_many:
            yield "old code inserts rows without the column; it needs null=True or a db_default"
    elif isinstance(operation, operations.AlterField):
        before = state.models[app, operation.model_name_lower].fields[operation.name]
        yield from _against_change(before, operation.field)
    elif not isinstance(operation, HARMLESS):
        yield "old code reads or writes what this takes away, renames, forbids or does in SQL of its own"


def _against_change(before: "Field[Any, Any]", after: "Field[Any, Any]") -> Iterator[str]:
    old, new = _traits(before), _traits(after)
    if old["type"] != new["type"]:
        yield "the type of the column would be another"
        return
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)} - PYTHON_ONLY
    if "null" in changed and not after.null:
        yield "old code may write NULL, and rows may hold it"
    if "max_length" in changed and (after.max_length or 0) < (before.max_length or 0):
        yield "old code may write, and rows may hold, what is longer"
    if "db_default" in changed and after.db_default is NOT_PROVIDED and not after.null:
        yield "code that relies on the database's default inserts rows without the column"
    if other := changed - {"null", "max_length", "db_default"}:
        yield f"{', '.join(sorted(other))} of the column would be another"


def _traits(field: "Field[Any, Any]") -> dict[str, Any]:
    _name, path, args, kwargs = field.deconstruct()
    return {"type": (path, tuple(args)), **kwargs}
