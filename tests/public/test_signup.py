"""Signing up in the browser: what is refused and why, once for a double press, and what follows a failure."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import connection, connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from billing.models import Subscription
from tenants.context import inside
from tenants.models import Domain, Event, Membership, Role, Tenant, User
from tenants.services import schemas
from tests.watching import behind
from trials.services import provisioning, signups
from trials.services.provisioning import provision_tenant
from trials.views.price_text import day_text
from trials.views.signups import SALT, suggest_subdomain

ClientAt = Callable[..., Client]
FORM = {
    "quantity": "150",
    "organisation_name": "SMP Tunas Harapan",
    "subdomain": "tunas-harapan",
    "timezone": "Asia/Jakarta",
    "registration_npsn": "20109999",
    "contact_name": "Ayu Lestari",
    "contact_email": "ayu.lestari@tunas.test",
    "password": "rahasia-sekali-9",
    "accept_terms": "on",
}


@pytest.fixture
def visitor(client_at: ClientAt, db: None) -> Client:
    """Somebody on the public host."""
    return client_at()


def send(client: Client, **changes: str) -> Any:
    return client.post("/daftar/xclass/", FORM | changes)


def test_a_school_signs_up_and_is_taken_into_its_dashboard(
    visitor: Client, client_at: ClientAt, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(visitor, registration_province="jabar")
    tenant = Tenant.objects.get(schema_name="t_tunas_harapan")
    assert tenant.provisioning == Tenant.ProvisioningState.READY
    assert tenant.status == "trialing"
    assert tenant.registration == {"npsn": "20109999", "province": "Jawa Barat"}
    assert Membership.objects.get(tenant=tenant).role == Role.OWNER
    enter = visitor.get(answer["Location"])
    assert enter["Location"] == "/lembaga/tunas-harapan/masuk/"
    arrival = visitor.get(enter["Location"])["Location"]
    assert arrival.startswith("http://tunas-harapan.localhost")
    inside = client_at(tenant)
    path = arrival.partition("/masuk-dengan/")[2]
    assert inside.get(f"/masuk-dengan/{path}")["Location"] == "/"
    assert inside.get("/anggota/").status_code == 200
    # The token opens the door once.
    assert client_at(tenant).get(f"/masuk-dengan/{path}").status_code == 403


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("subdomain", "sman1", "sudah dipakai"),
        ("subdomain", "admin", "tidak dapat dipakai"),
        ("subdomain", "a", "3–40 huruf kecil"),
        ("subdomain", "dua--garis", "3–40 huruf kecil"),
        ("registration_npsn", "123", "8 angka"),
        ("registration_province", "Atlantis", "Provinsi"),
        ("registration_npsn", "20100001", "sudah terdaftar"),
        ("registration_npsn", "", "Isi NPSN."),
        ("contact_name", "", "Isi nama Anda."),
        ("contact_email", "ayu", "Alamat email tidak lengkap"),
        ("quantity", "-5", "kurang dari nol"),
        ("quantity", "abc", "harus berupa angka"),
        ("quantity", "1.5", "bilangan bulat"),
        ("quantity", "123456789012345", "paling banyak"),
        ("quantity", "", "Isi jumlahnya"),
        ("password", "pendek", "10"),
        ("accept_terms", "", "Setujui ketentuan"),
        ("timezone", "Europe/Paris", "Asia"),
    ],
)
def test_what_is_refused_is_named_at_its_field_and_kept(
    visitor: Client, school: Tenant, field: str, typed: str, said: str
) -> None:
    answer = send(visitor, **{field: typed})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown or field == "timezone"
    assert answer.context["form"].errors.keys() == {field}
    # What was typed is kept.
    assert 'value="SMP Tunas Harapan"' in shown
    assert "rahasia-sekali-9" not in shown
    assert Tenant.objects.count() == 1


@pytest.mark.parametrize(
    ("zone", "first", "ends", "book"),
    [
        ("Asia/Jakarta", "Rp 500.000", "31 Januari 2026", "xclass-2025"),  # half past ten on New Year's Eve
        ("Asia/Jayapura", "Rp 750.000", "1 Februari 2026", "xclass-2026"),  # half past midnight
    ],
)
def test_what_the_form_promises_is_by_the_day_of_the_zone_that_is_chosen(
    visitor: Client, django_capture_on_commit_callbacks: Any, zone: str, first: str, ends: str, book: str
) -> None:
    """X2, X5: price and trial on the page are those of the subscription, also where the day has changed already."""
    with time_machine.travel("2025-12-31T15:30:00Z", tick=False):
        asked = visitor.get("/daftar/xclass/harga/", {"quantity": "100", "timezone": zone})
        kept = send(visitor, quantity="100", timezone=zone, accept_terms="")
        for shown in (asked, kept):
            text = shown.content.decode().replace("\xa0", " ")
            assert first in text
            assert ends in text
        with django_capture_on_commit_callbacks(execute=True):
            send(visitor, quantity="100", timezone=zone)
    tenant = Tenant.objects.get(schema_name="t_tunas_harapan")
    assert tenant.billing_due_on is not None
    assert day_text(tenant.billing_due_on) == ends
    with inside(tenant):
        assert Subscription.objects.get().book_code == book


def test_a_zone_that_is_none_is_answered_with_jakartas_day(visitor: Client) -> None:
    answer = visitor.get("/daftar/xclass/harga/", {"quantity": "100", "timezone": "Europe/Paris"})
    assert (answer.status_code, answer.context["summary"] is not None) == (200, True)


def test_a_known_address_is_asked_to_log_in(visitor: Client, ayu: User) -> None:
    answer = send(visitor, contact_email="ayu@example.test")
    assert answer.status_code == 422
    assert "contact_email" in answer.context["form"].errors
    assert not Domain.objects.filter(domain__startswith="tunas").exists()


def test_somebody_logged_in_gets_one_more_tenant(client_at: ClientAt, ayu: User) -> None:
    browser = client_at(None, ayu)
    form = {name: value for name, value in FORM.items() if name != "password"}
    assert browser.post("/daftar/xclass/", form).status_code == 302
    assert ayu.memberships.count() == 3


def test_pressed_twice_it_makes_one_tenant(visitor: Client, client_at: ClientAt) -> None:
    first = send(visitor)
    again = send(client_at())
    assert (first.status_code, again.status_code) == (302, 302)
    assert Tenant.objects.count() == 1
    # Another person who wants the same address is refused.
    other = send(client_at(), password="bukan-sandi-itu", contact_email="lain@lain.test", registration_npsn="20108888")
    assert other.status_code == 422


def test_pressed_twice_at_once_its_own_number_is_not_told_to_be_taken(
    visitor: Client, client_at: ClientAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second press looked for the address before the first one had kept it, and meets the school's number first."""
    assert send(visitor).status_code == 302
    monkeypatch.setattr(signups, "check_subdomain", lambda _subdomain: None)
    assert send(client_at()).status_code == 302
    assert Tenant.objects.count() == 1
    other = send(client_at(), password="bukan-sandi-itu", contact_email="lain@lain.test")
    assert (other.status_code, other.context["form"].errors.keys()) == (422, {"registration_npsn"})


