"""A code on the price page and at sign-up: the price with and after it, or the reason, beside its field (K9, C4)."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from plans.models import Redemption
from tenants.models import NumberSeries, Tenant
from tests.public.test_prices import page
from tests.public.test_signup import FORM

ClientAt = Callable[..., Client]
DAY = "2026-01-30"
COMPLEX = {name: value for name, value in FORM.items() if name != "registration_npsn"} | {
    "quantity": "200",
    "organisation_name": "Griya Asri",
    "subdomain": "griya-asri",
    "registration_city": "Bekasi",
    "plan": "per-unit",
    "period": "1",
}


@pytest.fixture
def visitor(client_at: ClientAt, db: None) -> Client:
    """Somebody on the public host."""
    return client_at()


def test_the_calculator_says_what_it_costs_with_and_after_the_offer_k9(visitor: Client) -> None:
    shown = page(visitor, "/harga/klustera/?quantity=200&offers=EARLY50", DAY)
    for said in (
        "Rp 480.000",
        "20 % × 600.000 = Rp 120.000",
        "1 Maret 2026 sampai 31 Agustus 2026",
        "Setelah itu",
        "Rp 600.000 per bulan",
        "offers=EARLY50",  # the sign-up link takes it along
    ):
        assert said in shown


def test_an_offer_for_a_province_says_so_c4(visitor: Client) -> None:
    shown = page(visitor, "/harga/koperasi/?quantity=80&offers=launch30", DAY)
    assert "Rp 349.300" in shown
    assert "Penawaran Peluncuran hanya untuk Provinsi: Jawa Barat." in shown


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("quantity=200&offers=hemat", "Penawaran “hemat” tidak ada."),
        ("quantity=200&period=12&offers=early50", "tidak berlaku untuk paket Per unit dengan masa tagih ini"),
        (f"quantity=200&offers={quote('<b>x</b>')}", "Penawaran “&lt;b&gt;x&lt;/b&gt;” tidak ada."),
    ],
)
def test_a_code_that_is_refused_says_why_and_stays_as_it_was_typed(visitor: Client, asked: str, said: str) -> None:
    shown = page(visitor, f"/harga/klustera/?{asked}", DAY)
    assert said in shown
    assert 'name="offers" value="' in shown
    assert "Setelah itu" not in shown


def test_a_product_without_offers_asks_for_no_code(visitor: Client) -> None:
    assert 'name="offers"' not in page(visitor, "/harga/xclass/", DAY)


def test_a_complex_signs_up_with_a_code_k9(visitor: Client) -> None:
    assert 'value="early50"' in page(visitor, "/daftar/klustera/?quantity=200&offers=early50", DAY)
    assert visitor.post("/daftar/klustera/", COMPLEX | {"offers": "Early50"}).status_code == 302
    assert Tenant.objects.get(schema_name="t_griya_asri").signup["offers"] == ["Early50"]
    assert Redemption.objects.get().code == "early50"


def test_the_price_at_sign_up_follows_the_code_k9(visitor: Client) -> None:
    shown = page(visitor, "/daftar/klustera/harga/?quantity=200&plan=per-unit&period=1&offers=early50", DAY)
    for said in ("Rp 480.000", "Setelah itu", "Rp 600.000 per bulan"):
        assert said in shown


def test_the_fifty_first_is_told_so_beside_the_field_and_may_go_on_without_k9(visitor: Client) -> None:
    NumberSeries.objects.create(series="klustera:offer:early50", kind="places", year=0, last=50)
    refused = visitor.post("/daftar/klustera/", COMPLEX | {"offers": "early50"})
    assert refused.status_code == 422
    assert "Penawaran Pelanggan awal untuk 50 pelanggan pertama sudah habis." in refused.content.decode()
    assert 'value="Griya Asri"' in refused.content.decode()
    assert visitor.post("/daftar/klustera/", COMPLEX | {"offers": ""}).status_code == 302
