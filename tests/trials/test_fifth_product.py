"""A product that no code knows, added by a file alone: loaded, shown, signed up for, invoiced."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from billing.models import Document
from billing.services.charges.usage import Usage, report_usage
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.lives import books_balance, live_through, pay, report
from tests.billing.test_stories_charges import lines
from tests.conftest import make_tenant
from tests.plans.clinic import CLINIC
from tests.trials.lives import played

MORE = """\
      - code: setup
        plans: [clinic]
        when: once
        quantity: one
        description: {id: Biaya penyiapan, en: Set-up fee}
        pricing: {model: flat, amount: "2000000"}
      - code: platform
        plans: [clinic]
        interval_months: 3
        quantity: one
        description: {id: Langganan per triwulan, en: Subscription per quarter}
        pricing: {model: flat, amount: "750000"}
      - code: visits
        plans: [clinic]
        interval_months: 1
        with_intervals: [3]
        when: arrears
        quantity: patient-visits
        description: {id: Kunjungan pasien, en: Patient visits}
        pricing: {model: per_unit, unit_price: "500"}
"""
VISITS = """\
meters:
  - {code: patient-visits, name: {id: Kunjungan, en: Visits}, unit: {id: kunjungan, en: visits}}
price_books:
"""
ClientAt = Callable[..., Client]
FORM = {
    "quantity": "7",
    "organisation_name": "Klinik Melati",
    "subdomain": "klinik-melati",
    "timezone": "Asia/Jakarta",
    "contact_name": "Ayu Lestari",
    "contact_email": "ayu@melati.test",
    "password": "rahasia-sekali-9",
    "accept_terms": "on",
}


@pytest.fixture
def clinic(db: None, tmp_path: Path) -> None:
    """The file is loaded by the command that everybody uses."""
    path = tmp_path / "clinic.yaml"
    path.write_text(CLINIC, encoding="utf-8")
    call_command("load_catalogue", str(path), verbosity=0)


@pytest.mark.usefixtures("clinic")
def test_a_fifth_product_is_loaded_shown_signed_up_for_and_invoiced(
    client_at: ClientAt, django_capture_on_commit_callbacks: Any
) -> None:
    """A clinic of 7 doctors: 5 × 300.000 + 2 × 200.000 a quarter, 14 days of trial, due in 10 days."""
    visitor = client_at()
    with time_machine.travel("2026-07-01T05:00:00Z", tick=False), django_capture_on_commit_callbacks(execute=True):
        shown = visitor.get("/harga/clinic/").content.decode().replace("\xa0", " ")
        assert "Rp 300.000" in shown
        assert "Rp 200.000" in shown
        assert "Rp 1.900.000" in visitor.get("/harga/clinic/hitung/?quantity=7").content.decode().replace("\xa0", " ")
        assert visitor.post("/daftar/clinic/", FORM).status_code == 302
    tenant = Tenant.objects.get(schema_name="t_klinik_melati")
    live_through(tenant, date(2026, 7, 2), date(2026, 10, 15))
    with inside(tenant):
        papers = list(Document.objects.order_by("created_at"))
        assert [(paper.issued_on.isoformat(), paper.due_on.isoformat(), paper.total) for paper in papers] == [
            ("2026-07-15", "2026-07-25", 1_900_000)
        ]
        assert papers[0].number == "SH/2026/00001"
        assert papers[0].lines.get().explanation["formula"] == "5 × 300.000 + 2 × 200.000 = Rp 1.900.000"


def read(tenant: Tenant, on: date, visits: int) -> None:
    """So many patients came on a day."""
    report_usage(tenant=tenant, usage=Usage("patient-visits", Decimal(visits), on, "test"), today=on)


@pytest.mark.usefixtures("clinic")
def test_a_fifth_product_is_played_by_simulate() -> None:
    happenings = played(
        product="clinic",
        signup="2026-07-01",
        quantity=4,
        until="2026-10-20",
        events=[{"on": "2026-07-20", "do": "pay"}, {"on": "2026-10-16", "do": "pay"}],
    )
    issued = [(item["date"], item["amount"]) for item in happenings if item["event"] == "invoice.issued"]
    assert issued == [("2026-07-15", 1_200_000), ("2026-10-15", 1_200_000)]


def test_setup_subscription_seats_and_usage_are_one_subscription_and_share_its_invoices(
    db: None, tmp_path: Path
) -> None:
    """N6, C2, C15 by a file alone: set-up once, a quarter and its 4 doctors in advance, visits by the month in arrears: 100 in
    the first, none in the second, 100 in the third, which stand beside the next quarter. A fifth doctor comes on 31 August."""
    path = tmp_path / "clinic.yaml"
    path.write_text(CLINIC.replace("price_books:\n", VISITS) + MORE, encoding="utf-8")
    call_command("load_catalogue", str(path), verbosity=0)
    tenant = make_tenant("klinik", "Klinik Melati", "clinic", 4, date(2026, 7, 1))
    live_through(tenant, date(2026, 7, 2), date(2026, 7, 15))
    pay(tenant, date(2026, 7, 15))
    read(tenant, date(2026, 7, 20), 60)
    read(tenant, date(2026, 8, 14), 40)
    live_through(tenant, date(2026, 7, 16), date(2026, 8, 15))
    pay(tenant, date(2026, 8, 15))
    live_through(tenant, date(2026, 8, 16), date(2026, 8, 31))
    report(tenant, date(2026, 8, 31), 5)
    pay(tenant, date(2026, 8, 31))
    live_through(tenant, date(2026, 9, 1), date(2026, 9, 20))
    read(tenant, date(2026, 9, 20), 100)
    live_through(tenant, date(2026, 9, 21), date(2026, 10, 15))
    assert lines(tenant) == [
        [("doctors", "2026-07-15", 1_200_000), ("setup", "2026-07-15", 2_000_000), ("platform", "2026-07-15", 750_000)],
        [("visits", "2026-07-15", 50_000)],
        [("doctors", "2026-08-31", 146_739)],  # 300.000 × 45/92
        [("doctors", "2026-10-15", 1_500_000), ("platform", "2026-10-15", 750_000), ("visits", "2026-09-15", 50_000)],
    ]
    books_balance(tenant, date(2026, 10, 15))
