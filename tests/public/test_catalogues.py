"""The price pages, the calculator and the sign-up of products with several charges (C1, C2, C10, N6–N8)."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from billing.models import Document
from tenants.context import inside
from tenants.models import Tenant
from tests.public.test_prices import page

ClientAt = Callable[..., Client]
DAY = "2026-07-01"


@pytest.fixture
def visitor(client_at: ClientAt, db: None) -> Client:
    """Somebody on the public host."""
    return client_at()


def test_the_cooperatives_plans_stand_with_prices_support_and_limits_c1_c2_c10(visitor: Client) -> None:
    shown = page(visitor, "/harga/koperasi/", DAY)
    for words in (
        "Mulai dari Rp 499.000 per bulan.",
        "Rp 999.000 per bulan",
        "Rp 14.940.000 per tahun (hemat 17 %)",
        "Rp 5.000.000, sekali",
        "Email dan WhatsApp dibalas dalam 24 jam",
        "menurut kontrak, hubungi kami",
        "1 %",
        "10.000",
    ):
        assert words in shown, words


def test_the_calculator_says_what_is_paid_beside_the_period_c2_c15(visitor: Client) -> None:
    shown = page(visitor, "/harga/koperasi/hitung/?quantity=80&plan=growth&period=1", DAY)
    for words in ("Rp 999.000", "Biaya implementasi", "Rp 5.000.000, sekali", "menurut pemakaian", "Rp 5.999.000"):
        assert words in shown, words


def test_the_academy_page_names_addons_items_and_the_size_of_a_batch_n7_n8_n11(visitor: Client) -> None:
    shown = page(visitor, "/harga/naikkelas/", DAY)
    for words in (
        "Sewa perangkat robotik",
        "Rp 75.000 per perangkat per bulan",
        "30 sampai 50 siswa",
        "Paket lengkap Robotika",
        "11 Januari 2027 sampai 2 April 2027",
        "Mulai dari Rp 99.000 per bulan.",
    ):
        assert words in shown, words


def test_another_size_of_a_batch_is_refused_with_the_reason_n7(visitor: Client) -> None:
    shown = page(visitor, "/harga/naikkelas/hitung/?quantity=29&plan=cohort", DAY)
    assert "Kelas kontrak per angkatan untuk 30 sampai 50 siswa, bukan 29." in shown


def test_a_plan_with_one_rhythm_needs_no_choice_of_it_n4(visitor: Client) -> None:
    shown = page(visitor, "/harga/naikkelas/hitung/?quantity=40&plan=corporate", DAY)
    assert "Rp 36.000.000" in shown
    assert "per tahun" in shown


FORM = {
    "plan": "school",
    "period": "4",
    "quantity": "30",
    "addon_robot-kits": "12",
    "addon_custom-certificates": "on",
    "organisation_name": "SMP Tunas",
    "subdomain": "smp-tunas",
    "timezone": "Asia/Jakarta",
    "registration_buyer": "sekolah",
    "contact_name": "Ayu Lestari",
    "contact_email": "ayu.lestari@tunas.test",
    "password": "rahasia-sekali-9",
    "accept_terms": "on",
}


def test_addons_are_chosen_at_signup_and_stand_on_the_first_invoice_n8(
    visitor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with time_machine.travel(f"{DAY}T05:00:00Z", tick=False), django_capture_on_commit_callbacks(execute=True):
        assert visitor.post("/daftar/naikkelas/", FORM).status_code == 302
    tenant = Tenant.objects.get(schema_name="t_smp_tunas")
    with inside(tenant):
        assert [line.amount for line in Document.objects.get().lines.all()] == [3_300_000, 900_000, 1_000_000]


def test_an_addon_of_another_plan_is_refused_beside_its_field(visitor: Client) -> None:
    with time_machine.travel(f"{DAY}T05:00:00Z", tick=False):
        answer = visitor.post("/daftar/naikkelas/", FORM | {"plan": "learner", "quantity": "1", "period": ""})
    assert answer.status_code == 422
    assert "tidak ada pada paket ini" in answer.content.decode()
    assert not Tenant.objects.filter(schema_name="t_smp_tunas").exists()


def test_enterprise_is_no_choice_at_signup_c1(visitor: Client) -> None:
    assert 'value="enterprise"' not in page(visitor, "/daftar/koperasi/", DAY)
    assert 'value="professional"' in page(visitor, "/daftar/koperasi/", DAY)
