"""Many tenants over few connections: never another's schema, and no connection that grows for ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from random import Random
from time import monotonic

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from billing.models import Subscription
from tenants.context import inside, outside, writing
from tenants.models import Tenant
from tenants.models.jobs import Job
from tenants.services import agenda
from tests.api.conftest import host_of, tenant_secret
from tests.billing.committed import committed
from tests.tenants.pools import pooled
from trials.services.daily import run_job

D = date
SIGNUP, NOW = D(2025, 2, 1), datetime(2025, 3, 1, 5, tzinfo=UTC)
# Each school has a count of its own, which tells whose tables were read.
COUNTS = range(101, 109)


class Mixed(Exception):
    """Another tenant's rows."""


def expect(tenant: Tenant, counts: dict[str, int]) -> None:
    """Read a row of the tenant's schema and be sure it is this tenant's."""
    seen = int(Subscription.objects.get().quantity)
    if seen != counts[tenant.schema_name]:
        raise Mixed(f"{tenant.schema_name}: {seen}")


def read(one: Tenant, other: Tenant, counts: dict[str, int]) -> None:
    with inside(one):
        expect(one, counts)
    with inside(other), inside(one):
        expect(one, counts)


def write(one: Tenant, other: Tenant, counts: dict[str, int]) -> None:
    with writing(one):
        expect(one, counts)
        Subscription.objects.update(billed_quantity=counts[one.schema_name])


def roll_back(one: Tenant, other: Tenant, counts: dict[str, int]) -> None:
    with suppress(ZeroDivisionError), transaction.atomic(), inside(other):
        expect(other, counts)
        raise ZeroDivisionError
    with inside(one):
        expect(one, counts)


def roll_back_to_a_savepoint(one: Tenant, other: Tenant, counts: dict[str, int]) -> None:
    """What is set after a savepoint is undone with it: the path must be set again."""
    with transaction.atomic(), inside(one):
        expect(one, counts)
        with suppress(ZeroDivisionError), transaction.atomic(), inside(other):
            expect(other, counts)
            raise ZeroDivisionError
        expect(one, counts)
    with inside(other):
        expect(other, counts)


def fail_in_the_database(one: Tenant, other: Tenant, counts: dict[str, int]) -> None:
    with suppress(DatabaseError), transaction.atomic(), inside(one), connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    with inside(other):
        expect(other, counts)
    with transaction.atomic(), inside(other):
        with suppress(DatabaseError), transaction.atomic(), inside(one), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM not_here")
        expect(other, counts)


def lose_the_connection(one: Tenant, other: Tenant, counts: dict[str, int]) -> None:
    """Given back in the middle of a transaction: the pool rolls back, and with it the SET."""
    with suppress(DatabaseError, Mixed), transaction.atomic(), inside(one):
        Subscription.objects.count()
        connection.close()
    with inside(other):
        expect(other, counts)


ACTIONS = (read, write, roll_back, roll_back_to_a_savepoint, fail_in_the_database, lose_the_connection)


@pytest.fixture
def schools(transactional_db: None) -> Iterator[list[Tenant]]:
    wanted = [(f"ramai{number}", "xclass", number, SIGNUP) for number in COUNTS]
    with committed(*wanted) as made:
        yield made


@pytest.mark.slow
def test_eight_threads_over_three_connections_never_meet_another_tenant(
    schools: list[Tenant], settings: Settings
) -> None:
    """Reads, writes, errors, rollbacks, requests; connections are exchanged all the while."""
    settings.TENANTS_PER_CONNECTION = 5
    counts = {tenant.schema_name: number for tenant, number in zip(schools, COUNTS, strict=True)}
    secrets = {tenant.pk: tenant_secret(tenant) for tenant in schools}

    def ask(one: Tenant, other: Tenant, counts: dict[str, int]) -> None:
        headers = {"host": host_of(one), "authorization": f"Bearer {secrets[one.pk]}"}
        said = Client(headers=headers).get("/api/v1/entitlements").json()
        if (said["tenant"], said["quantity"]) != (one.subdomain, str(counts[one.schema_name])):
            raise Mixed(f"{one.schema_name}: {said}")
        said = Client(headers=headers).get("/api/v1/subscription").json()
        if said["quantity"] != str(counts[one.schema_name]):
            raise Mixed(f"{one.schema_name}: {said}")

    def hammer(seed: int) -> int:
        random, actions = Random(seed), (*ACTIONS, ask)
        for _turn in range(60):
            one, other = random.sample(schools, 2)
            random.choice(actions)(one, other, counts)
            if random.random() < 0.7:
                connection.close()
        with outside():
            found = Tenant.objects.filter(schema_name__startswith="t_ramai").count()
        connection.close()
        return found

    with pooled(3), ThreadPoolExecutor(8) as threads:
        assert list(threads.map(hammer, range(8))) == [len(schools)] * 8


