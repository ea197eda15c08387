"""Add-ons and purchases in the dashboard: what it costs is shown, then done once, and nobody else's is reached."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from billing.models import Document
from tenants.context import inside
from tenants.models import Role, Tenant
from tests.conftest import make_tenant
from tests.dashboard.stages import at_day, member, text_of

ClientAt = Callable[..., Client]
START = date(2026, 7, 1)


@pytest.fixture
def taught(db: None) -> Tenant:
    """A school of 30 on a semester's contract, on 11 July 2026."""
    tenant = make_tenant("kelas", "SMP Tunas", "naikkelas", 30, START, plan="school", interval_months=4)
    return at_day(tenant, date(2026, 7, 11), START)


@pytest.fixture
def owner(taught: Tenant, client_at: ClientAt) -> Client:
    """Its owner's browser."""
    return client_at(taught, member(taught, Role.OWNER))


def choose(client: Client, kind: str, code: str, quantity: str) -> str:
    answer = client.post("/tambahan/pratinjau/", {"kind": kind, "code": code, "quantity": quantity})
    assert answer.status_code == 200, text_of(answer)
    return str(answer.context["token"])


def test_the_page_lists_what_is_held_and_what_is_sold(owner: Client) -> None:
    shown = text_of(owner.get("/tambahan/"))
    for words in ("Sewa perangkat robotik", "Rp 75.000 per bulan", "Sekarang: Belum ada", "Kursus Robotika Dasar"):
        assert words in shown
    assert "Tinggal 30 tempat" in shown
    assert "/tambahan/" in text_of(owner.get("/langganan/"))


def test_kits_are_shown_with_their_invoice_and_held_after_confirming_n8(owner: Client, taught: Tenant) -> None:
    seen = owner.post("/tambahan/pratinjau/", {"kind": "addon", "code": "robot-kits", "quantity": "12"})
    shown = text_of(seen)
    assert "Rp 609.677" in shown  # 12 × 75.000 × 21/31
    assert "12 perangkat" in shown
    for _ in range(2):  # pressed twice, done once
        answer = owner.post("/tambahan/simpan/", {"token": seen.context["token"]})
        assert answer["Location"].startswith("/tagihan/NK-INV-") or answer["Location"].startswith("/tagihan/UJI-")
    with inside(taught):
        assert Document.objects.count() == 2
    assert "12 perangkat" in text_of(owner.get("/langganan/"))


def test_a_course_is_bought_after_its_invoice_was_shown_n1(owner: Client, taught: Tenant) -> None:
    token = choose(owner, "item", "course-robotics", "1")
    answer = owner.post("/tambahan/simpan/", {"token": token}, follow=True)
    assert "Rp 350.000" in text_of(answer)
    with inside(taught):
        assert Document.objects.order_by("-created_at")[0].total == 350_000


@pytest.mark.parametrize(
    ("kind", "code", "quantity", "said"),
    [
        ("addon", "robot-kits", "501", "untuk 1 sampai 500 perangkat, bukan 501"),
        ("addon", "robot-kits", "1,5", "bilangan bulat"),
        ("item", "bootcamp-2027-01", "31", "untuk 1 sampai 30 orang, bukan 31"),
    ],
)
def test_what_cannot_be_had_is_explained_and_what_was_typed_stays(
    owner: Client, kind: str, code: str, quantity: str, said: str
) -> None:
    answer = owner.post("/tambahan/pratinjau/", {"kind": kind, "code": code, "quantity": quantity})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'value="{quantity}"' in answer.content.decode()


def test_a_preview_that_grew_stale_is_shown_anew(owner: Client, taught: Tenant) -> None:
    token = choose(owner, "addon", "robot-kits", "12")
    at_day(taught, date(2026, 7, 12))
    answer = owner.post("/tambahan/simpan/", {"token": token})
    assert "Keadaan berubah sejak pratinjau" in text_of(answer)
    with inside(taught):
        assert Document.objects.count() == 1


def test_a_reader_sees_prices_and_no_buttons(taught: Tenant, client_at: ClientAt) -> None:
    reader = client_at(taught, member(taught, Role.VIEWER))
    assert "Lihat perubahannya" not in text_of(reader.get("/tambahan/"))
    assert reader.post("/tambahan/pratinjau/", {}).status_code == 403


def test_another_tenant_reaches_neither_page_nor_token(owner: Client, taught: Tenant, client_at: ClientAt) -> None:
    other = make_tenant("lain", "Lain", "naikkelas", 1, START)
    stranger = client_at(other, member(other, Role.OWNER))
    token = choose(owner, "item", "course-robotics", "1")
    assert stranger.post("/tambahan/simpan/", {"token": token})["Location"] == "/tambahan/"
    assert client_at(taught, member(other, Role.FINANCE)).get("/tambahan/").status_code == 404
    with inside(other):
        assert Document.objects.count() == 0


def test_a_product_that_sells_nothing_beside_its_plans_says_so(school: Tenant, client_at: ClientAt) -> None:
    client = client_at(school, member(school, Role.OWNER))
    assert "Tidak ada tambahan" in text_of(client.get("/tambahan/"))
    assert "/tambahan/" not in text_of(client.get("/langganan/"))
