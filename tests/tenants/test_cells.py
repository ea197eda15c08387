"""A tenant in a database of its own: the same services, and still one transaction with the public rows."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from billing.models import Document, Subscription
from billing.services.payments.receiving import Received, record_payment
from tenants.backend.twophase import TwoPhaseWrapper
from tenants.context import inside, outside, writing
from tenants.models import Domain, JobRun, NumberSeries, ParkedJob, StaffTask, Tenant
from tenants.models.jobs import Job
from tenants.services import agenda, migrating, schemas
from tenants.services.batches import work_batch
from tenants.services.cells import settle_in_doubt
from tenants.services.moving import drop_old_copies, move_tenant
from tenants.services.schema_sql import Step, latest_version, steps_after
from tenants.services.schemas import build_schema
from tests.api.conftest import host_of, program, tenant_secret
from tests.billing.committed import committed
from tests.billing.lives import books_balance, standing
from tests.conftest import told
from tests.tenants.cells import CELL, admin, second_database
from trials.selectors.quotes import Wish
from trials.services.daily import live_day, run_job, sweep
from trials.services.trials import begin_subscription

D = date


@pytest.fixture
def cell(transactional_db: None) -> Iterator[str]:
    with second_database() as alias:
        yield alias


@pytest.fixture
def distant(cell: str) -> Iterator[Tenant]:
    """A school of 150 whose tables are in the second database, signed up on 1 February 2025."""
    tenant = Tenant.objects.create(
        schema_name="t_jauh",
        name="SMA Jauh",
        product_code="xclass",
        contact_email="tagihan@jauh.test",
        database_alias=cell,
        provisioning=Tenant.ProvisioningState.READY,
        schema_version=latest_version(),
    )
    Domain.objects.create(domain=host_of(tenant), tenant=tenant)
    try:
        build_schema(tenant.schema_name, using=cell)
        begin_subscription(tenant=tenant, wish=Wish("xclass", Decimal(150), D(2025, 2, 1)))
        tenant.refresh_from_db()
        yield tenant
    finally:
        with outside():
            for model in (ParkedJob, StaffTask, Domain):
                model.objects.filter(tenant=tenant).delete()
            Tenant.objects.filter(pk=tenant.pk).delete()
            JobRun.objects.all().delete()
            NumberSeries.objects.all().delete()


def documents(tenant: Tenant) -> int:
    with inside(tenant):
        return Document.objects.count()


def promises() -> list[Any]:
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")
        return list(cursor.fetchall())


def test_a_year_begins_is_billed_and_paid_in_another_database(distant: Tenant) -> None:
    """The same services; the default database has no schema of this tenant."""
    for day in (D(2025, 2, 22), D(2025, 3, 1)):
        live_day(distant, day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = 't_jauh'")
        assert cursor.fetchone() is None
    assert standing(distant) == ("active", True, 750_000)
    record_payment(tenant=distant, received=Received(750_000, "transfer", "t-1", D(2025, 3, 2)))
    assert standing(distant) == ("active", True, 0)
    books_balance(distant, D(2025, 3, 2))
    assert [name for _, name in told(distant, "invoice.issued", "invoice.paid")] == ["invoice.issued", "invoice.paid"]
    assert promises() == []


def test_the_daily_run_meets_it_beside_the_others_in_batches_of_one_database(
    distant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at home, two in the cell, all due: two batches, and nobody is visited alone."""
    batches: list[set[str]] = []

    def worked(tenants: Sequence[Tenant], *others: Any) -> Any:
        batches.append({tenant.database_alias for tenant in tenants})
        return work_batch(tenants, *others)

    monkeypatch.setattr(agenda, "work_batch", worked)
    monkeypatch.setattr(agenda, "_visit_alone", lambda _run, tenant: pytest.fail(tenant.schema_name))
    others = [(f"dekat{number}", "xclass", 150, D(2025, 2, 1)) for number in range(3)]
    with committed(*others) as (_, _, second):
        move_tenant(tenant=second, to=CELL, now=datetime(2025, 2, 1, 5, tzinfo=UTC))
        drop_old_copies(tenant=second)
        assert run_job(job=Job.BILLING, now=datetime(2025, 3, 1, 5, tzinfo=UTC)).done == 4
        assert sorted(map(sorted, batches)) == [[CELL], ["default"]]
        assert [documents(tenant) for tenant in Tenant.objects.all()] == [1, 1, 1, 1]
        assert standing(second) == standing(distant) == ("active", True, 750_000)
    assert promises() == []
    assert documents(distant) == 1
    assert sweep(now=datetime(2025, 3, 1, 6, tzinfo=UTC), part=0, parts=1) == 0


def test_its_pages_and_calls_are_answered(distant: Tenant) -> None:
    live_day(distant, D(2025, 3, 1))
    api = program(host_of(distant), tenant_secret(distant))
    assert api.get("entitlements").json()["quantity"] == "150"
    assert [item["total"] for item in api.get("invoices").json()["items"]] == [750_000]


def test_an_error_undoes_both(distant: Tenant) -> None:
    """Public row and tenant's tables, and a savepoint made before the tenant was entered."""
    with suppress(ZeroDivisionError), writing(distant):
        Subscription.objects.update(quantity=9)
        Tenant.objects.filter(pk=distant.pk).update(quantity=9)
        raise ZeroDivisionError
    with transaction.atomic():
        with suppress(ZeroDivisionError), transaction.atomic(), inside(distant):
            Subscription.objects.update(quantity=8)
            raise ZeroDivisionError
        with suppress(DatabaseError), writing(distant), transaction.atomic():
            Subscription.objects.create(product_code="x" * 500)
        with writing(distant):
            Subscription.objects.update(billed_quantity=7)
    distant.refresh_from_db()
    with inside(distant):
        subscription = Subscription.objects.get()
    assert [distant.quantity, subscription.quantity, subscription.billed_quantity] == [150, 150, 7]


