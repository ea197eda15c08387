"""The shape of a tenant's schema: small, self-contained, and the same as Django's own migrations would make it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.models import Document, DocumentLine, Payment, QuantityReport
from notifications.models import Message
from tenants.context import inside, schema_named
from tenants.models import Tenant
from tenants.models.ids import new_id
from tenants.services import pipeline, schema_sql, schemas
from tenants.services.schema_sql import (
    Step,
    creation_script,
    latest_version,
    migration_steps,
    reached_by,
    steps_after,
    version_after,
)
from tenants.services.schemas import create_schema, drop_schema, upgrade_schema, within
from trials.models import Trial

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
    "toast": """
        SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %s AND c.relkind = 'r' AND c.reltoastrelid <> 0
    """,
}
# Everything is multiplied by 25,000. A table brings a TOAST table with an index as soon as a row could pass 2 kB: each jsonb
# and text does, and many a varchar counted at four bytes a character. Only what is here may.
TOASTED = {
    "billing_document": "issuer, customer, deferred and pdf are jsonb",
    "billing_documentline": "explanation is jsonb",
    "billing_subscription": "the agreement is jsonb of 2 to 10 kB",
    "notifications_message": "mails are longer than a page",
}
UNBOUNDED = {
    ("billing_document", "issuer"),
    ("billing_document", "customer"),
    ("billing_document", "deferred"),
    ("billing_document", "pdf"),
    ("billing_documentline", "explanation"),
    ("billing_document", "taxation"),
    ("billing_subscription", "addons"),
    ("billing_subscription", "agreement"),
    ("billing_subscription", "change_ledger"),
    ("billing_subscription", "charged"),
    ("billing_subscription", "locked_prices"),
    ("billing_subscription", "read"),
    ("billing_subscription", "scheduled_change"),
    ("billing_subscription", "renewed_early"),
    ("billing_subscription", "schedule"),
    ("billing_subscription", "gathered"),
    ("notifications_message", "body_text"),
    ("notifications_message", "body_html"),
}
TABLES, INDEXES, RELATIONS = 10, 20, 38
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


def relations_of(schema: str) -> int:
    """All files of a schema: tables, indexes, and the TOAST tables with theirs, which lie in a schema of PostgreSQL's own."""
    rows = asked(
        """
        SELECT count(*) + count(nullif(c.reltoastrelid, 0)) * 2
          FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = %s
        """,
        schema,
    )
    return int(rows[0][0])


def test_a_tenant_has_few_tables_and_indexes_and_nothing_else(school: Tenant) -> None:
    """Tables (r) and indexes (i); no sequences (S), views or types. One more of any is a decision, made here."""
    assert kinds_of(school.schema_name) == {"r": TABLES, "i": INDEXES}
    assert relations_of(school.schema_name) == RELATIONS == TABLES + INDEXES + 2 * len(TOASTED)


def test_only_what_cannot_be_bounded_is_toasted(school: Tenant) -> None:
    assert shape_of(school.schema_name)["toast"] == {(table,) for table in TOASTED}
    unbounded = asked(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s"
        " AND data_type IN ('jsonb', 'json', 'text', 'bytea', 'ARRAY', 'xml')",
        school.schema_name,
    )
    assert set(unbounded) == UNBOUNDED


