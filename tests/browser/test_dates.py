"""The documents' own dates as people see them: the day before, on, and after."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import FilePayload, expect

from tenants.models import Tenant
from tests.browser.stage import AYU, customer, deliver_all, it_is, staff_member
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
D = date


def is_closed(walk: Walk, name: str) -> None:
    """The quantity page leads to the one that says what to pay; paying is open."""
    walk.visit(name, "/jumlah/")
    expect(walk.page).to_have_url(re.compile("/ditangguhkan/"))


def live_to(walk: Walk, name: str, days: dict[date, str]) -> None:
    """Move the clock from day to day; on each the overview begins with a sentence."""
    for day, sentence in days.items():
        walk.move_clock(name, day)
        walk.sees(sentence)


def mailed(walk: Walk, name: str) -> list[str]:
    """The day of every e-mail that the customer got, from the demo's page of messages."""
    deliver_all()
    walk.page.goto(f"{walk.base}/demo/pesan/?tenant={name}&channel=email")
    days: list[str] = walk.page.locator("main tbody time").evaluate_all("all => all.map(time => time.dateTime)")
    return sorted(days)


def test_a_school_of_2025_lives_the_documents_year(walk: Begin) -> None:
    """X2, X5, X6, X7, X10: signed up on 1 February 2025, with the server's clock on that day."""
    ayu, name = walk(phone=True), "sman-2025"
    due, late = "Tagihan Rp 750.000 jatuh tempo 17 Maret 2025", "lewat jatuh tempo sejak 17 Maret 2025"
    with it_is(D(2025, 2, 1)):
        ayu.sign_school_up("SMAN 2025", name, 150, "20250201")
        ayu.sees("Masa percobaan berakhir 1 Maret 2025")
        ayu.sees("Tagihan pertama sesudahnya Rp 750.000, jatuh tempo 17 Maret 2025.")
        live_to(ayu, name, {D(2025, 2, 28): "Masa percobaan berakhir 1 Maret 2025"})
        live_to(ayu, name, {D(2025, 3, 1): due, D(2025, 3, 17): due, D(2025, 3, 18): late, D(2025, 3, 30): late})
        ayu.sees("Bila belum dibayar, akses ditutup 31 Maret 2025.")
        assert mailed(ayu, name) == [
            *("2025-02-01", "2025-02-22", "2025-02-26", "2025-02-28"),  # welcome; 7, 3, 1 days before the trial ends
            *("2025-03-01", "2025-03-10", "2025-03-14", "2025-03-16"),  # the invoice; 7, 3, 1 days before it is due
            *[f"2025-03-{day}" for day in range(18, 31)],  # every day of grace
        ]
        ayu.sees("Tagihan Rp 750.000 lewat jatuh tempo 13 hari")
        ayu.check()
        ayu.move_clock(name, D(2025, 3, 31))
        is_closed(ayu, name)
        ayu.sees("Akses ditutup sejak 31 Maret 2025.")
        ayu.check()
        ayu.pay_by_midtrans(name)
        ayu.visit(name, "/jumlah/")
        ayu.sees("150 siswa")
        ayu.visit(name)
        ayu.sees("Tidak ada tagihan. Berikutnya 1 Maret 2026, perkiraan Rp 750.000")


MARCH = "Tagihan Rp 600.000 jatuh tempo 15 Maret 2026"


def test_a_complex_on_monthly_terms_is_fined_on_the_sixteenth_and_closed_on_15_april(walk: Begin) -> None:
    """K3, K6: 200 units from 30 January 2026: issued on 1 March, due on the 15th, one fee, closed 45 days after issue."""
    ayu, name = walk(phone=True), "griya-asri"
    customer(name, "klustera", 200, D(2026, 1, 30))
    ayu.log_in(name, AYU)
    live_to(ayu, name, {D(2026, 2, 28): "Masa percobaan berakhir 1 Maret 2026", D(2026, 3, 1): MARCH})
    live_to(ayu, name, {D(2026, 3, 15): MARCH})
    ayu.sees_invoices(name, "Belum dibayar Rp 600.000")
    live_to(ayu, name, {D(2026, 3, 16): "Tagihan Rp 660.000 sebagian lewat jatuh tempo sejak 15 Maret 2026"})
    ayu.sees_invoices(name, "Belum dibayar Rp 60.000", "Lewat jatuh tempo Rp 600.000")
    ayu.check()
    live_to(ayu, name, {D(2026, 4, 14): "Tagihan Rp 1.260.000 sebagian lewat jatuh tempo sejak 15 Maret 2026"})
    ayu.sees("Bila belum dibayar, akses ditutup 15 April 2026.")
    ayu.visit(name, "/jumlah/")
    expect(ayu.page).to_have_url(re.compile("/jumlah/"))
    ayu.move_clock(name, D(2026, 4, 15))
    is_closed(ayu, name)
    ayu.sees("Akses ditutup sejak 15 April 2026.")
    ayu.check()
    ayu.move_clock(name, D(2026, 5, 2))
    ayu.sees_invoices(
        name, "Lewat jatuh tempo Rp 600.000", "Lewat jatuh tempo Rp 60.000", "Lewat jatuh tempo Rp 600.000"
    )
    ayu.pay_by_midtrans(name)
    ayu.visit(name, "/jumlah/")
    ayu.sees("200 unit")


