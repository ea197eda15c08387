"""The same through a Citus coordinator: sign-up, provisioning, migration, the daily run, payments, moving a tenant.

Runs where the tests' database has the extension; `docs/scaling.md` says how to get there with `script/citus`. The suites of the
parts (`test_migrating`, `test_moving`, `test_cells`, `test_many`, `test_batches`, `test_races`, `test_pool`) run there as well.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from threading import Event as Signal
from time import sleep
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from billing.models import Subscription
from billing.services.payments.receiving import Received, record_payment
from tenants.context import inside, writing
from tenants.models import Domain, JobRun, Tenant
from tenants.models.jobs import Job
from tenants.selectors.coordinator import has_citus, public_tables, refuse_unfit_node, unregistered
from tenants.services import migrating, schema_sql
from tenants.services.coordinator import register_tables
from tenants.services.migrating import Migrated, Pace, migrate_tenants
from tenants.services.moving import drop_old_copies, move_tenant
from tenants.services.numbering import take_number
from tenants.services.schema_sql import Step, latest_version
from tenants.services.schemas import drop_schema
from tests.billing.committed import at_once, committed
from tests.billing.lives import books_balance, spans, standing
from tests.tenants.cells import CELL, second_database
from trials.services.daily import run_job
from trials.services.provisioning import provision_tenant
from trials.services.signups import Signup, request_signup

pytestmark = [pytest.mark.citus, pytest.mark.slow]
D = date
SIGNED_UP = D(2025, 2, 1)
SCHOOLS = ("lewat", "lewat2", "lewat3", "lewat4")


def asked(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


@pytest.fixture
def coordinator(transactional_db: None) -> None:
    """Ready for tenants, as the documentation says."""
    connection.ensure_connection()
    if not has_citus(connection.connection):
        pytest.skip("the tests' database has no extension citus")
    call_command("prepare_coordinator")


@pytest.fixture
def schools(coordinator: None) -> Iterator[list[Tenant]]:
    """Four schools of 150 that signed up on 1 February 2025, on two workers."""
    with committed(*((name, "xclass", 150, SIGNED_UP) for name in SCHOOLS)) as made:
        yield made


@pytest.fixture
def school(coordinator: None) -> Iterator[Tenant]:
    """One of them."""
    with committed(("lewat", "xclass", 150, SIGNED_UP)) as (made,):
        yield made


def shards(schema: str) -> int:
    """How many tables of a tenant are on a worker."""
    ((count,),) = asked(f"SELECT count(*) FROM citus_shards WHERE table_name::text LIKE '{schema}.%'")
    return int(count)


def test_a_tenants_tables_are_shards_of_its_schema(schools: list[Tenant]) -> None:
    """Not local tables of the coordinator, which Citus makes silently where DDL runs inside a function."""
    ((tables,),) = asked("SELECT count(*) FROM pg_tables WHERE schemaname = 't_lewat'")
    assert [shards(tenant.schema_name) for tenant in schools] == [tables] * 4
    nodes = asked("SELECT DISTINCT nodeport FROM citus_shards WHERE table_name::text LIKE 't_lewat%.%'")
    assert len(nodes) == len(asked("SELECT 1 FROM pg_dist_node WHERE groupid > 0 AND shouldhaveshards"))


def test_a_sign_up_is_provisioned_billed_and_paid(coordinator: None) -> None:
    """From the form to a settled invoice: row and host reserved, schema made in the background, then the daily run."""
    signup = Signup(
        product="xclass", quantity=Decimal(150), name="SMA Lewat", subdomain="lewat", contact_name="Ayu",
        contact_email="ayu@lewat.test", registration={"npsn": "20100009"},
    )  # fmt: skip
    with committed():
        tenant = request_signup(signup=signup, now=datetime(2025, 2, 1, 3, tzinfo=UTC))
        try:
            tenant = provision_tenant(tenant=tenant, now=datetime(2025, 2, 1, 3, tzinfo=UTC))
            assert (tenant.provisioning, shards("t_lewat") > 0) == ("ready", True)
            assert run_job(job=Job.BILLING, now=datetime(2025, 3, 1, 5, tzinfo=UTC)).failed == 0
            record_payment(tenant=tenant, received=Received(750_000, "transfer", "t-1", D(2025, 3, 2)))
            assert standing(tenant) == ("active", True, 0)
            books_balance(tenant, D(2025, 3, 2))
        finally:
            drop_schema(tenant=tenant)
            Domain.objects.filter(tenant=tenant).delete()
            tenant.delete()


def test_the_daily_run_bills_all_in_a_batch_and_payments_settle(schools: list[Tenant]) -> None:
    """With numbers, events and standing on the coordinator; four in one transaction over both workers."""
    assert run_job(job=Job.BILLING, now=datetime(2025, 3, 1, 5, tzinfo=UTC)).failed == 0
    for school in schools:
        assert spans(school) == [("2025-03-01", "2026-03-01", 750_000)]
        record_payment(tenant=school, received=Received(750_000, "transfer", "t-1", D(2025, 3, 2)))
        assert standing(school) == ("active", True, 0)
        books_balance(school, D(2025, 3, 2))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> str:
    """Tomorrow's code has one more migration; returns the version of a tenant that has it."""
    steps = schema_sql.migration_steps()
    more = Step("trials", 999, "0999_later", ('ALTER TABLE "billing_payment" ADD COLUMN "later" integer NULL',))
    version = schema_sql.version_after(latest_version(), (more,))
    monkeypatch.setattr(schema_sql, "migration_steps", lambda: (*steps, more))
    monkeypatch.setattr(migrating, "latest_version", lambda: version)
    return version


