"""The monthly report of a school (N15), and one for several tenants under one parent (N4, K16)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from billing.documents.invoice_pdf import render_html
from billing.services.documents.monthly_reports import consolidated_report, months_until, report_of
from tenants.models import Role, Tenant, User
from tenants.services.organisations import found_organisation
from tests.billing.lives import live_through, pay
from tests.dashboard.stages import at_day, member, text_of

ClientAt = Callable[..., Client]
D = date
MARCH = D(2025, 3, 1)


def test_a_school_s_month_shows_documents_payments_and_the_balance_n15(school: Tenant) -> None:
    """750.000 invoiced on 1 March, 500.000 paid on the 10th, 250.000 open; April opens with that."""
    live_through(school, D(2025, 2, 2), D(2025, 3, 9))
    pay(school, D(2025, 3, 10), 500_000)
    made = report_of(school, MARCH, D(2025, 4, 2), "id")
    assert made is not None
    assert (made.title, made.month, made.opening, made.charged, made.settled, made.closing) == (
        *("Laporan Bulanan", "Maret 2025", "Rp 0", "Rp 750.000", "Rp 500.000", "Rp 250.000"),
    )
    assert [(row.day, row.kind) for row in made.sections[0].rows] == [
        ("1 Maret 2025", "Tagihan"),
        ("10 Maret 2025", "Pembayaran"),
    ]
    assert "SMAN 1" in render_html(made)
    assert made.until == "", "March is over"
    april = report_of(school, D(2025, 4, 1), D(2025, 4, 2), "en")
    assert april is not None
    assert (april.month, april.opening, april.issued_date) == ("April 2025", "Rp 250.000", D(2025, 4, 2))
    assert april.until == "until 2 April 2025"
    assert april.until in render_html(april)
    assert report_of(school, D(2025, 5, 1), D(2025, 4, 2), "id") is None


def test_several_tenants_have_one_report_with_their_sums_n4_k16(school: Tenant, complex_: Tenant) -> None:
    """March 2026: the complex is invoiced 600.000 and pays; the school of the year before owes nothing."""
    live_through(complex_, D(2026, 1, 31), D(2026, 3, 1))
    pay(complex_, D(2026, 3, 2))
    tenants = [(complex_, D(2026, 4, 1)), (school, D(2026, 4, 1))]
    made = consolidated_report("PT Bumi Sejahtera", "organisasi", tenants, D(2026, 3, 1), "id")
    assert made is not None
    assert made.is_consolidated
    assert (made.charged, made.settled, made.closing) == ("Rp 600.000", "Rp 600.000", "Rp 0")
    page = render_html(made)
    issuers = ("PT Klustera Hunian Digital", "PT XClass Edukasi Nusantara")  # the papers are of both
    for words in ("PT Bumi Sejahtera", "Griya Asri", "SMAN 1", "Semua lembaga", *issuers):
        assert words in page, words


def test_the_pdf_is_handed_to_members_and_the_organisation_s_people_alone(
    school: Tenant, complex_: Tenant, budi: User, citra: User, client_at: ClientAt
) -> None:
    at_day(school, D(2025, 3, 1))
    reader, outsider = client_at(school, budi), client_at(school, citra)
    page = text_of(reader.get("/laporan/"))
    for words in (
        "Maret 2025",
        "Februari 2025",
        "Rp 750.000",
        "150 siswa",
        "Tagihan berikutnya 1 Maret 2026, perkiraan Rp 750.000",
    ):
        assert words in page, words
    assert reader.get("/laporan/?berkas=csv").getvalue().decode("utf-8-sig").split() == [
        "month,billed,paid,balance,count,used",
        "2025-03-01,750000,0,750000,150,0",
        "2025-02-01,0,0,0,150,0",
    ]
    assert outsider.get("/laporan/?berkas=csv").status_code == 404
    answer = reader.get("/laporan/2025-03/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    for path in ("/laporan/2025-04/", "/laporan/2025-13/", "/laporan/x/"):
        assert reader.get(path).status_code == 404
    assert outsider.get("/laporan/2025-03/").status_code == 404
    fajar = member(complex_, Role.OWNER)
    parent = found_organisation(name="Yayasan", user=fajar, tenants=[complex_], today=D(2026, 3, 1))
    path = f"/organisasi/{parent.pk}/laporan/2026-03/"
    assert client_at(None, fajar).get(path)["Content-Type"] == "application/pdf"
    assert client_at(None, budi).get(path).status_code == 404


@pytest.mark.parametrize(
    ("first", "today", "months"),
    [
        (D(2025, 2, 1), D(2025, 2, 1), ["2025-02"]),
        (D(2024, 12, 31), D(2025, 2, 1), ["2025-02", "2025-01", "2024-12"]),
        (D(2025, 2, 2), D(2025, 2, 1), ["2025-02"]),
    ],
)
def test_there_is_a_report_for_each_month_since_sign_up(first: date, today: date, months: list[str]) -> None:
    assert [f"{month:%Y-%m}" for month in months_until(first, today)] == months
