"""Changing plan on the pages: chosen, previewed in money and dates, confirmed once, taken back (C11, K2)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from billing.models import Document
from billing.services.subscriptions.life import cancel_subscription
from tenants.context import inside
from tenants.models import Membership, Role, Tenant, User
from tests.billing.ladders import BILLED, SIGNUP, Shop, change, changes_told, shop, subscription_of
from tests.billing.lives import pay
from tests.conftest import make_user
from tests.dashboard.stages import at_day, text_of

__all__ = ["shop"]
ClientAt = Callable[..., Client]
DAY = date(2025, 6, 16)
PREVIEW, CONFIRM = "/langganan/paket/pratinjau/", "/langganan/paket/simpan/"


@pytest.fixture
def warehouse(shop: Shop) -> Tenant:
    """On growth, paid for June 2025, on 16 June."""
    tenant = shop("growth")
    at_day(tenant, BILLED, SIGNUP)
    pay(tenant, BILLED)
    return at_day(tenant, DAY)


@pytest.fixture
def dian(warehouse: Tenant) -> User:
    """Its owner."""
    user = make_user("dian@example.test", "Dian")
    Membership.objects.create(user=user, tenant=warehouse, role=Role.OWNER)
    return user


@pytest.fixture
def client(warehouse: Tenant, dian: User, client_at: ClientAt) -> Client:
    """Dian's browser."""
    return client_at(warehouse, dian)


def token(client: Client, place: str) -> str:
    """The token that the preview of a place offers."""
    answer = client.post(PREVIEW, {"place": place})
    assert answer.status_code == 200, answer.content
    return str(answer.context["token"])


def test_the_choices_show_their_prices_and_the_present_one(client: Client) -> None:
    assert 'href="/langganan/paket/"' in text_of(client.get("/langganan/"))
    page = text_of(client.get("/langganan/paket/"))
    for words in ("Growth, per bulan", "Paket Anda sekarang", "Rp 6.000.000", "Pro, per bulan", "Rp 900.000", "Gratis"):
        assert words in page, words
    assert page.count(" checked") == 1


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            "pro/1",
            [
                "Rp 150.000",
                "26 Juni 2025",
                "Ganti ke Pro per bulan sekarang",
                "selisih harga untuk sisa hari",
                "Sisa Growth 15 hari −Rp 300.000; Pro 15 hari Rp 450.000",
            ],
        ),
        (
            "starter/1",
            ["1 Juli 2025", "Tidak ada", "Sampai 30 Juni 2025", "Ganti ke Starter per bulan mulai 1 Juli 2025"],
        ),
        ("growth/12", ["Rp 6.000.000 per tahun", "mulai 1 Juli 2025"]),
        ("free/1", ["Gratis", "mulai 1 Juli 2025"]),
        ("growth/1", ["Ini paket Anda sekarang. Tidak ada yang berubah."]),
    ],
)
def test_a_preview_says_what_it_costs_and_when_it_holds(client: Client, place: str, words: list[str]) -> None:
    """C11: growth at 600.000; 15 of 30 days are left."""
    whole = text_of(client.post(PREVIEW, {"place": place}))
    fragment = text_of(client.post(PREVIEW, {"place": place}, headers={"hx-request": "true"}))
    for said in words:
        assert said in whole, said
        assert said in fragment, said
    assert "<html" not in fragment


def test_a_confirmation_sent_twice_changes_and_bills_once(client: Client, warehouse: Tenant) -> None:
    """C11."""
    agreed = token(client, "pro/1")
    for _time in range(2):
        assert client.post(CONFIRM, {"token": agreed}).headers["Location"] == "/langganan/"
    page = text_of(client.get("/langganan/"))
    assert "Paket Anda sekarang Pro. Tagihan UJI/GD/2025/00002 terbit." in page
    assert "Pilihan ini sudah tersimpan." in page
    with inside(warehouse):
        assert Document.objects.count() == 2
    invoice = text_of(client.get("/tagihan/UJI-GD-2025-00002/"))
    assert "Ganti paket Growth ke Pro, 16 Juni 2025 – 30 Juni 2025" in invoice
    assert "(900.000 − 600.000) × 15/30 = Rp 150.000" in invoice


