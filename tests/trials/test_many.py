"""Many tenants in one go: each as a sign-up makes it, on several connections, and resumed where a run stopped."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Event as Signal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, models
from pytest_django import DjangoDbBlocker

from billing.models import Subscription
from plans.errors import CatalogueError
from tenants.context import inside
from tenants.models import Domain, Event, Tenant
from tenants.services.schema_sql import latest_version
from tenants.services.schemas import drop_schema
from trials.errors import SignupRefused
from trials.models import Trial
from trials.services.many import Made, Wanted, make_tenants
from trials.services.provisioning import pending_tenants, provision_tenant
from trials.services.signups import Signup, request_signup

NOW = datetime(2026, 1, 30, 3, tzinfo=UTC)
WANTED = Wanted(count=5, product="klustera", quantity=Decimal(200), on=date(2026, 1, 30), prefix="banyak")
State = Tenant.ProvisioningState


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What these tests write is seen by other connections; afterwards nothing of it is left."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connection.set_schema_to_public()  # type: ignore[attr-defined]
            for tenant in Tenant.objects.filter(schema_name__startswith="t_banyak"):
                drop_schema(tenant=tenant)
                tenant.delete()
            connections.close_all()


def states() -> dict[str, str]:
    return dict(Tenant.objects.filter(schema_name__startswith="t_banyak").values_list("schema_name", "provisioning"))


def values_of(row: models.Model, *other: str) -> dict[str, Any]:
    """All columns but keys and instants, which differ from row to row."""
    apart = {"id", "created_at", "recorded_at", "subscription_id", *other}
    return {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname not in apart
    }


def rows_of(tenant: Tenant) -> dict[str, Any]:
    own = {"schema_name", "name", "contact_name", "contact_email", "contact_phone", "registration", "signup"}
    with inside(tenant):
        found: dict[str, Any] = {
            "tenant": values_of(tenant, *own),
            "domains": tenant.domains.count(),
            "subscriptions": [values_of(row) for row in Subscription.objects.all()],
            "trials": [values_of(row) for row in Trial.objects.all()],
            "events": [values_of(row, "tenant_id") for row in Event.objects.filter(tenant=tenant).order_by("id")],
        }
    assert len(found["subscriptions"]) == len(found["trials"]) == 1
    return found


def test_each_is_as_a_sign_up_would_have_made_it(committed: None) -> None:
    """Public row, host, agreement, trial, events and agenda: column by column."""
    make_tenants(wanted=WANTED, now=NOW)
    signup = Signup(
        product="klustera", quantity=Decimal(200), name="Banyak Orang", subdomain="banyak-orang", contact_name="Ayu",
        contact_email="ayu@banyak.test", registration={"city": "Bekasi"},
    )  # fmt: skip
    asked = provision_tenant(tenant=request_signup(signup=signup, now=NOW), now=NOW)
    made = Tenant.objects.get(schema_name="t_banyak_00003")
    assert asked.provisioning == State.READY
    assert rows_of(made) == rows_of(asked)
    assert made.billing_due_on == date(2026, 3, 1)  # a month from 30 January (K6)
    assert made.schema_version == latest_version()
    assert Domain.objects.get(tenant=made).domain == "banyak-00003.localhost"


def test_a_run_that_is_broken_off_goes_on_where_it_stopped(committed: None) -> None:
    stop, settled = Signal(), list[str]()

    def stop_after_two(name: str) -> None:
        settled.append(name)
        if len(settled) == 2:
            stop.set()

    outcome = make_tenants(wanted=WANTED, now=NOW, progress=stop_after_two, stop=stop)
    assert outcome == Made(made=2, stopped=True)
    assert sorted(states().values()) == [State.PENDING] * 3 + [State.READY] * 2
    assert make_tenants(wanted=WANTED, now=NOW) == Made(made=3, known=2)
    assert make_tenants(wanted=WANTED, now=NOW) == Made(known=5)
    assert set(states().values()) == {State.READY}


def test_more_of_the_same_are_added(committed: None) -> None:
    make_tenants(wanted=WANTED, now=NOW)
    more = Wanted(count=7, product="klustera", quantity=Decimal(200), on=date(2026, 1, 30), prefix="banyak")
    assert make_tenants(wanted=more, now=NOW) == Made(made=2, known=5)


def test_what_a_killed_worker_left_is_taken_up(committed: None) -> None:
    """Its row says that it is under way, but nobody holds the lock any more. So does the background job for sign-ups."""
    stop = Signal()
    make_tenants(wanted=WANTED, now=NOW, progress=lambda _: stop.set(), stop=stop)
    Tenant.objects.filter(schema_name__startswith="t_banyak", provisioning=State.PENDING).update(provisioning="running")
    left = Tenant.objects.filter(schema_name__startswith="t_banyak", provisioning="running").order_by("pk")[0]
    assert left in pending_tenants()
    assert provision_tenant(tenant=left, now=NOW).provisioning == State.READY
    assert make_tenants(wanted=WANTED, now=NOW) == Made(made=3, known=2)


def test_a_tenant_that_was_there_before_is_left_alone(committed: None) -> None:
    theirs = Tenant.objects.create(schema_name="t_banyak_00002", name="Banyak Dua", product_code="xclass")
    outcome = make_tenants(wanted=WANTED, now=NOW)
    assert outcome == Made(made=4, failed={"banyak-00002": "The address belongs to somebody else."})
    theirs.refresh_from_db()
    assert (theirs.name, theirs.provisioning) == ("Banyak Dua", State.PENDING)
    assert not theirs.domains.exists()


@pytest.mark.parametrize(
    ("change", "refused", "field"),
    [
        ({"prefix": "a--b"}, SignupRefused, "prefix"),
        ({"prefix": "1a"}, SignupRefused, "prefix"),
        ({"count": 100_000}, SignupRefused, "prefix"),
        ({"product": "nope"}, CatalogueError, "product"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(
    db: None, change: dict[str, Any], refused: type[Exception], field: str
) -> None:
    wanted: dict[str, Any] = {
        "count": 5,
        "product": "klustera",
        "quantity": Decimal(200),
        "on": date(2026, 1, 30),
    } | change
    with pytest.raises(refused) as error:
        make_tenants(wanted=Wanted(**wanted), now=NOW)
    assert getattr(error.value, "field", "") == field
    assert not Tenant.objects.exists()


def test_a_production_installation_needs_a_reason(db: None, settings: Any) -> None:
    settings.PRODUCTION = True
    for reason in ("", "  ", "mau"):
        with pytest.raises(CommandError, match="This is a production installation"):
            call_command("make_tenants", "3", product="klustera", in_production_because=reason)
    assert not Tenant.objects.exists()


def test_a_terminal_shows_a_bar_that_fills(
    committed: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal alone: a log file has the last line."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    call_command("make_tenants", "3", product="klustera", prefix="banyak", workers=1)
    said = capsys.readouterr().err
    assert "0%|" in said
    assert "100%|" in said
    assert "3/3" in said
    assert said.endswith("3 tenants made, 0 were there.\n")
    call_command("make_tenants", "3", product="klustera", prefix="banyak")
    again = capsys.readouterr().err
    assert "3/3" in again
    assert again.endswith("0 tenants made, 3 were there.\n")
    monkeypatch.setattr("sys.stderr.isatty", lambda: False)
    call_command("make_tenants", "3", product="klustera", prefix="banyak")
    assert capsys.readouterr().err == "0 tenants made, 3 were there.\n"


def test_with_a_reason_they_are_test_tenants(committed: None, settings: Any, capsys: Any) -> None:
    settings.PRODUCTION = True
    call_command(
        "make_tenants", "2", product="klustera", prefix="banyak", in_production_because="uji beban sebelum Lebaran"
    )
    assert "In production because: uji beban sebelum Lebaran" in capsys.readouterr().err
    assert set(Tenant.objects.filter(schema_name__startswith="t_banyak").values_list("is_test", flat=True)) == {True}
