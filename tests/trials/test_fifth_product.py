"""A product that no code knows, added by a file alone: loaded, shown, signed up for, invoiced."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from billing.models import Document
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.lives import live_through
from tests.plans.clinic import CLINIC
from tests.trials.lives import played

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
