"""Offers by API: what it costs with and after them, signing up with a code, and the reason where one is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from billing.selectors.accounts import living_subscription
from plans.models import Redemption
from tenants.context import inside
from tenants.models import NumberSeries, Tenant
from tests.api.conftest import Api
from tests.public.test_prices import page

ClientAt = Callable[..., Client]

COMPLEX: dict[str, Any] = {
    "product": "klustera",
    "quantity": "200",
    "name": "Griya Asri",
    "subdomain": "griya-hemat",
    "contact_name": "Ayu Lestari",
    "contact_email": "ayu@griya.test",
    "registration": {"city": "Bekasi"},
    "offers": ["EARLY50"],
}


def test_the_quote_says_what_it_costs_with_and_after_the_offer_k9(public_api: Api) -> None:
    """480.000 from 1 March 2026 on, 600.000 from 1 September on."""
    asked = {"product": "klustera", "quantity": "200", "on": "2026-01-30", "offers": ["early50"]}
    quote = public_api.post("quotes", asked).json()
    assert (quote["total"], quote["total_after"], quote["first_invoice"]["total"]) == (480_000, 600_000, 480_000)
    assert quote["offers"] == [
        {"code": "early50", "name": "Pelanggan awal", "rule": "K9", "start": "2026-03-01", "end": "2026-09-01"}
    ]
    line = quote["lines"][0]
    assert line["explanation"]["list_amount"] == 600_000
    said = "Penawaran: Pelanggan awal, 1 Maret 2026 – 31 Agustus 2026: 20 % × 600.000 = Rp 120.000."
    assert said in line["reasons"]


def test_without_an_offer_nothing_comes_after(public_api: Api) -> None:
    quote = public_api.post("quotes", {"product": "klustera", "quantity": "200", "on": "2026-01-30"}).json()
    assert (quote["total"], quote["total_after"], quote["offers"]) == (600_000, 600_000, [])


def test_a_price_preview_says_whom_the_offer_is_for_c4(public_api: Api) -> None:
    asked = {"product": "koperasi", "quantity": "80", "on": "2026-03-10", "offers": ["launch30"]}
    quote = public_api.post("quotes", asked).json()
    assert (quote["total"], quote["total_after"]) == (349_300, 499_000)
    assert any("Jawa Barat" in note for note in quote["notes"])
    elsewhere = public_api.post("quotes", asked | {"registration": {"province": "Bali"}})
    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["code"]) == (422, "offer_for_others")
    english = public_api.post("quotes", asked | {"on": "2027-01-01"}, Accept_Language="en").json()
    assert english["detail"] == "Offer Launch ended on 31 December 2026."


def test_a_complex_signs_up_with_a_code_and_has_the_offer_k9(
    public_api: Api, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = public_api.post("signups", COMPLEX, Idempotency_Key="k9-1")
    assert answer.status_code == 202, answer.json()
    tenant = Tenant.objects.get(pk=answer.json()["id"])
    with inside(tenant):
        assert [item.discount.code for item in living_subscription().terms.discounts] == ["early50"]
    assert Redemption.objects.get().customer == "ayu@griya.test"
    assert public_api.post("signups", COMPLEX, Idempotency_Key="k9-1").json() == answer.json()
    assert Redemption.objects.count() == 1


def test_the_fifty_first_is_told_so_and_nothing_is_written_k9(public_api: Api) -> None:
    NumberSeries.objects.create(series="klustera:offer:early50", kind="places", year=0, last=50)
    asked = {"product": "klustera", "quantity": "200", "on": "2026-01-30", "offers": ["early50"]}
    for address, body in (("quotes", asked), ("signups", COMPLEX)):
        problem = public_api.post(address, body).json()
        assert (problem["field"], problem["errors"][0]["code"]) == ("offers[0]", "offer_used_up")
    assert not Tenant.objects.filter(name="Griya Asri").exists()
    assert public_api.post("signups", COMPLEX | {"offers": []}).status_code == 202


def test_a_customers_second_complex_has_no_first_order_k9(public_api: Api) -> None:
    public_api.post("signups", COMPLEX | {"offers": []})
    second = public_api.post("signups", COMPLEX | {"subdomain": "griya-dua"})
    assert (second.status_code, second.json()["errors"][0]["code"]) == (422, "offer_for_first_order")


@pytest.mark.parametrize("code", ["", "x" * 61, "pilot-half"])
def test_a_code_that_is_none_names_its_place(public_api: Api, code: str) -> None:
    answer = public_api.post("signups", COMPLEX | {"offers": [code]})
    assert (answer.status_code, answer.json()["field"].startswith("offers")) == (422, True)


def test_the_fifty_first_is_told_so_on_calculator_sign_up_and_api_alike_k9(
    public_api: Api, client_at: ClientAt
) -> None:
    """One reason in three places, before anything is sent off."""
    NumberSeries.objects.create(series="klustera:offer:early50", kind="places", year=0, last=50)
    why = "Penawaran Pelanggan awal untuk 50 pelanggan pertama sudah habis."
    asked = "quantity=200&plan=per-unit&period=1&offers=early50"
    visitor = client_at()
    for address in (f"/harga/klustera/hitung/?{asked}", f"/daftar/klustera/harga/?{asked}"):
        assert why in page(visitor, address, "2026-01-30"), address
    body = {"product": "klustera", "quantity": "200", "on": "2026-01-30", "offers": ["early50"]}
    answer = public_api.post("quotes", body)
    told = answer.json()["errors"][0]
    assert (answer.status_code, told["code"], told["detail"]) == (422, "offer_used_up", why)
