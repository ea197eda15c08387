"""Moving a tenant to another database while it is in use."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Event as Flag
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from billing.models import Document, Payment
from billing.services.payments.receiving import Received, record_payment
from tenants.context import inside
from tenants.errors import Conflict, DomainError
from tenants.models import Membership, Role, Tenant
from tenants.services import copying, moving
from tenants.services.hosts import identity_at, tenant_at
from tenants.services.moving import drop_old_copies, move_tenant, old_copies
from tests.api.conftest import host_of, program, tenant_secret
from tests.billing.committed import committed
from tests.billing.lives import books_balance, standing
from tests.conftest import make_user
from tests.tenants.cells import CELL, second_database
from trials.services.daily import live_day

D = date
NOW = datetime(2025, 3, 1, 5, tzinfo=UTC)


@pytest.fixture
def school(transactional_db: None) -> Iterator[Tenant]:
    """150 students, billed; a second database stands ready."""
    with second_database(), committed(("pindah", "xclass", 150, D(2025, 2, 1))) as (made,):
        live_day(made, D(2025, 3, 1))
        made.refresh_from_db()
        yield made
        drop_old_copies(tenant=made)


def schemas(alias: str) -> list[str]:
    """Schemas of this tenant's name in a database, old copies included."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%%t_pindah%%' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def test_everything_comes_along_and_life_goes_on(school: Tenant) -> None:
    api, seen = program(host_of(school), tenant_secret(school)), []
    before = api.get("invoices").json()
    moved = move_tenant(
        tenant=school, to=CELL, now=NOW, progress=lambda _name, number, total: seen.append((number, total))
    )
    assert moved.tables == len(seen) == seen[-1][1]
    assert (school.database_alias, schemas(CELL)) == (CELL, ["t_pindah"])
    assert schemas("default") == ["moved_t_pindah_20250301050000"]
    assert api.get("invoices").json() == before
    record_payment(tenant=school, received=Received(750_000, "transfer", "t-1", D(2025, 3, 2)))
    assert standing(school) == ("active", True, 0)
    books_balance(school, D(2025, 3, 2))


def test_repeating_it_changes_nothing_and_the_old_copy_goes_when_told(school: Tenant) -> None:
    move_tenant(tenant=school, to=CELL, now=NOW)
    assert move_tenant(tenant=school, to=CELL, now=NOW).tables == 0
    call_command("move_tenant", "pindah", "--to", CELL, "--drop-old")
    assert (schemas("default"), schemas(CELL), old_copies(school)) == ([], ["t_pindah"], [])