def test_what_fails_at_the_end_in_the_cell_undoes_the_public_rows(
    distant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any, name: str) -> bool:
        raise DatabaseError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(TwoPhaseWrapper, "_prepare_as", refuse)
        with pytest.raises(DatabaseError, match="disk full"):
            live_day(distant, D(2025, 3, 1))
    assert (documents(distant), told(distant, "invoice.issued"), promises()) == (0, [], [])
    live_day(distant, D(2025, 3, 1))
    assert documents(distant) == 1


def test_a_cell_that_refuses_to_promise_undoes_the_public_rows(distant: Tenant) -> None:
    """PostgreSQL's own no: a transaction that used a temporary table cannot be prepared. Both connections work on."""

    def write() -> None:
        with writing(distant):
            connections[CELL].cursor().execute("CREATE TEMP TABLE for_a_moment (x int)")
            Subscription.objects.update(quantity=9)
            Tenant.objects.filter(pk=distant.pk).update(quantity=9)

    with pytest.raises(DatabaseError, match="temporary"):
        write()
    distant.refresh_from_db()
    with inside(distant):
        assert distant.quantity == Subscription.objects.get().quantity == 150
    live_day(distant, D(2025, 3, 1))
    assert (documents(distant), promises()) == (1, [])


def test_a_default_database_that_is_lost_before_it_decides_lets_the_cell_go(distant: Tenant) -> None:
    """Its server was restarted just then. What is written next is kept, and not in the transaction that was given up."""

    def write() -> None:
        with writing(distant), admin() as server:
            Subscription.objects.update(quantity=9)
            server.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    with pytest.raises(DatabaseError):
        write()
    connection.close()
    live_day(distant, D(2025, 3, 1))
    connections[CELL].close()  # what was not committed there is gone now
    assert (documents(distant), len(told(distant, "invoice.issued")), promises()) == (1, 1, [])
    with inside(distant):
        assert Subscription.objects.get().quantity == 150


class Crash(BaseException):
    """The process dies here."""


def die(*, before: str, monkeypatch: pytest.MonkeyPatch, tenant: Tenant) -> None:
    """Bill the school, and lose both connections just before the default database decides, or just after."""

    def lost(wrapper: Any) -> None:
        for alias in ("default", CELL):
            connections[alias].connection.pgconn.finish()
        raise Crash

    decide, settle = TwoPhaseWrapper._commit, TwoPhaseWrapper._settle
    with monkeypatch.context() as dying:
        if before == "the decision":
            prepare = TwoPhaseWrapper._prepare

            def prepared_and_lost(self: Any, led: Any) -> Any:
                prepare(self, led)
                lost(self)

            dying.setattr(TwoPhaseWrapper, "_prepare", prepared_and_lost)
        else:
            dying.setattr(TwoPhaseWrapper, "_settle", lambda self, _name: lost(self))
        with pytest.raises((Crash, DatabaseError)):
            live_day(tenant, D(2025, 3, 1))
    assert (decide, settle) == (TwoPhaseWrapper._commit, TwoPhaseWrapper._settle)
    for alias in ("default", CELL):
        del connections[alias]


@pytest.mark.parametrize(("before", "billed"), [("the decision", 0), ("the promise is kept", 1)])
def test_a_crash_between_the_two_commits_leaves_all_or_nothing(
    distant: Tenant, monkeypatch: pytest.MonkeyPatch, before: str, billed: int
) -> None:
    """What is prepared waits for the default database's word, and nobody sees half of it."""
    die(before=before, monkeypatch=monkeypatch, tenant=distant)
    assert len(promises()) == 1
    assert len(told(distant, "invoice.issued")) == billed
    assert settle_in_doubt() == 1
    assert (promises(), documents(distant), len(told(distant, "invoice.issued"))) == ([], billed, billed)
    assert settle_in_doubt() == 0
    live_day(distant, D(2025, 3, 1))
    assert documents(distant) == 1
    books_balance(distant, D(2025, 3, 1))


def test_a_promise_whose_transaction_still_runs_is_left_alone(distant: Tenant) -> None:
    with transaction.atomic():
        number = connection.connection.execute("SELECT pg_current_xact_id()::text").fetchone()[0]
        cell = connections[CELL]
        with cell.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("CREATE TABLE later (x int)")
            cursor.execute(f"PREPARE TRANSACTION 'langganan:{number}:test'")
        assert settle_in_doubt() == 0
        transaction.set_rollback(True)
    assert settle_in_doubt() == 1


def test_its_schema_is_upgraded_where_it_is(distant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """By `migrate_tenants` as everybody's; its version stands on the public row."""
    later = Step("trials", 999, "0999_later", ('ALTER TABLE "billing_payment" ADD COLUMN "later" integer NULL',))
    latest, after = latest_version(), steps_after
    newest = f"{latest} later"
    for module in (schemas, migrating):
        monkeypatch.setattr(
            module, "steps_after", lambda version: () if version == newest else (*after(version), later)
        )
    monkeypatch.setattr(schemas, "version_after", lambda _version, _steps: newest)
    monkeypatch.setattr(migrating, "latest_version", lambda: newest)
    outcome = migrating.migrate_tenants(pace=migrating.Pace(workers=1), schema_name="t_jauh")
    assert (outcome.done, outcome.left) == (1, {})
    with connections[CELL].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM information_schema.columns WHERE table_schema = 't_jauh' AND column_name = 'later'"
        )
        assert cursor.fetchone() == (1,)
    distant.refresh_from_db()
    assert distant.schema_version == newest