def test_no_foreign_key_has_an_index_that_no_query_needs(school: Tenant) -> None:
    """Django makes one for each; docs/scaling.md has the measure of those that are left out, and of the one that is not."""
    indexes = {row[1]: row[2] for row in shape_of(school.schema_name)["indexes"]}
    plain = {name for name, definition in indexes.items() if "UNIQUE" not in definition}
    assert {name.partition("_document_id")[0] for name in plain} == {
        "billing_documentline",
        "document_open",
        "message_pending",
    }
    assert not [name for name in indexes if name.endswith("_like")]


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (
            lambda: DocumentLine.objects.filter(document_id=new_id()).order_by("position"),
            "billing_documentline_document",
        ),
        (lambda: Document.objects.filter(status="open").order_by("due_on", "number"), "document_open"),
        (lambda: Message.objects.filter(next_try_at__lte=timezone.now()).order_by("next_try_at"), "message_pending"),
        (lambda: Message.objects.filter(event_id=1, channel="email"), "message_once"),
        (lambda: Payment.objects.filter(reference="x"), "payment_once"),
        (lambda: QuantityReport.objects.filter(key="x"), "quantity_report_once"),
        (lambda: Document.objects.filter(number__in=["A", "B"]), "document_number_once"),
        (lambda: Trial.objects.filter(subscription_id=new_id()), "trial_once"),
        (lambda: Tenant.objects.filter(schema_name__iexact="t_sman1"), "tenant_schema_upper"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_index_serves_a_question_that_is_asked(
    school: Tenant, question: Callable[[], QuerySet[Any]], index: str
) -> None:
    """Small tables are read through all the same; here that is forbidden, so that the index shows."""
    with transaction.atomic(), inside(school):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert f"using {index}" in question().explain() or f"on {index}" in question().explain()


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


def test_a_schema_made_by_script_is_the_one_django_would_have_migrated(school: Tenant) -> None:
    """Columns, indexes, constraints and TOAST tables, one by one; the order of columns aside."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_django")
    call_command("migrate_schemas", schema_name="t_django", verbosity=0)
    made, migrated = shape_of(school.schema_name), shape_of("t_django")
    for name in SHAPE:
        theirs = {row for row in migrated[name] if HISTORY not in row[0]}
        assert made[name] == theirs, name


def test_a_schema_upgraded_step_by_step_is_the_one_made_at_once(school: Tenant) -> None:
    """From nothing, each migration in a transaction's place of its own, as an old tenant has met them."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_old")
    old = Tenant.objects.create(schema_name="t_old", name="Old", product_code="xclass")
    for step in migration_steps():
        pipeline.send(connection, within(old.schema_name, step.statements))
    made, upgraded = shape_of(school.schema_name), shape_of("t_old")
    for name in SHAPE:
        assert made[name] == upgraded[name], name


def test_the_scripts_are_single_statements_that_a_citus_coordinator_takes(db: None) -> None:
    """No two commands in a string, no DO block, no function; names of schemas are set once by search_path."""
    recorded = [statement for step in migration_steps() for statement in step.statements]
    for statement in (*creation_script(), *recorded):
        assert ";" not in statement
        assert statement.split()[0] in {"CREATE", "ALTER", "DROP", "UPDATE"}
        assert " FUNCTION " not in statement
        assert "scratch_" not in statement
    kinds = [" ".join(statement.split()[:2]) for statement in creation_script()]
    tables = [kind for kind in kinds if kind == "CREATE TABLE"]
    assert kinds[: len(tables)] == tables
    assert all(kind in {"CREATE INDEX", "CREATE UNIQUE", "ALTER TABLE"} for kind in kinds[len(tables) :])


def test_a_schema_that_is_nobodys_is_not_spread_by_a_citus_coordinator(db: None) -> None:
    """The setting comes first, and is gone with the schema."""
    with CaptureQueriesContext(connection) as seen, schema_sql.scratch_schema() as name:
        pass
    said = [query["sql"] for query in seen.captured_queries]
    assert said.index(schema_sql.NO_TENANT) + 1 == said.index(f'CREATE SCHEMA "{name}"')
    assert asked("SELECT coalesce(current_setting('citus.enable_schema_based_sharding', true), '')") == [("",)]


def test_a_schema_that_is_there_already_is_an_error_that_leaves_it_alone(school: Tenant) -> None:
    before = shape_of(school.schema_name)
    with pytest.raises(Exception, match="already exists"):
        create_schema(tenant=school)
    assert shape_of(school.schema_name) == before


def test_a_schema_that_fails_half_way_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "creation_script", lambda: (*creation_script(), "SELECT 1/0"))
    tenant = Tenant.objects.create(schema_name="t_half", name="Half", product_code="xclass")
    with pytest.raises(DatabaseError, match="division by zero"):
        create_schema(tenant=tenant)
    assert kinds_of("t_half") == {}
    assert asked("SELECT 1 FROM pg_namespace WHERE nspname = 't_half'") == []
    tenant.refresh_from_db()
    assert tenant.schema_version == ""


LATER = Step("billing", 9999, "9999_later", ('ALTER TABLE "billing_payment" ADD COLUMN "later" integer NULL',))


