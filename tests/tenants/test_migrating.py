"""One more column for every tenant while they are in use: real schemas, real connections, several at once."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from notifications.models import Message
from tenants.context import inside, writing
from tenants.models import Tenant
from tenants.selectors.coordinator import has_citus
from tenants.services import schema_sql
from tenants.services.migrating import Migrated, Pace, migrate_tenants, tenants_behind
from tenants.services.migration_cost import COPY, cost_of
from tenants.services.pipeline import send
from tenants.services.schema_sql import latest_version, migration_steps
from tenants.services.schemas import create_schema, drop_schema, within

QUICK = Pace(workers=2, lock_timeout_ms=100, pause_seconds=0.05, tries=2, per_connection=2)
OLD = latest_version()
LAST = schema_sql.reached_by(OLD)["notifications"]
NEW = OLD.replace(f"notifications.{LAST:04}", f"notifications.{LAST + 1:04}")
WEIGHT = f"{LAST + 1:04}_weight"
CACHES = [
    getattr(schema_sql, name)
    for name in ("_loader", "tenant_migrations", "latest_version", "creation_script", "migration_steps")
]
LATER = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("notifications", "{before}")]
    operations = [
        migrations.AddField("message", "weight", models.IntegerField(db_default=7)),
        migrations.AddIndex("message", models.Index(fields=["weight"], name="message_weight")),
    ]
"""


def forget() -> None:
    for cached in CACHES:
        cached.cache_clear()


def make(number: int) -> Tenant:
    tenant = Tenant.objects.create(
        schema_name=f"t_pindah{number}", name=f"Pindah {number}", product_code="xclass", provisioning="ready"
    )
    create_schema(tenant=tenant)
    return tenant


@pytest.fixture
def five(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Tenant]]:
    """Five tenants that other connections see, made by today's code; nothing of them is left."""
    with django_db_blocker.unblock():
        try:
            yield [make(number) for number in range(5)]
        finally:
            connection.set_schema_to_public()  # type: ignore[attr-defined]
            for tenant in Tenant.objects.filter(schema_name__startswith="t_pindah"):
                drop_schema(tenant=tenant)
                tenant.delete()
            connections.close_all()


@pytest.fixture
def release(five: list[Tenant], settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Tomorrow's code: notifications has a second migration, as files of a package of its own."""
    package = tmp_path / "tomorrow"
    package.mkdir()
    known = sorted((Path(sys.modules["notifications"].__file__ or "").parent / "migrations").glob("*.py"))
    for file in known:
        (package / file.name).write_text(file.read_text())
    before = next(file.stem for file in known if file.stem.startswith(f"{LAST:04}_"))
    (package / f"{WEIGHT}.py").write_text(LATER.format(before=before))
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"notifications": "tomorrow"}
    forget()
    yield
    forget()
    for name in [name for name in sys.modules if name.partition(".")[0] == "tomorrow"]:
        del sys.modules[name]


def versions() -> dict[str, str]:
    rows = Tenant.objects.filter(schema_name__startswith="t_pindah").order_by("schema_name")
    return dict(rows.values_list("schema_name", "schema_version"))


def has_weight(tenant: Tenant) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = %s AND column_name = 'weight'",
            [tenant.schema_name],
        )
        return bool(cursor.fetchone()[0])


def message_of(tenant: Tenant, key: int) -> Message:
    """What old code writes: its model knows no weight."""
    with inside(tenant):
        return Message.objects.create(
            event_id=key, event_name="x", occurred_on=date(2025, 3, 1), channel="in_app", recipient="user:1", subject="s",
            body_text="b", state="sent", sent_at="2025-03-01T00:00:00Z",
        )  # fmt: skip


def test_all_come_along_on_several_connections_and_a_second_run_has_nothing_to_do(
    five: list[Tenant], release: None
) -> None:
    assert set(versions().values()) == {OLD}
    settled: list[str] = []
    assert migrate_tenants(pace=QUICK, progress=settled.append) == Migrated(done=5)
    assert sorted(settled) == [tenant.schema_name for tenant in five]
    assert set(versions().values()) == {NEW} == {latest_version()}
    assert all(has_weight(tenant) for tenant in five)
    assert migrate_tenants(pace=QUICK) == Migrated(done=0)