def test_there_and_back_again(school: Tenant) -> None:
    move_tenant(tenant=school, to=CELL, now=NOW)
    record_payment(tenant=school, received=Received(750_000, "transfer", "t-1", D(2025, 3, 2)))
    move_tenant(tenant=school, to="default", now=NOW + timedelta(minutes=1))
    move_tenant(tenant=school, to=CELL, now=NOW + timedelta(minutes=2))
    assert len(old_copies(school)) == 3
    move_tenant(tenant=school, to="default", now=NOW + timedelta(minutes=3))
    books_balance(school, D(2025, 3, 2))
    assert standing(school) == ("active", True, 0)


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("where", ["copy_rows", "_compare", "_set_aside", "forget_hosts"])
def test_a_crash_at_any_point_is_repeated_away(school: Tenant, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Nothing of the tenant is lost or switched; what is left in the new place is replaced."""

    def die(*args: Any, **named: Any) -> None:
        raise Crash

    with monkeypatch.context() as dying:
        dying.setattr(moving, where, die)
        with pytest.raises(Crash):
            move_tenant(tenant=school, to=CELL, now=NOW)
    school.refresh_from_db()
    assert (school.database_alias, schemas("default")) == ("default", ["t_pindah"])
    record_payment(tenant=school, received=Received(750_000, "transfer", "t-1", D(2025, 3, 2)))
    move_tenant(tenant=school, to=CELL, now=NOW)
    books_balance(school, D(2025, 3, 2))


def test_a_copy_that_is_not_the_same_is_not_taken(school: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = copying.copy_rows
    monkeypatch.setattr(
        moving,
        "copy_rows",
        lambda source, target, table: table.name == "billing_document" or copy(source, target, table),
    )
    with pytest.raises((Conflict, DatabaseError), match="billing_document"):
        move_tenant(tenant=school, to=CELL, now=NOW)
    assert (schemas("default"), schemas(CELL)) == (["t_pindah"], [])


def test_a_schema_that_no_move_has_made_is_left_alone(school: Tenant) -> None:
    with connections[CELL].cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_pindah")
    with pytest.raises(Conflict, match="no move has made"):
        move_tenant(tenant=school, to=CELL, now=NOW)
    with pytest.raises(DomainError, match="DATABASE_URL_NOWHERE"):
        move_tenant(tenant=school, to="nowhere", now=NOW)


def test_who_knows_the_old_place_alone_meets_an_error_and_writes_nothing(school: Tenant) -> None:
    """A writer that does not ask for the tenant's lock, with a row read before the move."""
    stale = Tenant.objects.get(pk=school.pk)
    identity_at(host_of(school))
    move_tenant(tenant=school, to=CELL, now=NOW)
    with pytest.raises(DatabaseError, match="does not exist"), inside(stale):
        Payment.objects.create(channel="x", amount=5, received_on=D(2025, 3, 2), reference="lost")
    record_payment(tenant=stale, received=Received(5, "transfer", "t-2", D(2025, 3, 2)))  # asks, and is told
    with inside(school):
        assert Payment.objects.get().reference == "t-2"
    for found in (tenant_at(host_of(school)), identity_at(host_of(school))):
        assert found is not None
        assert found.database_alias == CELL


def test_a_page_asked_for_in_that_very_instant_is_to_be_asked_again(
    school: Tenant, client_at: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has read where the tenant is just before the move."""
    stale, user = Tenant.objects.get(pk=school.pk), make_user("pindah@example.test", "Ayu")
    Membership.objects.create(user=user, tenant=school, role=Role.OWNER)
    client = client_at(school, user)
    move_tenant(tenant=school, to=CELL, now=NOW)
    assert client.get("/tagihan/").status_code == 200
    monkeypatch.setattr("tenants.middleware.tenant_at", lambda _host: stale)
    answer = client.get("/tagihan/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    user.delete()


def writer(school: Tenant, name: str, locked: bool, stop: Flag, written: list[str]) -> Callable[[], None]:
    """Pays 1 rupiah again and again; what it was told is written, it notes."""

    def write(reference: str) -> None:
        tenant = Tenant.objects.get(pk=school.pk)
        if locked:
            record_payment(tenant=tenant, received=Received(1, "transfer", reference, D(2025, 3, 2)))
        else:
            with inside(tenant):
                Payment.objects.create(channel="x", amount=1, received_on=D(2025, 3, 2), reference=reference)

    def work() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                try:
                    write(f"{name}-{number}")
                except DatabaseError:
                    continue  # refused: it does not count as written
                written.append(f"{name}-{number}")
        finally:
            connections.close_all()

    return work


@pytest.mark.slow
def test_no_write_is_lost_or_doubled_while_it_moves_to_and_fro(school: Tenant) -> None:
    """Four writers, two of which never ask for the tenant's lock, during five moves."""
    stop, written = Flag(), list[str]()
    threads = [Thread(target=writer(school, f"w{number}", number % 2 == 0, stop, written)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        for turn, to in enumerate((CELL, "default", CELL, "default", CELL)):
            move_tenant(tenant=school, to=to, now=NOW + timedelta(seconds=turn))
            more = len(written) + 4
            while len(written) < more and all(thread.is_alive() for thread in threads):
                sleep(0.01)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
    with inside(school):
        kept = sorted(Payment.objects.values_list("reference", flat=True))
        assert Document.objects.count() == 1
    assert kept == sorted(written)
    assert len(kept) >= 20
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_xacts")
        assert cursor.fetchone() == (0,)