def test_a_tenant_knows_how_far_its_schema_has_come(school: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    school.refresh_from_db()
    assert school.schema_version == latest_version()
    assert upgrade_schema(tenant=school) == 0
    monkeypatch.setattr(schema_sql, "migration_steps", lambda: (*migration_steps(), LATER))
    assert upgrade_schema(tenant=school) == 1
    school.refresh_from_db()
    assert reached_by(school.schema_version) == {**reached_by(latest_version()), "billing": 9999}
    assert ("billing_payment", "later") in {row[:2] for row in shape_of(school.schema_name)["columns"]}
    assert upgrade_schema(tenant=school) == 0


def test_versions_count_for_each_app_so_that_any_of_them_may_grow(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenant that has the last app's migration does not thereby have those of the others."""
    apps = [("billing", 1), ("billing", 2), ("notifications", 1), ("trials", 1)]
    steps = tuple(Step(app, number, f"{number:04}_x", ()) for app, number in apps)
    assert len(steps_after("")) == len(migration_steps())
    assert steps_after(latest_version()) == ()
    monkeypatch.setattr(schema_sql, "migration_steps", lambda: steps)
    assert steps_after("billing.0001 notifications.0001 trials.0001") == (steps[1],)
    assert version_after("billing.0001 trials.0001", steps[1:3]) == "billing.0002 notifications.0001 trials.0001"
    # A schema of newer code is left alone, as after going back to an older release.
    assert steps_after("billing.0003 notifications.0001 trials.0002") == ()


def test_a_version_from_before_apps_were_counted_is_understood() -> None:
    assert reached_by("trials.0001_initial") == {"billing": 1, "notifications": 1, "trials": 1}
    assert reached_by("billing.0002_more") == {"billing": 2, "notifications": 1, "trials": 1}


def test_a_migration_that_needs_python_is_refused() -> None:
    migration = Migration("0003_fill", "billing")
    nested = SeparateDatabaseAndState(database_operations=[RunPython(RunPython.noop)])
    with pytest.raises(RuntimeError, match=r"billing\.0003_fill has a step that is not SQL"):
        schema_sql._refuse_python(migration, [nested])


def test_no_migration_holds_a_table_in_use_while_it_waits_for_every_tenant() -> None:
    """Old code that bills holds its tenant and wants the table; a migration with the table that wants the tenant stops both."""
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        steps = migration.operations if app == "tenants" else []
        made = {step.name_lower for step in steps if isinstance(step, CreateModel)}
        changed = {step.model_name_lower for step in steps if isinstance(step, FieldOperation | IndexOperation)}
        marks = any(isinstance(step, RunSQL) and "UPDATE tenants_tenant" in step.sql for step in steps)
        assert not (marks and changed - made - {"tenant"}), name


@pytest.mark.slow
def test_texts_that_were_longer_are_shortened_for_everybody_to_see(school: Tenant) -> None:
    """A payment of 300 characters of note from before; the event keeps them all."""
    billing = [step for step in migration_steps() if step.app == "billing"]
    lean = next(at for at, step in enumerate(billing) if step.name.endswith("_lean"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_old")
    pipeline.send(connection, within("t_old", [sql for step in billing[:lean] for sql in step.statements]))
    insert = (
        "INSERT INTO t_old.billing_payment (id, channel, method, amount, received_on, reference, note, recorded_by,"
        " created_at) SELECT gen_random_uuid(), 'cash', '', 1, '2026-01-01', length(t), t, left(t, 200), now()"
        " FROM (VALUES (repeat('é', 200)), (repeat('n', 300))) AS given (t)"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert)
    pipeline.send(connection, within("t_old", billing[lean].statements))
    kept = asked("SELECT note, recorded_by FROM t_old.billing_payment ORDER BY length(reference), reference")
    assert kept == [("é" * 200, "é" * 99 + "…"), ("n" * 199 + "…", "n" * 99 + "…")]


def test_making_a_schema_takes_one_round_trip_and_asks_no_catalogue(school: Tenant) -> None:
    """Whatever scans the catalogue grows with the number of tenants."""
    tenant = Tenant.objects.create(schema_name="t_quick", name="Quick", product_code="xclass")
    with CaptureQueriesContext(connection) as asked_django:
        create_schema(tenant=tenant)
    assert [
        query["sql"].split()[0] for query in asked_django.captured_queries if "search_path" not in query["sql"]
    ] == [
        "SAVEPOINT",
        "RELEASE",
    ]
    assert kinds_of("t_quick") == {"r": TABLES, "i": INDEXES}


def test_making_and_upgrading_leave_the_transaction_where_it_looked(
    school: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Tenant.objects.create(schema_name="t_besides", name="Besides", product_code="xclass")
    with inside(school):
        create_schema(tenant=other)
        assert asked("SELECT current_schema()") == [("t_sman1",)]
        monkeypatch.setattr(schema_sql, "migration_steps", lambda: (*migration_steps(), LATER))
        assert upgrade_schema(tenant=other) == 1
        assert asked("SELECT current_schema()") == [("t_sman1",)]
    assert asked("SELECT current_schema()") == [("public",)]


def test_a_dropped_schema_is_gone(school: Tenant) -> None:
    drop_schema(tenant=school)
    assert kinds_of(school.schema_name) == {}
    drop_schema(tenant=school)
