"""Keys of programs: shown once, kept as a hash, found by their secret alone, revoked for good."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from tenants.errors import Conflict, DomainError
from tenants.models import ApiKey, Event, Tenant, User
from tenants.services.keys import MOST_KEYS, create_key, find_key, note_use, revoke_key
from tests.api.conftest import host_of, program

ClientAt = Callable[..., Client]
TODAY = date(2025, 2, 2)
NOW = datetime(2025, 2, 2, 3, tzinfo=UTC)


def test_a_key_is_found_by_its_whole_secret_alone(school: Tenant) -> None:
    key, secret = create_key(name="Aplikasi rapor", user=None, today=TODAY, tenant=school)
    assert secret.startswith("lg_live_")
    assert secret not in str(ApiKey.objects.values().get())
    assert find_key(secret) == key
    for wrong in (secret[:-1], secret + "x", key.prefix, "", "lg_live_"):
        assert find_key(wrong) is None


def test_a_test_tenants_key_says_so(school: Tenant) -> None:
    school.is_test = True
    assert create_key(name="Coba", user=None, today=TODAY, tenant=school)[1].startswith("lg_test_")


def test_a_key_may_be_of_a_product(db: None) -> None:
    key, secret = create_key(name="Aplikasi XClass", user=None, today=TODAY, product_code="xclass")
    found = find_key(secret)
    assert found == key
    assert found.tenant is None


def test_a_revoked_key_is_found_no_more(school: Tenant) -> None:
    key, secret = create_key(name="Aplikasi rapor", user=None, today=TODAY, tenant=school)
    revoke_key(key=key, now=NOW, today=TODAY)
    revoke_key(key=key, now=NOW, today=TODAY)
    assert find_key(secret) is None
    assert Event.objects.filter(name="key.revoked").count() == 1


def test_a_key_is_at_home_on_its_tenants_hosts_alone(school: Tenant, complex_: Tenant) -> None:
    _, secret = create_key(name="Aplikasi rapor", user=None, today=TODAY, tenant=school)
    hosts = {host_of(school): True, host_of(complex_): False, "nobody.localhost": False, "": False}
    assert {host: key.at_home for host in hosts if (key := find_key(secret, host))} == hosts


def test_a_tenant_that_is_not_ready_is_not_there_for_its_own_key(school: Tenant) -> None:
    _, secret = create_key(name="Aplikasi rapor", user=None, today=TODAY, tenant=school)
    api = program(host_of(school), secret)
    assert api.get("entitlements").status_code == 200
    Tenant.objects.filter(pk=school.pk).update(provisioning=Tenant.ProvisioningState.FAILED)
    assert api.get("entitlements").status_code == 404


def test_its_last_use_is_written_at_most_once_a_minute(school: Tenant) -> None:
    key, _ = create_key(name="Aplikasi rapor", user=None, today=TODAY, tenant=school)
    for seconds, kept in ((0, 0), (59, 0), (61, 61)):
        note_use(key=key, now=NOW + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == NOW + timedelta(seconds=kept)


def test_a_key_needs_a_name_and_there_are_only_so_many(school: Tenant) -> None:
    with pytest.raises(DomainError) as refused:
        create_key(name=" x ", user=None, today=TODAY, tenant=school)
    assert refused.value.field == "name"
    for number in range(MOST_KEYS):
        create_key(name=f"Kunci {number}", user=None, today=TODAY, tenant=school)
    with pytest.raises(Conflict):
        create_key(name="Terlalu banyak", user=None, today=TODAY, tenant=school)


def test_the_page_shows_the_secret_once_and_revokes_after_saying_what_it_does(
    client_at: ClientAt, school: Tenant, ayu: User
) -> None:
    owner = client_at(school, ayu)
    made = owner.post("/kunci-api/buat/", {"name": "Aplikasi rapor"})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert secret not in owner.get("/kunci-api/").content.decode()
    key = ApiKey.objects.get()
    assert "langsung ditolak" in owner.get(f"/kunci-api/{key.pk}/cabut/").content.decode()
    assert find_key(secret) is not None
    owner.post(f"/kunci-api/{key.pk}/cabut/")
    assert find_key(secret) is None
    assert owner.post("/kunci-api/buat/", {"name": ""}).status_code == 422


def test_another_tenants_key_cannot_be_revoked(
    client_at: ClientAt, school: Tenant, complex_: Tenant, citra: User
) -> None:
    key, secret = create_key(name="Sekolah", user=None, today=TODAY, tenant=school)
    hers = citra.memberships.get().tenant
    assert client_at(hers, citra).post(f"/kunci-api/{key.pk}/cabut/").status_code == 404
    assert find_key(secret) is not None