def test_too_many_sign_ups_from_one_address_wait(visitor: Client, settings: Any) -> None:
    settings.SIGNUPS_PER_HOUR = 1
    assert send(visitor).status_code == 302
    visitor.logout()
    more = send(visitor, subdomain="lain-lagi", registration_npsn="20107777", contact_email="b@b.test")
    assert more.status_code == 429


def test_a_failed_provisioning_leaves_nothing_and_can_be_retried_or_withdrawn(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def broken(*, tenant: Tenant, wish: Any) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(provisioning, "begin_subscription", broken)
        with django_capture_on_commit_callbacks(execute=True):
            progress = send(visitor)["Location"]
    tenant = Tenant.objects.get()
    assert tenant.provisioning == Tenant.ProvisioningState.FAILED
    shown = visitor.get(progress).content.decode()
    assert "Ada gangguan di pihak kami" in shown
    assert "disk full" not in shown
    # The schema is gone: making it again does not stumble over a left-over.
    assert visitor.post(f"{progress}coba-lagi/").status_code == 302
    tenant.refresh_from_db()
    assert tenant.provisioning == Tenant.ProvisioningState.READY


def test_a_withdrawn_sign_up_frees_its_address(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = send(visitor)["Location"]
    Tenant.objects.update(provisioning=Tenant.ProvisioningState.FAILED)
    visitor.post(f"{progress}batal/")
    assert not Tenant.objects.exists()
    assert not Domain.objects.filter(domain__startswith="tunas").exists()
    assert visitor.get(progress).status_code == 404


def test_progress_is_shown_to_holders_of_its_link_alone(visitor: Client) -> None:
    progress = send(visitor)["Location"]
    assert "SMP Tunas Harapan" in visitor.get(progress).content.decode()
    assert "hx-get" in visitor.get(progress, headers={"hx-request": "true"}).content.decode()
    assert visitor.get("/daftar/proses/salah/").status_code == 404
    forged = signing.dumps("00000000-0000-7000-8000-000000000000", salt=SALT)
    assert visitor.get(f"/daftar/proses/{forged}/").status_code == 404


def test_an_address_is_suggested_from_the_name(school: Tenant) -> None:
    assert suggest_subdomain("SMP Tunas Harapan") == "smp-tunas-harapan"
    assert suggest_subdomain("SMAN 1") == "sman-1"
    assert suggest_subdomain("sman1") == "sman1-2"
    assert suggest_subdomain("7") == ""


def test_the_address_is_checked_while_typing(visitor: Client, school: Tenant) -> None:
    def asked(query: str) -> str:
        return visitor.get(f"/daftar/xclass/alamat/?{query}").content.decode()

    assert "masih bebas" in asked("subdomain=tunas")
    assert "sudah dipakai" in asked("subdomain=sman1")
    assert 'value="smp-tunas"' in asked("organisation_name=SMP+Tunas")


def test_the_price_moves_with_the_quantity(visitor: Client) -> None:
    shown = visitor.get("/daftar/klustera/harga/?quantity=200&plan=per-unit&period=12").content.decode()
    assert "Rp 6.000.000" in shown.replace("\xa0", " ")


# --- two at once, on connections of their own -----------------------------------------------------------------------


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What these tests write is seen by other connections; afterwards nothing of it is left."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connection.set_schema_to_public()  # type: ignore[attr-defined]
            for tenant in Tenant.objects.filter(schema_name__in=["t_tunas_harapan", "t_berdua"]):
                schemas.drop_schema(tenant=tenant)
                with behind(Event) as events:
                    events.filter(tenant=tenant).delete()
                tenant.domains.all().delete()
                Tenant.objects.filter(pk=tenant.pk).delete()
            User.objects.filter(email__endswith="@tunas.test").delete()
            connections.close_all()


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """The answers of two calls that begin in the same instant."""
    start = threading.Barrier(2)

    def call(number: int) -> Any:
        start.wait(60)
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(call, range(2)))


@pytest.mark.slow
def test_two_at_the_same_instant_make_one_tenant(committed: None, client_at: ClientAt) -> None:
    def press(number: int) -> int:
        changes = {"contact_email": f"orang{number}@tunas.test", "registration_npsn": f"2010999{number}"}
        return client_at().post("/daftar/xclass/", FORM | changes).status_code

    assert sorted(at_once(press)) == [302, 422]
    assert Tenant.objects.filter(schema_name="t_tunas_harapan").count() == 1
    # Of the one who came second nothing was written, not even a login.
    assert User.objects.filter(email__endswith="@tunas.test").count() == 1


@pytest.mark.slow
def test_two_workers_make_one_schema(committed: None) -> None:
    tenant = Tenant.objects.create(
        schema_name="t_berdua", name="Berdua", product_code="xclass", signup={"quantity": "60", "on": "2025-02-01"}
    )
    at_once(lambda _: provision_tenant(tenant=Tenant.objects.get(pk=tenant.pk), now=datetime(2025, 2, 1, tzinfo=UTC)))
    tenant.refresh_from_db()
    assert tenant.provisioning == Tenant.ProvisioningState.READY
    assert tenant.events.filter(name="trial.started").count() == 1


def test_when_the_year_is_invoiced_is_kept_from_the_form_to_the_agreement(visitor: Client) -> None:
    """K5: chosen on the page, kept until the schema is made."""
    said = FORM | {"quantity": "200", "plan": "per-unit", "period": "12", "anchor": "calendar_year"}
    answer = visitor.post("/daftar/klustera/", said | {"registration_city": "Bekasi"})
    assert answer.status_code == 302
    tenant = Tenant.objects.get(schema_name="t_tunas_harapan")
    wish = provisioning.wish_of(tenant, datetime(2026, 1, 30, tzinfo=UTC))
    assert (wish.anchor, wish.interval_months) == ("calendar_year", 12)
