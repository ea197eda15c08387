"""Migrations of tenant apps run while old code serves: what it would not survive is refused."""

from collections import Counter
from typing import Any

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import Migration
from django.db.migrations import operations as op
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from tenants.services.additive import objections, objections_by_migration
from tenants.services.schema_sql import number_of, tenant_migrations


def before() -> ProjectState:
    state = ProjectState()
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.BigIntegerField(primary_key=True)),
        ("note", models.CharField(max_length=100, blank=True)),
        ("seen_on", models.DateField(null=True)),
        ("amount", models.BigIntegerField(db_default=0)),
    ]
    state.add_model(ModelState("billing", "Slip", fields))
    return state


def judged(*operations: Operation, **attributes: Any) -> list[str]:
    migration = type("Migration", (Migration,), {"operations": list(operations), **attributes})("0009_x", "billing")
    return objections(migration, before())


@pytest.mark.parametrize(
    "operation",
    [
        op.AddField("slip", "paid_on", models.DateField(null=True)),
        op.AddField("slip", "count", models.IntegerField(db_default=0)),
        op.AlterField("slip", "note", models.CharField(max_length=200, blank=True, help_text="Words.")),
        op.AlterField("slip", "amount", models.BigIntegerField(null=True, db_default=0)),
        op.AlterField("slip", "amount", models.BigIntegerField(db_default=1)),
        op.CreateModel("Leaf", [("id", models.BigIntegerField(primary_key=True))]),
        op.AddIndex("slip", models.Index(fields=["seen_on"], name="slip_seen")),
        op.AlterModelOptions("slip", {"ordering": ["id"]}),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_old_code_does_not_notice_is_let_through(operation: Operation) -> None:
    assert judged(operation) == []


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (op.AddField("slip", "count", models.IntegerField(default=0)), "needs null=True or a db_default"),
        (op.AlterField("slip", "note", models.CharField(max_length=50)), "what is longer"),
        (op.AlterField("slip", "note", models.TextField()), "type of the column would be another"),
        (op.AlterField("slip", "note", models.CharField(max_length=100, unique=True)), "unique of the column"),
        (op.AlterField("slip", "seen_on", models.DateField()), "may write NULL"),
        (op.AlterField("slip", "amount", models.BigIntegerField()), "relies on the database's default"),
        (op.RemoveField("slip", "note"), "takes away"),
        (op.RenameField("slip", "note", "words"), "renames"),
        (op.DeleteModel("Slip"), "takes away"),
        (op.RunSQL("DELETE FROM billing_slip"), "SQL of its own"),
        (
            op.AddConstraint("slip", models.CheckConstraint(condition=models.Q(amount__gt=0), name="positive")),
            "forbids",
        ),
        (
            AddIndexConcurrently("slip", models.Index(fields=["note"], name="slip_note")),
            "cannot run in the transaction",
        ),
    ],
    ids=lambda value: value.describe() if isinstance(value, Operation) else "",
)
def test_what_old_code_would_trip_over_is_refused(operation: Operation, why: str) -> None:
    found = judged(operation)
    assert len(found) == 1
    assert why in found[0]
    assert found[0].startswith(operation.describe())


def test_a_reason_lets_it_through_and_an_empty_one_does_not() -> None:
    assert judged(op.RemoveField("slip", "note"), not_additive="Nothing has read it since release 3.") == []
    assert len(judged(op.RemoveField("slip", "note"), not_additive=" ")) == 1


def test_a_table_made_in_the_same_migration_may_get_any_rule() -> None:
    made = op.CreateModel("Leaf", [("id", models.BigIntegerField(primary_key=True))])
    rule = op.AddConstraint("leaf", models.CheckConstraint(condition=models.Q(id__gt=0), name="leaf_positive"))
    assert judged(made, rule) == []


def test_our_own_migrations_keep_to_it() -> None:
    assert objections_by_migration(tenant_migrations()) == {}


def test_each_app_counts_its_migrations_without_a_branch() -> None:
    """A version is one number for each app: two migrations of one number, or no number, would be mistaken for each other."""
    counted = Counter((migration.app_label, number_of(migration)) for migration in tenant_migrations())
    assert set(counted.values()) == {1}
    for migration in tenant_migrations():
        assert migration.name[4] == "_"
