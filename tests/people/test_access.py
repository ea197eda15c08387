"""Who may open which page of a tenant: members by role, nobody else; and how one gets from one tenant to another."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tenants.models import Membership, Role, Tenant, User
from tenants.services.handoff import make_handoff

ClientAt = Callable[..., Client]
EVERYBODYS = ["/anggota/", "/profil/", "/pesan/", "/riwayat/"]
OWNERS = ["/kunci-api/"]


@pytest.mark.parametrize("path", EVERYBODYS + OWNERS)
def test_a_stranger_finds_nothing_and_a_visitor_is_asked_to_log_in(
    client_at: ClientAt, school: Tenant, citra: User, path: str
) -> None:
    assert client_at(school, citra).get(path).status_code == 404
    assert client_at(school).get(path)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", EVERYBODYS + OWNERS)
def test_the_owner_opens_everything_and_the_viewer_what_is_not_the_owners(
    client_at: ClientAt, school: Tenant, ayu: User, budi: User, path: str
) -> None:
    assert client_at(school, ayu).get(path).status_code == 200
    assert client_at(school, budi).get(path).status_code == (403 if path in OWNERS else 200)


WRITES = [
    "/anggota/undang/",
    "/anggota/undangan/00000000-0000-7000-8000-000000000000/batal/",
    "/anggota/00000000-0000-7000-8000-000000000000/",
    "/anggota/00000000-0000-7000-8000-000000000000/keluarkan/",
    "/kunci-api/buat/",
    "/kunci-api/00000000-0000-7000-8000-000000000000/cabut/",
    "/profil/lembaga/",
]


@pytest.mark.parametrize("path", WRITES)
def test_a_viewer_and_a_finance_officer_change_nothing_of_the_owners(
    client_at: ClientAt, school: Tenant, budi: User, citra: User, path: str
) -> None:
    assert client_at(school, budi).post(path).status_code == 403
    Membership.objects.filter(user=budi).update(role=Role.FINANCE)
    assert client_at(school, budi).post(path).status_code == 403
    assert client_at(school, citra).post(path).status_code == 404


def test_a_session_of_one_tenant_is_refused_at_another(
    client_at: ClientAt, school: Tenant, complex_: Tenant, ayu: User
) -> None:
    browser = client_at(school, ayu)
    assert browser.get("/anggota/").status_code == 200
    # The same cookie at the other host, though Ayu belongs there too: logged out, not let in.
    answer = browser.get("/anggota/", headers={"host": "griya.localhost"})
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_the_switcher_leads_to_the_other_tenant_without_a_login(
    client_at: ClientAt, school: Tenant, complex_: Tenant, ayu: User
) -> None:
    browser = client_at(school, ayu)
    assert "/pindah/griya/" in browser.get("/anggota/").content.decode()
    arrival = browser.get("/pindah/griya/")["Location"]
    assert arrival.startswith("http://griya.localhost")
    there = client_at(complex_)
    assert there.get("/masuk-dengan/" + arrival.partition("/masuk-dengan/")[2]).status_code == 302
    assert there.get("/anggota/").status_code == 200


def test_nobody_switches_to_a_tenant_of_others(
    client_at: ClientAt, school: Tenant, complex_: Tenant, budi: User
) -> None:
    assert client_at(school, budi).get("/pindah/griya/").status_code == 404
    assert client_at(None, budi).get("/lembaga/griya/masuk/").status_code == 404


def test_a_handoff_holds_for_one_tenant_for_a_minute_and_once(
    client_at: ClientAt, school: Tenant, complex_: Tenant, ayu: User
) -> None:
    now = timezone.now()
    token = make_handoff(user=ayu, tenant=school, now=now)
    assert client_at(complex_).get(f"/masuk-dengan/{token}/").status_code == 403
    assert client_at(school).get(f"/masuk-dengan/{token}x/").status_code == 403
    assert client_at(school).get(f"/masuk-dengan/{token}/").status_code == 302
    assert client_at(school).get(f"/masuk-dengan/{token}/").status_code == 403
    old = make_handoff(user=ayu, tenant=school, now=now - timedelta(seconds=61))
    assert client_at(school).get(f"/masuk-dengan/{old}/").status_code == 403


@pytest.mark.parametrize(
    ("onward", "leads"), [("/bayar/bersama/", "/bayar/bersama/"), ("//evil.test/", "/"), ("x", "/")]
)
def test_a_handoff_leads_to_a_page_of_its_own_host(
    client_at: ClientAt, school: Tenant, ayu: User, onward: str, leads: str
) -> None:
    token = make_handoff(user=ayu, tenant=school, now=timezone.now())
    assert client_at(school).get(f"/masuk-dengan/{token}/", {"lanjut": onward})["Location"] == leads


def test_back_to_all_tenants_without_a_login_but_staff_log_in_there(
    client_at: ClientAt, school: Tenant, ayu: User, staff: User
) -> None:
    arrival = client_at(school, ayu).get("/pindah/")["Location"]
    public = client_at()
    assert public.get("/masuk-dengan/" + arrival.partition("/masuk-dengan/")[2])["Location"] == "/lembaga/"
    assert public.get("/lembaga/").status_code == 200
    Membership.objects.create(user=staff, tenant=school, role=Role.VIEWER)
    assert client_at(school, staff).get("/pindah/")["Location"].endswith("/lembaga/")
    token = make_handoff(user=staff, tenant=None, now=timezone.now())
    assert client_at().get(f"/masuk-dengan/{token}/").status_code == 403


def test_k16_all_tenants_of_a_person_stand_on_one_page_with_what_they_owe(
    client_at: ClientAt, school: Tenant, complex_: Tenant, ayu: User, citra: User
) -> None:
    Tenant.objects.filter(pk=school.pk).update(balance=750_000)
    Tenant.objects.filter(pk=complex_.pk).update(balance=600_000)
    shown = client_at(None, ayu).get("/lembaga/").content.decode().replace("\xa0", " ")
    assert "Rp 1.350.000" in shown
    assert "SMAN 1" in shown
    assert "Griya Asri" in shown
    assert "Sekolah Lain" not in shown
    # One payment for both is made on the host of one of them.
    assert "lanjut=%2Fbayar%2Fbersama%2F" in shown
    assert "SMAN 1" not in client_at(None, citra).get("/lembaga/").content.decode()


def test_a_suspended_tenant_closes_the_people_pages_too(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    """X10: billing, payment and export stay open, all else is closed."""
    Tenant.objects.filter(pk=school.pk).update(has_access=False, status="suspended")
    browser = client_at(school, ayu)
    assert browser.get("/anggota/")["Location"] == "/ditangguhkan/"
    assert browser.get("/pindah/griya/")["Location"].startswith("http://griya.localhost")