def test_a_complex_that_signs_up_in_mid_january_is_billed_for_the_rest_of_february(walk: Begin) -> None:
    """K3, K6: 30 days of trial to 14 February; 15 of 28 days of 600.000, due on the 28th, fined on 1 March."""
    sinta, name = walk(), "griya-kabut"
    with it_is(D(2026, 1, 15)):
        sinta.sign_complex_up("Griya Kabut", name, 200)
        sinta.sees("Masa percobaan berakhir 14 Februari 2026")
        first = "Tagihan Rp 321.429 jatuh tempo 28 Februari 2026"
        live_to(sinta, name, {D(2026, 2, 14): first, D(2026, 2, 28): first})
        sinta.move_clock(name, D(2026, 3, 1))
        # the first month, its fee, and March
        open_ones = ("Belum dibayar Rp 600.000", "Belum dibayar Rp 32.143", "Lewat jatuh tempo Rp 321.429")
        sinta.sees_invoices(name, *open_ones)
        live_to(sinta, name, {D(2026, 3, 30): "Bila belum dibayar, akses ditutup 31 Maret 2026."})
        sinta.move_clock(name, D(2026, 3, 31))
        is_closed(sinta, name)


def test_staff_put_a_complex_on_net_30_and_it_closes_on_the_sixty_first_day(walk: Begin) -> None:
    """K3: set in the admin with a reason; due on 31 March, fees on 1 April, 1 and 2 May, closed on 31 May."""
    ayu, dewi, name = walk(), walk(), "griya-net"
    tenant = customer(name, "klustera", 200, D(2026, 1, 30))
    choose_terms(dewi, tenant, "Net 30 hari")
    choose_a_file(dewi)
    ayu.log_in(name, AYU)
    ayu.visit(name, "/langganan/")
    ayu.sees("Tagihan jatuh tempo 30 hari setelah terbit.")
    ayu.sees("Akses ditutup 61 hari setelah jatuh tempo bila belum dibayar.")
    ayu.visit(name)
    due, late = "Tagihan Rp 600.000 jatuh tempo 31 Maret 2026", "lewat jatuh tempo sejak 31 Maret 2026"
    live_to(ayu, name, {D(2026, 3, 1): due, D(2026, 3, 31): due, D(2026, 4, 1): late})
    ayu.sees("Bila belum dibayar, akses ditutup 31 Mei 2026.")
    fee, fresh, overdue = "Lewat jatuh tempo Rp 60.000", "Belum dibayar Rp 60.000", "Lewat jatuh tempo Rp 600.000"
    unpaid = "Belum dibayar Rp 600.000"
    ayu.sees_invoices(name, unpaid, fresh, overdue)
    ayu.move_clock(name, D(2026, 4, 30))
    ayu.sees_invoices(name, unpaid, fee, overdue)
    ayu.move_clock(name, D(2026, 5, 1))
    ayu.sees_invoices(name, unpaid, fresh, unpaid, fee, overdue)
    ayu.move_clock(name, D(2026, 5, 2))
    ayu.sees_invoices(name, fresh, unpaid, fee, overdue, fee, overdue)
    live_to(ayu, name, {D(2026, 5, 30): "Bila belum dibayar, akses ditutup 31 Mei 2026."})
    ayu.visit(name, "/jumlah/")
    expect(ayu.page).to_have_url(re.compile("/jumlah/"))
    ayu.move_clock(name, D(2026, 5, 31))
    is_closed(ayu, name)
    ayu.sees("Akses ditutup sejak 31 Mei 2026.")
    ayu.move_clock(name, D(2026, 6, 2))
    ayu.sees_invoices(name, fee, overdue, fee, overdue, fee, overdue)


def choose_terms(dewi: Walk, tenant: Tenant, terms: str) -> None:
    """Staff: find the tenant, choose its terms, say why, read what will happen, do it."""
    page = dewi.page
    staff_member("dewi@walk.test")
    dewi.log_in_as_staff("dewi@walk.test")
    page.goto(f"{dewi.base}/admin/tenants/tenant/{tenant.pk}/")
    page.get_by_role("link", name="Ubah syarat pembayaran").click()
    page.get_by_label(terms).check()
    page.locator("[name=reason]").fill("Permintaan pengembang")
    page.get_by_role("button", name="Lihat yang akan terjadi").click()
    expect(page.locator(".op-preview")).to_contain_text("Permintaan pengembang")
    page.locator("button[name=confirm]").click()
    expect(page.locator(".op-note--ok")).to_contain_text("Yang baru terjadi")
    expect(page.locator(".op-rows").first).to_contain_text(terms)


def choose_a_file(dewi: Walk) -> None:
    """Staff: a chosen report stands in its own field alone, not in that of a column's heading."""
    page = dewi.page
    page.goto(f"{dewi.base}/admin/laporan-gateway/impor/")
    page.locator("input[type=file]").set_input_files(FilePayload(name="laporan.csv", mimeType="text/csv", buffer=b"x"))
    assert {field.input_value() for field in page.locator("input[type=text]").all()} == {""}


def test_a_complex_is_billed_for_the_units_of_the_first_of_the_month(walk: Begin) -> None:
    """K4: 200 → 260 → 90 within March: both previews say what April will cost, and April bills 90 × 5.000."""
    ayu, name = walk(), "griya-unit"
    customer(name, "klustera", 200, D(2026, 1, 30), until=D(2026, 3, 10), paid=600_000)
    ayu.log_in(name, AYU)
    for units, april in ((260, "Rp 780.000"), (90, "Rp 450.000")):
        ayu.visit(name, "/jumlah/")
        ayu.preview(units)
        for words in ("Tagihan hari ini", "Tidak ada", april, "Jumlah ini dipakai mulai tagihan berikutnya."):
            expect(ayu.page.locator("#preview")).to_contain_text(words)
        ayu.page.get_by_role("button", name=f"Simpan {units} unit").click()
        ayu.sees(f"Tersimpan: {units} unit.")
    ayu.sees_invoices(name, "Lunas Rp 600.000")
    ayu.move_clock(name, D(2026, 4, 1))
    ayu.sees("Tagihan Rp 450.000 jatuh tempo 15 April 2026")
