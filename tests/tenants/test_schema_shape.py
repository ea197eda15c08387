"""The shape of a tenant's schema: small, self-contained, and the same as Django's own migrations would make it."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tenants.context import schema_named
from tenants.models import Tenant
from tenants.services.schemas import create_schema, drop_schema, latest_version, migration_plan, upgrade_schema

SHAPE = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale,
               is_nullable, column_default, is_identity
          FROM information_schema.columns WHERE table_schema = %s
    """,
    "indexes": """
        SELECT tablename, indexname, replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = %s
    """,
    "constraints": """
        SELECT c.conrelid::regclass::text, c.conname, c.contype::text, c.condeferrable, c.condeferred,
               pg_get_constraintdef(c.oid)
          FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace WHERE n.nspname = %s
    """,
}
# Django keeps its history in every schema it migrates; ours is Tenant.schema_version.
HISTORY = "django_migrations"


def asked(sql: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def shape_of(schema: str) -> dict[str, set[tuple[Any, ...]]]:
    with schema_named(schema):
        return {
            name: {tuple(str(value).replace(f"{schema}.", "") for value in row) for row in asked(sql, schema)}
            for name, sql in SHAPE.items()
        }


def kinds_of(schema: str) -> dict[str, int]:
    rows = asked(
        """
        SELECT c.relkind::text, count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %s GROUP BY 1
        """,
        schema,
    )
    return dict(rows)


def test_a_tenant_has_few_tables_and_indexes_and_nothing_else(school: Tenant) -> None:
    """Everything here is multiplied by 25,000: tables (r), indexes (i); no sequences (S), views or types."""
    kinds = kinds_of(school.schema_name)
    assert set(kinds) == {"r", "i"}
    assert kinds["r"] <= 14
    assert kinds["i"] <= 30


def test_a_tenants_schema_has_no_triggers_or_functions_of_its_own(school: Tenant) -> None:
    triggers = """
        SELECT t.tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
          JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = %s AND NOT t.tgisinternal
    """
    functions = (
        "SELECT p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = %s"
    )
    assert asked(triggers, school.schema_name) == []
    assert asked(functions, school.schema_name) == []


def test_no_foreign_key_leaves_a_tenants_schema(school: Tenant) -> None:
    """Schemas can be moved and restored one by one."""
    leaving = """
        SELECT c.conname FROM pg_constraint AS c
          JOIN pg_class AS here ON here.oid = c.conrelid JOIN pg_class AS there ON there.oid = c.confrelid
         WHERE c.contype = 'f' AND here.relnamespace <> there.relnamespace
           AND %s::regnamespace IN (here.relnamespace, there.relnamespace)
    """
    assert asked(leaving, school.schema_name) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=False)
def test_a_schema_made_by_replay_is_the_one_django_would_have_migrated(school: Tenant) -> None:
    """Columns, indexes and constraints, one by one."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_django")
    call_command("migrate_schemas", schema_name="t_django", verbosity=0)
    replayed, migrated = shape_of(school.schema_name), shape_of("t_django")
    for name in SHAPE:
        theirs = {row for row in migrated[name] if HISTORY not in row[0]}
        assert replayed[name] == theirs, name


def test_a_schema_that_is_there_already_is_an_error_that_leaves_it_alone(school: Tenant) -> None:
    before = shape_of(school.schema_name)
    with pytest.raises(Exception, match="already exists"):
        create_schema(tenant=school)
    assert shape_of(school.schema_name) == before


def test_a_schema_that_fails_half_way_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = migration_plan()
    monkeypatch.setattr("tenants.services.schemas.migration_plan", lambda: (*plan, ("x.0001", ("SELECT 1/0",))))
    tenant = Tenant.objects.create(schema_name="t_half", name="Half", product_code="xclass")
    with pytest.raises(Exception, match="division by zero"):
        create_schema(tenant=tenant)
    assert kinds_of("t_half") == {}
    assert asked("SELECT 1 FROM pg_namespace WHERE nspname = 't_half'") == []
    tenant.refresh_from_db()
    assert tenant.schema_version == ""


def test_a_tenant_knows_how_far_its_schema_has_come(school: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    school.refresh_from_db()
    assert school.schema_version == latest_version()
    assert upgrade_schema(tenant=school) == 0
    plan = migration_plan()
    later = (*plan, ("billing.9999_later", ('ALTER TABLE "billing_payment" ADD COLUMN "later" integer NULL',)))
    monkeypatch.setattr("tenants.services.schemas.migration_plan", lambda: later)
    assert upgrade_schema(tenant=school) == 1
    school.refresh_from_db()
    assert school.schema_version == "billing.9999_later"
    assert ("billing_payment", "later") in {row[:2] for row in shape_of(school.schema_name)["columns"]}


def test_a_dropped_schema_is_gone(school: Tenant) -> None:
    drop_schema(tenant=school)
    assert kinds_of(school.schema_name) == {}
    drop_schema(tenant=school)
