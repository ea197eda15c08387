"""The dashboard of recurring revenue: its figures, the lists behind them, and the same as files."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from tests.admin.conftest import StaffAs
from tests.reports.year import live_the_year

HALF = "first=2026-07-01&last=2026-12-31"


def rows_of(answer: object) -> list[list[str]]:
    """The lines of a CSV that was streamed."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_figures_with_their_change_lead_to_the_lists_behind_them_c13(staff_as: StaffAs) -> None:
    live_the_year()
    client = staff_as("read-only")
    context = client.get(f"/admin/pendapatan/?{HALF}").context
    shown = {figure.label: (figure.value, figure.change) for figure in context["figures"]}
    # Half a year before: nobody brought anything on 31 December 2025, 1.780.000 on 30 June.
    assert shown == {
        "MRR": ("Rp 2.450.000", "+Rp 670.000 (+37,6 %)"),
        "ARR": ("Rp 29.400.000", "+Rp 8.040.000 (+37,6 %)"),
        "Pelanggan membayar": ("6", "+2 (+50 %)"),
        "ARPU / ARPC": ("Rp 408.333", "-Rp 36.667 (-8,2 %)"),
        "ACV": ("Rp 4.900.000", "-Rp 440.000 (-8,2 %)"),
        "NRR": ("106,7 %", ""),
        "Retensi kotor": ("100 %", ""),
        "Quick ratio": ("14,4", "+9,84"),  # 2.280.000 ÷ 500.000 before
        "Churn pelanggan": ("0 %", ""),
        "Churn pendapatan": ("0 %", ""),
    }
    assert [(group.name, group.mrr, group.kept.won) for group in context["groups"]] == [
        ("Klustera", 1_800_000, 0),
        ("Cooperative ERP Lite", 500_000, 1),
        ("XClass", 100_000, 0),
        ("Naik Kelas", 50_000, 1),
    ]
    for figure in context["figures"]:
        assert client.get(figure.url).status_code == 200
    for group in context["groups"]:
        assert client.get(group.url).context["figures"][0].value.endswith(f"{group.mrr:,}".replace(",", "."))


@pytest.mark.parametrize("by", ["plan", "province", "cohort", "channel", "variant"])
def test_each_way_of_dividing_sums_to_the_whole(staff_as: StaffAs, by: str) -> None:
    live_the_year()
    client = staff_as("read-only")
    page = client.get(f"/admin/pendapatan/?{HALF}&by={by}")
    groups = page.context["groups"]
    assert sum(group.mrr for group in groups) == 2_450_000
    lines = rows_of(client.get(f"/admin/pendapatan/?{page.context['link_groups']}&berkas=csv"))[1:]
    assert [line[:2] for line in lines] == [[group.name, str(group.mrr)] for group in groups]
    assert sum(int(line[2]) for line in lines) == 29_400_000, "to the rupiah, a year"
    assert all(client.get(group.url).status_code == 200 for group in groups if group.url)
    assert "<svg" in page.text
    assert 'aria-describedby="op-table"' in page.text, "what is drawn stands in a table, too"


def test_the_lists_are_files_too(staff_as: StaffAs) -> None:
    live_the_year()
    client = staff_as("finance")
    found = rows_of(client.get(f"/admin/pendapatan/gerak/?{HALF}&kind=reactivation&kind=contraction&berkas=csv"))
    assert [(row[0], row[1], row[3], row[8], row[9]) for row in found[1:]] == [
        ("2026-11-30", "contraction", "Pelanggan F", "-50000", "-600000"),
        ("2026-09-01", "reactivation", "Pelanggan D", "500000", "6000000"),
    ]
    answer = client.get(f"/admin/pendapatan/pelanggan/?{HALF}&product=klustera&berkas=xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert [row[1:5] for row in book.worksheets[0].iter_rows(values_only=True)][1:] == [
        (f"Pelanggan {name}", "klustera", 600_000, 7_200_000) for name in "ABE"
    ]
    months = rows_of(client.get("/admin/pendapatan/?first=2026-12-01&last=2026-12-31&berkas=csv"))
    assert [row[1] for row in months[1:]][-4:] == ["2400000", "2500000", "2450000", "2450000"]
    assert Decimal(months[-3][2]) == 100_000, "new in October"


def test_nothing_yet_and_wrong_days_are_pages_too(staff_as: StaffAs) -> None:
    client = staff_as("support")
    page = client.get("/admin/pendapatan/")
    assert page.status_code == 200
    assert "Belum ada pendapatan berulang" in page.text
    for path in ("", "gerak/", "pelanggan/"):
        wrong = client.get(f"/admin/pendapatan/{path}?first=2026-02-01&last=2026-01-01")
        assert wrong.status_code == 422
        assert "Hari terakhir sebelum hari pertama" in wrong.text


def test_nobody_from_outside_gets_in(client_at: Callable[..., Client], db: None) -> None:
    for path in ("", "gerak/", "pelanggan/"):
        assert client_at().get(f"/admin/pendapatan/{path}").status_code == 302


def test_the_page_costs_the_same_however_many_there_are(
    staff_as: StaffAs, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    live_the_year()
    client = staff_as("read-only")
    client.get("/admin/pendapatan/")
    with django_assert_max_num_queries(20):
        client.get(f"/admin/pendapatan/?{HALF}")


def test_who_stays_is_shown_by_customers_and_by_revenue(staff_as: StaffAs) -> None:
    live_the_year()
    client = staff_as("read-only")
    page = client.get("/admin/retensi/?first=2026-04-01&last=2026-06-30")
    assert [figure.value for figure in page.context["figures"]] == ["6,7 %", "8,4 %", "15 bulan", "Rp 5.940.000"]
    assert [row["shares"] for row in page.context["cohorts"]][2] == ["100 %", "100 %", "100 %", "50 %", "", ""]
    assert "Langganan berakhir" in page.text
    page = client.get("/admin/retensi/?first=2026-04-01&last=2026-06-30&by=revenue")
    assert [row["shares"] for row in page.context["cohorts"]][2] == ["100 %", "100 %", "100 %", "49 %", "", ""]
    lines = rows_of(client.get("/admin/retensi/?first=2026-04-01&last=2026-06-30&berkas=csv"))
    assert lines[-1] == ["2026-03-01", "3", "1", "480000"]
    reasons = rows_of(client.get("/admin/retensi/?first=2026-04-01&last=2026-06-30&tabel=sebab&berkas=csv"))
    assert reasons == [["happened", "reason", "customers", "mrr"], ["Langganan berakhir", "", "1", "500000"]]
    assert "tabel=sebab&amp;berkas=xlsx" in page.text
    assert client.get("/admin/retensi/?first=2026-04-01&last=2026-01-01").status_code == 422
    assert client.get("/admin/retensi/").status_code == 200