def backend_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid: int = cursor.fetchone()[0]
    return pid


def test_a_pooled_connection_is_replaced_when_it_has_met_enough_tenants(
    schools: list[Tenant], settings: Settings
) -> None:
    """84 kB a tenant: with 3 tenants a connection, 8 tenants in turn need three connections."""
    settings.TENANTS_PER_CONNECTION = 3
    seen = []
    with pooled(1):
        for tenant in schools:
            with inside(tenant):
                Subscription.objects.count()
                seen.append(backend_pid())
            connection.close()
    assert [seen.count(pid) for pid in dict.fromkeys(seen)] == [3, 3, 2]


def test_a_pooled_connection_is_replaced_when_it_is_old(
    transactional_db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a quarter of an hour in service, give or take a twentieth. Until then the same one is lent again."""
    passed = 0
    monkeypatch.setattr("psycopg_pool.pool.monotonic", lambda: monotonic() + passed)

    def lent() -> int:
        pid = backend_pid()
        connection.close()
        return pid

    with pooled(1, **{**settings.DATABASE_POOL, "max_size": 1}):
        young = [lent() for _turn in range(2)]
        passed = 15 * 60
        lent()  # its age is looked at when it is given back
        old = [lent() for _turn in range(2)]
    assert (len(set(young)), set(young) & set(old)) == (1, set())


def test_a_kept_connection_is_closed_between_tasks_when_it_has_met_enough(
    schools: list[Tenant], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a pool, as Celery's workers have it."""
    settings.TENANTS_PER_CONNECTION = 2
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    connection.close()
    seen = []
    for tenant in schools[:4]:
        with inside(tenant):
            Subscription.objects.count()
            seen.append(backend_pid())
        connection.close_if_unusable_or_obsolete()
    assert [seen.count(pid) for pid in dict.fromkeys(seen)] == [2, 2]


def test_batches_of_the_daily_jobs_replace_their_connection_too(
    schools: list[Tenant], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They name each schema in full and never set a path; eight tenants in batches of two, four tenants a connection."""
    settings.TENANTS_PER_CONNECTION = 4
    monkeypatch.setattr(agenda, "BATCH", 2)
    seen = []
    with pooled(1):
        run_job(job=Job.BILLING, now=NOW, on=D(2025, 3, 1), progress=lambda _tenant: seen.append(backend_pid()))
        connection.close()
    assert sorted(seen.count(pid) for pid in dict.fromkeys(seen)) == [4, 4]


def sets(work: Callable[[], object]) -> list[str]:
    """The SETs of the search path that some work needs."""
    with CaptureQueriesContext(connection) as seen:
        work()
    return [query["sql"] for query in seen if query["sql"].startswith("SET search_path")]


def test_the_path_is_set_once_for_each_change_of_schema(school: Tenant, complex_: Tenant) -> None:
    """Not for each query, and not where a switch there and back met no query in between."""
    with outside():
        Tenant.objects.count()

    def visit() -> None:
        with inside(school):
            for _turn in range(3):
                Subscription.objects.count()
            with inside(complex_):
                pass
            Subscription.objects.count()

    assert sets(visit) == ['SET search_path = "t_sman1","public"']
    assert sets(Tenant.objects.count) == ['SET search_path = "public"']
    assert sets(Tenant.objects.count) == []


def test_a_pooled_connection_remembers_its_path(schools: list[Tenant]) -> None:
    with pooled(1):
        Tenant.objects.count()
        connection.close()
        assert sets(Tenant.objects.count) == []
        with inside(schools[0]):
            Subscription.objects.count()
        connection.close()
        assert sets(Tenant.objects.count) == ['SET search_path = "public"']
