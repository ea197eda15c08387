"""Renewing early on the pages: announced, looked at, confirmed once (X4)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tenants.models import Membership, Role, Tenant, User
from tests.api.conftest import host_of, program, tenant_secret
from tests.billing.lives import spans
from tests.billing.test_stories_prices import LATER, YEARLY, clinic, load
from tests.conftest import make_user
from tests.dashboard.stages import at_day, text_of

ClientAt = Callable[..., Client]
RENEW, TODAY = "/langganan/perpanjang/", date(2025, 10, 2)


@pytest.fixture
def tenant(tmp_path: Path, db: None) -> Tenant:
    """A clinic on 2 October 2025, told the day before that its renewal of 1 August 2026 costs 1.280.000."""
    load(tmp_path, "current_book", YEARLY + LATER)
    return at_day(clinic(), TODAY, date(2025, 8, 1))


@pytest.fixture
def eka(tenant: Tenant) -> User:
    """Its owner."""
    user = make_user("eka@example.test", "Eka")
    Membership.objects.create(user=user, tenant=tenant, role=Role.OWNER)
    return user


def test_the_price_is_locked_by_what_was_shown_and_once(tenant: Tenant, eka: User, client_at: ClientAt) -> None:
    """X4: 1.200.000 instead of 1.280.000, due 12 October, for the year to 31 July 2027."""
    client = client_at(tenant, eka)
    page = text_of(client.get("/langganan/"))
    assert "Harga naik pada perpanjangan 1 Agustus 2026" in page
    assert "Dari Rp 1.200.000 menjadi Rp 1.280.000" in page
    looked = client.get(RENEW)
    shown = text_of(looked)
    for said in (
        "Rp 1.280.000",
        "Rp 1.200.000",
        "12 Oktober 2025",
        "31 Juli 2027",
        "Rp 80.000",
        "Perpanjang seharga Rp 1.200.000",
    ):
        assert said in shown
    assert client.post(RENEW, {"token": "palsu"})["Location"] == RENEW
    token = looked.context["token"]
    assert client.post(RENEW, {"token": token})["Location"].startswith("/tagihan/")
    assert client.post(RENEW, {"token": token})["Location"] == "/langganan/"
    assert spans(tenant)[-1] == ("2026-08-01", "2027-08-01", 1_200_000)
    assert "Diperpanjang sampai 31 Juli 2027" in text_of(client.get("/langganan/"))
    assert client.get("/").status_code == 200


def test_a_program_looks_and_renews_and_another_tenants_does_not(tenant: Tenant, school: Tenant) -> None:
    """X4: the API says the same, and refuses a second time with the reason."""
    api = program(host_of(tenant), tenant_secret(tenant))
    looks = api.get("subscription/renewal").json()
    assert (looks["invoice"]["total"], looks["later"]["total"], looks["saved"]) == (1_200_000, 1_280_000, 80_000)
    stale = api.post("subscription/renewal", {"agreed": "1:2"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_preview")
    made = api.post("subscription/renewal", {"agreed": looks["agreement"]}).json()
    assert (made["period"], made["number"] is not None) == ({"start": "2026-08-01", "end": "2027-08-01"}, True)
    again = api.post("subscription/renewal")
    assert (again.status_code, again.json()["code"]) == (409, "renewed_early")
    stranger = program(host_of(school), tenant_secret(tenant))
    assert stranger.get("subscription/renewal").json()["code"] == "wrong_tenant"
    assert stranger.post("subscription/renewal").json()["code"] == "wrong_tenant"


def test_a_school_that_keeps_its_book_has_nothing_to_renew_early(
    school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """X3, X4: the page leads back and nothing is billed."""
    at_day(school, date(2025, 3, 1))
    client = client_at(school, ayu)
    assert client.get(RENEW)["Location"] == "/langganan/"
    assert len(spans(school)) == 1
