"""Leaving on the pages: end and last invoice are shown first, and what is confirmed is what was shown (C8, K15)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from billing.selectors.change_choices import Wanted
from billing.services.subscriptions.changes import change_plan
from tenants.models import Event, Membership, Role, Tenant, User
from tests.billing.lives import pay
from tests.conftest import make_tenant, make_user
from tests.dashboard.stages import at_day, text_of

ClientAt = Callable[..., Client]
SIGNUP, BILLED = date(2026, 3, 10), date(2026, 4, 10)
LEAVE = "/langganan/berhenti/"


@pytest.fixture
def cooperative(db: None) -> Tenant:
    """On Starter, paid from 10 April to 10 May 2026, on 20 April: too late for 10 May."""
    tenant = make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, SIGNUP, plan="starter")
    at_day(tenant, BILLED, SIGNUP)
    pay(tenant, BILLED)
    return at_day(tenant, date(2026, 4, 20))


@pytest.fixture
def sari(cooperative: Tenant) -> User:
    """Its owner."""
    user = make_user("sari@example.test", "Sari")
    Membership.objects.create(user=user, tenant=cooperative, role=Role.OWNER)
    return user


@pytest.fixture
def client(cooperative: Tenant, sari: User, client_at: ClientAt) -> Client:
    """Sari's browser."""
    return client_at(cooperative, sari)


def ends(tenant: Tenant) -> list[str]:
    """The ends that were scheduled."""
    return [event.data["ends"] for event in Event.objects.filter(tenant=tenant, name="subscription.cancel_scheduled")]


def test_the_page_shows_the_end_and_the_invoice_that_comes_before_it(client: Client) -> None:
    """C8: notice of 20 April reaches 20 May, so 10 June; the period from 10 May is billed, 499.000."""
    page = text_of(client.get(LEAVE))
    assert "Berhenti pada 10 Juni 2026" in page
    assert "Rp 499.000, tetap terbit 10 Mei 2026" in page
    assert "Pemberitahuan 30 hari: untuk masa ini batasnya 10 April 2026, jadi paling awal 10 Juni 2026." in page
    assert "dengan pemberitahuan 30 hari" in text_of(client.get("/langganan/"))


def test_a_later_day_is_looked_at_and_agreed_to(client: Client, cooperative: Tenant) -> None:
    page = text_of(client.get(LEAVE, {"on": "2026-06-20"}))
    assert "Berhenti pada 10 Juli 2026" in page
    answer = client.post(LEAVE, {"reason": "price", "ends_on": "2026-07-10", "on": "2026-07-10"})
    assert (answer.status_code, ends(cooperative)) == (302, ["2026-07-10"])


def test_a_day_too_early_is_answered_beside_the_field(client: Client) -> None:
    page = text_of(client.get(LEAVE, {"on": "2026-05-10"}))
    assert "Pada hari itu langganan tidak dapat berakhir; paling awal 10 Juni 2026." in page
    assert "Berhenti pada 10 Juni 2026" in page


def test_an_end_that_is_no_longer_the_one_shown_is_shown_again(client: Client, cooperative: Tenant) -> None:
    """C8: the page was opened on 10 April, when 10 May was still possible."""
    answer = client.post(LEAVE, {"reason": "price", "ends_on": "2026-05-10"})
    assert (answer.status_code, ends(cooperative)) == (422, [])
    assert "Hari berakhirnya sudah berbeda" in text_of(answer)
    assert client.post(LEAVE, {"reason": "price", "ends_on": "2026-06-10"}).status_code == 302
    assert ends(cooperative) == ["2026-06-10"]


@pytest.mark.parametrize("day", ["besok", "2026-13-01", "1800-01-01"])
def test_a_strange_day_is_answered_on_the_page(client: Client, day: str) -> None:
    answer = client.get(LEAVE, {"on": day})
    assert answer.status_code == 200
    assert "Berhenti pada 10 Juni 2026" in text_of(answer)


def test_the_fee_of_leaving_a_contract_early_is_said_and_agreed_to(client: Client, cooperative: Tenant) -> None:
    """C8: Enterprise at 3.500.000 a month to 10 April 2027, left on 10 August: half of eight months, or not at all."""
    change_plan(
        tenant=cooperative, wanted=Wanted("enterprise", 1, 3_500_000), today=date(2026, 4, 20), reason="Kontrak 8"
    )
    page = text_of(client.get(LEAVE, {"on": "2026-08-10"}))
    counted = "50 % × Rp 28.000.000 = Rp 14.000.000"
    assert f"Biaya berhenti sebelum kontrak berakhir pada 10 April 2027: {counted}" in page
    assert "Rp 14.000.000, jatuh tempo 9 September 2026" in page
    assert "Berhenti pada 10 Agustus 2026 dengan biaya Rp 14.000.000" in page
    assert "biaya 50 % dari sisa kontrak yang belum ditagih" in text_of(client.get("/langganan/"))
    shown = {"reason": "price", "ends_on": "2026-08-10", "on": "2026-08-10"}
    assert client.post(LEAVE, shown | {"fee": "0"}).status_code == 422
    assert ends(cooperative) == []
    assert client.post(LEAVE, shown | {"fee": "14000000"}).status_code == 302
    assert "10 Agustus 2026, Rp 14.000.000" in text_of(client.get("/langganan/"))