def test_old_code_writes_to_a_new_schema_because_the_database_fills_the_column(
    five: list[Tenant], release: None
) -> None:
    migrate_tenants(pace=QUICK)
    message = message_of(five[0], 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT weight FROM t_pindah0.notifications_message WHERE id = %s", [message.pk])
        assert cursor.fetchone() == (7,)


def test_new_code_makes_new_schemas_which_are_behind_nobody(five: list[Tenant], release: None) -> None:
    tenant = make(9)
    assert tenant.schema_version == NEW
    assert has_weight(tenant)
    assert tenant.schema_name not in {behind.schema_name for behind in tenants_behind()}


def test_a_tenant_that_old_code_makes_meanwhile_comes_along_in_the_same_run(five: list[Tenant], release: None) -> None:
    made: list[Tenant] = []

    def meanwhile(_: str) -> None:
        if not made:
            late = Tenant.objects.create(
                schema_name="t_pindah8", name="8", product_code="xclass", provisioning="ready", schema_version=OLD
            )
            made.append(late)
            old = [sql for step in migration_steps() if step.name != WEIGHT for sql in step.statements]
            with transaction.atomic():
                send(connection, ["CREATE SCHEMA t_pindah8", *within("t_pindah8", old)])

    assert migrate_tenants(pace=Pace(workers=1), progress=meanwhile).done == 6
    assert has_weight(made[0])


def test_a_failing_tenant_is_set_aside_with_its_reason_and_stops_nobody(five: list[Tenant], release: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE t_pindah2.notifications_message ADD COLUMN weight text")
    outcome = migrate_tenants(pace=QUICK)
    assert outcome.done == 4
    assert list(outcome.left) == ["t_pindah2"]
    assert 'column "weight" of relation "notifications_message" already exists' in outcome.left["t_pindah2"]
    assert versions()["t_pindah2"] == OLD
    with pytest.raises(CommandError, match=r"0 tenants upgraded, 1 left behind:\n  t_pindah2: ProgrammingError"):
        call_command("migrate_tenants")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE t_pindah2.notifications_message DROP COLUMN weight")
    call_command("migrate_tenants")
    assert set(versions().values()) == {NEW}


Hold = Callable[[Tenant], AbstractContextManager[Any]]


@contextmanager
def busy(tenant: Tenant, hold: Hold) -> Iterator[Event]:
    """Somebody on another connection in the middle of something, until told to end."""
    begun, end = Event(), Event()

    def work() -> None:
        try:
            with hold(tenant):
                begun.set()
                end.wait(60)
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    assert begun.wait(60)
    try:
        yield end
    finally:
        end.set()
        thread.join(60)


@contextmanager
def reading(tenant: Tenant) -> Iterator[None]:
    with transaction.atomic(), inside(tenant):
        list(Message.objects.all())
        yield


@pytest.mark.parametrize("hold", [writing, reading])
def test_a_busy_tenant_is_not_waited_for_but_met_again(five: list[Tenant], release: None, hold: Hold) -> None:
    """Whoever holds it goes on; requests behind the migration wait for a tenth of a second here, not for the holder."""
    with busy(five[3], hold) as end:
        outcome = migrate_tenants(pace=QUICK)
        assert outcome.done == 4
        assert "lock timeout" in outcome.left["t_pindah3"]
        patient = Pace(workers=2, lock_timeout_ms=50, pause_seconds=0.1, tries=500)
        Timer(0.5, end.set).start()
        assert migrate_tenants(pace=patient) == Migrated(done=1)


def test_a_statement_that_takes_too_long_is_given_up_and_its_tenant_named(
    five: list[Tenant], release: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenth of a second is allowed, it would take five: nothing of it stays, and with time enough it comes along."""
    slow = tuple(
        replace(step, statements=(*step.statements, "SELECT pg_sleep(5)")) if step.name == WEIGHT else step
        for step in migration_steps()
    )
    with monkeypatch.context() as sleepy:
        sleepy.setattr(schema_sql, "migration_steps", lambda: slow)
        hasty = Pace(workers=1, statement_timeout_ms=100, tries=1)
        outcome = migrate_tenants(pace=hasty, schema_name="t_pindah1")
    assert (outcome.done, list(outcome.left)) == (0, ["t_pindah1"])
    assert "statement timeout" in outcome.left["t_pindah1"]
    assert (versions()["t_pindah1"], has_weight(five[1])) == (OLD, False)
    assert migrate_tenants(pace=QUICK) == Migrated(done=5)


def test_a_run_that_is_broken_off_goes_on_where_it_stopped(five: list[Tenant], release: None) -> None:
    stop = Event()
    outcome = migrate_tenants(pace=Pace(workers=1), progress=lambda _: stop.set(), stop=stop)
    assert (outcome.done, outcome.stopped) == (1, True)
    assert sorted(versions().values()) == [OLD] * 4 + [NEW]
    assert migrate_tenants(pace=QUICK) == Migrated(done=4)


def test_two_runs_side_by_side_do_each_tenant_once(five: list[Tenant], release: None) -> None:
    outcomes: list[Migrated] = []

    def run() -> None:
        try:
            outcomes.append(migrate_tenants(pace=Pace(workers=2, per_connection=1, pause_seconds=0.05, tries=100)))
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(outcome.done for outcome in outcomes) == 5
    assert not any(outcome.left for outcome in outcomes)


def test_a_tenant_of_another_database_is_made_upgraded_and_dropped_there(five: list[Tenant], release: None) -> None:
    """The second alias leads to the same server here, on a connection of its own."""
    if has_citus(connection.connection):
        pytest.skip("a Citus coordinator refuses PREPARE TRANSACTION, so it cannot be a cell (decision 15)")
    connections.databases["cell"] = connections.databases["default"]
    try:
        tenant = Tenant.objects.create(
            schema_name="t_pindah7", name="7", product_code="xclass", provisioning="ready", database_alias="cell"
        )
        create_schema(tenant=tenant)
        assert has_weight(tenant)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE t_pindah7.notifications_message DROP COLUMN weight")
        Tenant.objects.filter(pk=tenant.pk).update(schema_version=OLD)
        assert migrate_tenants(pace=QUICK) == Migrated(done=6)
        assert has_weight(tenant)
        assert versions()["t_pindah7"] == NEW
        drop_schema(tenant=tenant)
        assert not has_weight(tenant)
        tenant.delete()
    finally:
        connections["cell"].close()
        del connections.databases["cell"], connections["cell"]


class Visitor(Thread):
    """Old code that writes and reads in all tenants, again and again, until told to end."""

    def __init__(self, tenants: list[Tenant], first: int) -> None:
        super().__init__()
        self.tenants, self.key = tenants, first
        self.end, self.served, self.lost = Event(), 0, ""

    def run(self) -> None:
        try:
            while not self.end.is_set():
                for tenant in self.tenants:
                    self._visit(tenant)
        except Exception as error:  # noqa: BLE001  # the test looks at it
            self.lost = repr(error)
        finally:
            connections.close_all()

    def _visit(self, tenant: Tenant) -> None:
        self.key += 2
        with writing(tenant):
            message_of(tenant, self.key)
            assert Message.objects.filter(event_id=self.key).count() == 1
        self.served += 1

    def wait_for(self, more: int) -> int:
        wanted = self.served + more
        while self.served < wanted and self.is_alive():
            time.sleep(0.01)
        return self.served


def test_no_request_is_lost_while_it_runs(five: list[Tenant], release: None) -> None:
    """Before, during and after, from two threads."""
    visitors = [Visitor(five, first) for first in (1, 2)]
    for visitor in visitors:
        visitor.start()
    before = [visitor.wait_for(10) for visitor in visitors]
    outcome = migrate_tenants(pace=Pace(workers=2, pause_seconds=0.05, tries=100))
    after = [visitor.wait_for(10) for visitor in visitors]
    for visitor in visitors:
        visitor.end.set()
        visitor.join(60)
    assert [visitor.lost for visitor in visitors] == ["", ""]
    assert outcome == Migrated(done=5)
    assert all(was < became for was, became in zip(before, after, strict=True))


def test_a_plan_says_what_each_statement_locks_rewrites_and_reads(five: list[Tenant], release: None) -> None:
    message_of(five[0], 1)
    cost = cost_of(tenants_behind()[0])
    column, index = cost.statements
    assert column.migration == f"notifications.{WEIGHT}"
    assert column.sql.startswith('ALTER TABLE "notifications_message" ADD COLUMN "weight" integer DEFAULT 7 NOT NULL')
    assert column.locks == {"notifications_message": "AccessExclusiveLock"}
    assert (column.rewrites, column.scans) == ((), ())
    assert index.sql.startswith('CREATE INDEX "message_weight"')
    assert (index.rewrites, index.scans) == ((), ("notifications_message",))
    assert cost.milliseconds > 0
    assert set(versions().values()) == {OLD}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [COPY])
        assert cursor.fetchone() == (0,)


def test_a_plan_shows_a_table_that_is_written_anew(
    five: list[Tenant], release: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A volatile default has to be computed for each row."""
    heavy = schema_sql.Step(
        "notifications",
        LAST + 1,
        "9999_heavy",
        ("ALTER TABLE notifications_message ADD x uuid DEFAULT gen_random_uuid()",),
    )
    steps = [step for step in migration_steps() if step.name != WEIGHT]
    monkeypatch.setattr(schema_sql, "migration_steps", lambda: (*steps, heavy))
    monkeypatch.setattr("tenants.services.migration_cost.migration_steps", lambda: (*steps, heavy))
    (statement,) = cost_of(tenants_behind()[0]).statements
    assert statement.rewrites == ("notifications_message",)


def test_the_command_shows_the_plan_and_changes_nothing(
    five: list[Tenant], release: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("migrate_tenants", plan=True, sample="t_pindah4")
    said = capsys.readouterr().out
    assert f"5 tenants are behind {NEW}" in said
    assert f"  5 at {OLD}" in said
    assert "locks notifications_message: AccessExclusiveLock" in said
    assert "measured on a copy of t_pindah4" in said
    assert set(versions().values()) == {OLD}


def test_nobody_walks_over_a_table_of_applied_migrations(school: Tenant) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert tenants_behind() == []
        create_schema(tenant=Tenant(schema_name="t_pindah_x"))
    sql = " ".join(query["sql"] for query in asked.captured_queries)
    assert "django_migrations" not in sql
    assert "pg_catalog" not in sql