def versions() -> set[str]:
    return set(Tenant.objects.filter(schema_name__startswith="t_lewat").values_list("schema_version", flat=True))


def test_a_migration_is_broken_off_taken_up_and_reaches_every_shard(schools: list[Tenant], later: str) -> None:
    """On two connections; one that fails is named and stops nobody, and comes along when it is mended."""
    stop = Signal()
    first = migrate_tenants(pace=Pace(workers=1), progress=lambda _: stop.set(), stop=stop)
    assert (first.done, first.stopped) == (1, True)
    behind = migrating.tenants_behind()[-1].schema_name
    asked_nothing(f'ALTER TABLE {behind}."billing_payment" ADD COLUMN "later" text')
    second = migrate_tenants(pace=Pace(workers=2, per_connection=1))
    assert (second.done, list(second.left)) == (2, [behind])
    assert "already exists" in second.left[behind]
    asked_nothing(f'ALTER TABLE {behind}."billing_payment" DROP COLUMN "later"')
    assert migrate_tenants(pace=Pace()) == Migrated(done=1)
    assert versions() == {later}
    for school in schools:
        assert asked(f"SELECT later FROM {school.schema_name}.billing_payment") == []


def asked_nothing(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_tenant_moves_to_a_plain_database_and_back_onto_a_worker(school: Tenant) -> None:
    tables = shards("t_lewat")
    with second_database():
        move_tenant(tenant=school, to=CELL, now=datetime(2025, 2, 2, 5, tzinfo=UTC))
        run_job(job=Job.BILLING, now=datetime(2025, 3, 1, 5, tzinfo=UTC))
        assert spans(school) == [("2025-03-01", "2026-03-01", 750_000)]
        move_tenant(tenant=school, to="default", now=datetime(2025, 3, 2, 5, tzinfo=UTC))
        drop_old_copies(tenant=school)
    assert shards("t_lewat") == tables
    record_payment(tenant=school, received=Received(750_000, "transfer", "t-1", D(2025, 3, 2)))
    books_balance(school, D(2025, 3, 2))


def test_a_tenants_rows_and_public_ones_are_committed_in_two_phases(school: Tenant) -> None:
    """The coordinator writes down the promise of the worker: what a crash leaves is finished or undone, never half."""
    asked_nothing("SELECT recover_prepared_transactions()")
    with writing(school):
        Subscription.objects.update(billed_quantity=7)
    assert asked("SELECT count(*) FROM pg_dist_transaction") == [(0,)]  # the worker's rows alone
    with writing(school):
        Subscription.objects.update(billed_quantity=8)
        Tenant.objects.filter(pk=school.pk).update(quantity=8)
    assert asked("SELECT count(*) FROM pg_dist_transaction") == [(1,)]


def test_an_error_undoes_both(school: Tenant) -> None:
    with suppress(ZeroDivisionError), writing(school):
        Subscription.objects.update(quantity=9)
        Tenant.objects.filter(pk=school.pk).update(quantity=9)
        raise ZeroDivisionError
    school.refresh_from_db()
    with inside(school):
        assert school.quantity == Subscription.objects.get().quantity == 150


def test_a_prepared_coordinator_is_well_and_preparing_it_again_changes_nothing(
    coordinator: None, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    call_command("prepare_coordinator")
    assert capsys.readouterr().out == "All public tables are registered.\n"
    known = "SELECT relname FROM pg_class, pg_dist_partition WHERE logicalrelid = oid AND relnamespace = 'public'::regnamespace"
    assert {name for (name,) in asked(known)} == public_tables()
    ahead = "SELECT max(id) <= (SELECT last_value FROM django_content_type_id_seq) FROM django_content_type"
    assert asked(ahead) == [(True,)]
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_a_table_that_is_registered_gives_on_the_keys_it_gave_before(coordinator: None) -> None:
    """Citus makes it anew; its identity column, checks, defaults and statistics come along."""
    with transaction.atomic():
        asked_nothing(
            "CREATE TABLE public.tenants_note (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, said text DEFAULT 'x')"
        )
        asked_nothing("CREATE STATISTICS public.note_statistics (dependencies) ON id, said FROM public.tenants_note")
        asked_nothing("INSERT INTO public.tenants_note DEFAULT VALUES; INSERT INTO public.tenants_note DEFAULT VALUES")
        assert register_tables(["tenants_note"]) == ["tenants_note"]
        assert register_tables(["tenants_note"]) == []
        assert asked("INSERT INTO public.tenants_note DEFAULT VALUES RETURNING id, said") == [(3, "x")]
        statistics = "SELECT 1 FROM pg_statistic_ext WHERE stxrelid = 'public.tenants_note'::regclass"
        assert asked(statistics) == [(1,)]
        transaction.set_rollback(True)


@isolate_apps("tenants")
def test_later_migrations_of_public_tables_go_through_and_a_new_table_is_taken_along(coordinator: None) -> None:
    """A column, an index and a table that refers to a registered one, as `migrate_schemas --shared` sends them."""

    class Note(models.Model):
        tenant = models.ForeignKey(Tenant, models.CASCADE)

        class Meta:
            app_label = "tenants"

    column = models.IntegerField(db_default=7)
    column.set_attributes_from_name("later")
    column.model = JobRun
    with transaction.atomic():
        with connection.schema_editor() as editor:
            editor.add_field(JobRun, column)
            editor.add_index(JobRun, models.Index(fields=["job"], name="jobrun_later"))
            editor.create_model(Note)
        assert asked("SELECT count(later) FROM tenants_jobrun") == [(0,)]
        assert unregistered([*public_tables(), "tenants_note"]) == []  # Citus takes along what refers to a known one
        transaction.set_rollback(True)


def test_who_waits_for_a_series_is_in_no_false_deadlock(schools: list[Tenant]) -> None:
    """Citus takes all that wait outside its transactions for one, which waits for whom it keeps waiting (its issue 1803)."""

    def queue(place: int) -> bool:
        """The first looks for deadlocks while four wait, by turns without a tenant and with one, whose row they met before."""
        sleep(place * 0.2)
        with transaction.atomic() if place % 2 else writing(schools[place // 2]):
            take_number(series="lewat", kind="invoice", year=2025)
            if place == 0:
                sleep(1.2)
                return bool(asked("SELECT check_distributed_deadlocks()")[0][0])
        return False

    assert at_once(*(partial(queue, place) for place in range(5))) == [False] * 5


def test_a_worker_is_refused(coordinator: None, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_unfit_node(connection)
    ((port,), *_) = asked("SELECT nodeport FROM pg_dist_node WHERE groupid > 0")
    monkeypatch.setitem(connection.settings_dict, "PORT", str(port))
    with pytest.raises(ImproperlyConfigured, match="is a worker of a Citus cluster"):
        refuse_unfit_node(connection)