def test_a_scheduled_change_is_seen_everywhere_and_taken_back(client: Client, warehouse: Tenant) -> None:
    """C11."""
    client.post(CONFIRM, {"token": token(client, "starter/1")})
    page = text_of(client.get("/langganan/"))
    assert "Mulai 1 Juli 2025: paket Starter" in page
    assert "Starter mulai 1 Juli 2025" in text_of(client.get("/"))
    assert "Rp 300.000" in text_of(client.get("/"))
    assert "Paket Starter dijadwalkan mulai 1 Juli 2025" in text_of(client.get("/riwayat/"))
    assert "Starter mulai 1 Juli 2025" in text_of(client.get("/langganan/berhenti/"))
    assert client.post("/langganan/paket/batal/").headers["Location"] == "/langganan/"
    page = text_of(client.get("/langganan/"))
    assert "Paket Anda tetap seperti sekarang" in page
    assert "Mulai 1 Juli 2025: paket Starter" not in page
    client.post("/langganan/paket/batal/")
    assert "Tidak ada perubahan paket yang dijadwalkan." in text_of(client.get("/langganan/"))
    assert [told[1] for told in changes_told(warehouse)] == ["plan_scheduled", "plan_withdrawn"]


def test_a_preview_that_no_longer_holds_is_shown_again(client: Client, warehouse: Tenant) -> None:
    """C11: another day, another amount; and somebody else has changed meanwhile."""
    agreed = token(client, "pro/1")
    at_day(warehouse, date(2025, 6, 21))
    answer = client.post(CONFIRM, {"token": agreed})
    assert "Keadaan berubah" in text_of(answer)
    assert "Rp 100.000" in text_of(answer)
    change(warehouse, date(2025, 6, 21), "starter")
    assert "Keadaan berubah" in text_of(client.post(CONFIRM, {"token": answer.context["token"]}))
    assert subscription_of(warehouse).plan_code == "growth"


def test_a_forged_or_foreign_token_changes_nothing(
    client: Client, warehouse: Tenant, dian: User, shop: Shop, client_at: ClientAt
) -> None:
    other = shop("growth", "lain")
    at_day(other, BILLED, SIGNUP)
    pay(other, BILLED)
    at_day(other, DAY)
    Membership.objects.create(user=dian, tenant=other, role=Role.OWNER)
    foreign = token(client_at(other, dian), "starter/1")
    for wrong in ("", "x:y:z", foreign):
        client.post(CONFIRM, {"token": wrong})
    assert subscription_of(warehouse).scheduled_change is None


@pytest.mark.parametrize("place", ["", "pro", "pro/0", "../1", "platinum/1", "pro/12"])
def test_what_cannot_be_had_is_an_error_at_the_field(client: Client, place: str) -> None:
    answer = client.post(PREVIEW, {"place": place})
    assert answer.status_code == 422
    assert 'id="id_place_error"' in text_of(answer)


def test_what_stands_in_the_way_is_said_instead_of_offered(client: Client, warehouse: Tenant) -> None:
    cancel_subscription(tenant=warehouse, today=DAY)
    page = text_of(client.get("/langganan/"))
    assert "Batalkan dahulu penghentiannya, lalu ganti paket." in page
    assert 'href="/langganan/paket/"' not in page
    assert client.get("/langganan/paket/").headers["Location"] == "/langganan/"
    assert client.post(PREVIEW, {"place": "pro/1"}, headers={"hx-request": "true"}).status_code == 200


def test_others_than_the_owner_see_it_and_change_nothing(warehouse: Tenant, client_at: ClientAt) -> None:
    """Only the owner changes what was agreed; finance pays for it."""
    change(warehouse, DAY, "starter")
    user = make_user("fajar@example.test", "Fajar")
    Membership.objects.create(user=user, tenant=warehouse, role=Role.FINANCE)
    client = client_at(warehouse, user)
    page = text_of(client.get("/langganan/"))
    assert "Mulai 1 Juli 2025: paket Starter" in page
    assert "/langganan/paket/" not in page
    assert client.post("/langganan/paket/batal/").status_code == 403


def test_a_school_is_shown_where_its_plan_comes_from(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    """X1: the number of students decides."""
    client = client_at(school, ayu)
    page = text_of(client.get("/langganan/"))
    assert "Paket mengikuti jumlah" in page
    assert client.get("/langganan/paket/").headers["Location"] == "/langganan/"


def test_a_complex_chooses_between_per_unit_and_flat_by_month_or_year(
    complex_: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """K2: in its trial at once."""
    at_day(complex_, date(2026, 2, 10), date(2026, 1, 30))
    client = client_at(complex_, ayu)
    page = text_of(client.get("/langganan/paket/"))
    for price in ("Rp 600.000", "Rp 6.000.000", "Rp 1.500.000", "Rp 16.200.000"):
        assert price in page, price
    shown = text_of(client.post(PREVIEW, {"place": "flat/12"}))
    assert "tetap gratis sampai masa percobaan berakhir" in shown
    client.post(CONFIRM, {"token": token(client, "flat/12")})
    complex_.refresh_from_db()
    assert complex_.plan_code == "flat"
