"""More and fewer students through the quantity page: what the preview says, what is confirmed, what is billed."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from plans.rules.money import format_rupiah
from tests.browser.stage import AYU, customer
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
SIGNED_UP, FIRST_DAY = date(2025, 2, 1), date(2025, 3, 1)
OPEN = "Belum dibayar"


def confirm(ayu: Walk, school: str, count: int, *said: str) -> None:
    """Type a count, read what it will do, and press the button that does it; axe looks at one walk of each kind."""
    ayu.visit(school, "/jumlah/")
    ayu.preview(count)
    for words in said:
        expect(ayu.page.locator("#preview")).to_contain_text(words)
    if ayu.is_phone:
        ayu.check()
    ayu.page.get_by_role("button", name=f"Simpan {count} siswa").click()
    ayu.sees(f"Tersimpan: {count} siswa.")


# Billed on the first day of the term (students, amount), then reported: (count, the new invoice). 2025 book.
X8: list[tuple[int, int, list[tuple[int, int]]]] = [
    (100, 500_000, [(115, 0), (125, 125_000)]),  # 15 more: nothing; 25 × 5.000, measured from the 100 that were billed
    (45, 0, [(51, 255_000)]),  # free → paid: 51 × 5.000
    (499, 2_495_000, [(502, 15_000)]),  # 3 × 5.000, the locked price
    (200, 1_000_000, [(250, 250_000)]),  # 50 × 5.000
    (600, 2_400_000, [(400, 0)]),  # a fall across 500 bills and refunds nothing
]


@pytest.mark.parametrize(("began", "first", "rises"), X8, ids=[str(began) for began, *_ in X8])
def test_a_rise_is_previewed_and_billed_as_the_table_says(
    walk: Begin, began: int, first: int, rises: list[tuple[int, int]]
) -> None:
    """X8: each row of the documents, due and closed like the invoice of the term (X7)."""
    ayu, school = walk(phone=began == 100), "sma-naik"
    customer(school, "xclass", began, SIGNED_UP, until=FIRST_DAY)
    ayu.log_in(school, AYU)
    billed = [f"{OPEN} {format_rupiah(first)}"] if first else []
    for count, bill in rises:
        costs = ("Tagihan baru", format_rupiah(bill), "17 Maret 2025") if bill else ("Tagihan hari ini", "Tidak ada")
        confirm(ayu, school, count, *costs)
        billed = ([f"{OPEN} {format_rupiah(bill)}"] if bill else []) + billed
        ayu.sees_invoices(school, *billed)


def test_a_rise_in_september_costs_the_days_that_are_left_and_closes_the_school_when_unpaid(walk: Begin) -> None:
    """X8: 25 × 5.000 × 181/365 = 61.986, due on 17 September, closed on 1 October like any invoice (X7)."""
    ayu, school = walk(), "sma-naik"
    customer(school, "xclass", 100, SIGNED_UP, until=FIRST_DAY, paid=500_000)
    ayu.log_in(school, AYU)
    ayu.move_clock(school, date(2025, 9, 1))
    ayu.visit(school, "/jumlah/")
    for count in (150, 126):  # a number that is thought better of: what stands below it is about the new one
        ayu.preview(count)
        expect(ayu.page.get_by_role("button", name=f"Simpan {count} siswa")).to_be_visible()
    confirm(ayu, school, 125, "Rp 61.986", "17 September 2025", "sisa hari masa langganan ini")
    ayu.sees_invoices(school, f"{OPEN} Rp 61.986", "Lunas Rp 500.000")
    ayu.move_clock(school, date(2025, 9, 18))
    ayu.sees("lewat jatuh tempo sejak 17 September 2025")
    ayu.sees("akses ditutup 1 Oktober 2025")
    ayu.move_clock(school, date(2025, 10, 1))
    expect(ayu.page.locator("main")).to_contain_text("Akses ditutup sejak 1 Oktober 2025.")


def test_a_school_that_shrinks_in_its_trial_is_free_at_once(walk: Begin) -> None:
    """X9: and is never billed."""
    ayu, school = walk(), "sd-susut"
    customer(school, "xclass", 60, SIGNED_UP, until=date(2025, 2, 10))
    ayu.log_in(school, AYU)
    ayu.sees("Masa percobaan berakhir 1 Maret 2025")
    confirm(ayu, school, 40, "Free Forever", "Langganan Anda menjadi gratis saat itu juga.")
    ayu.move_clock(school, date(2025, 3, 2))
    ayu.sees("Langganan Anda gratis")
    ayu.sees_invoices(school)


def test_a_school_that_shrinks_before_it_has_paid_is_free_at_once_and_owes_nothing(walk: Begin) -> None:
    """X9: the open invoice is void, on the list, on its own page, and in the preview by its number."""
    ayu, school = walk(phone=True), "sd-susut"
    customer(school, "xclass", 60, SIGNED_UP, until=date(2025, 3, 5))
    ayu.log_in(school, AYU)
    ayu.sees("Tagihan Rp 300.000 jatuh tempo 17 Maret 2025")
    confirm(ayu, school, 40, "Tagihan dibatalkan", "XC/INV/2025/03/", "Langganan Anda menjadi gratis saat itu juga.")
    ayu.visit(school)
    ayu.sees("Tidak ada tagihan. Langganan Anda gratis")
    ayu.sees_invoices(school, "Batal Rp 300.000")
    ayu.page.get_by_role("link", name=re.compile("INV")).first.click()
    ayu.sees("Tagihan Rp 300.000 dibatalkan")
    ayu.sees("Dokumen ini tidak berlaku. Tidak ada yang perlu dibayar.")
    ayu.check()


def test_a_school_that_paid_one_rupiah_and_shrinks_owes_the_rest_of_its_year(walk: Begin) -> None:
    """X9: a partly paid term runs to its end, too."""
    ayu, school = walk(), "sd-susut"
    customer(school, "xclass", 60, SIGNED_UP, until=FIRST_DAY, paid=1)
    ayu.log_in(school, AYU)
    confirm(ayu, school, 40, "Masa yang sudah dibayar tetap berjalan. Sesudahnya langganan Anda gratis.")
    ayu.sees_invoices(school, "Dibayar sebagian Rp 300.000 sisa Rp 299.999")


def test_a_school_that_paid_and_shrinks_is_free_at_its_renewal(walk: Begin) -> None:
    """X9: the paid year runs to its end; on 1 March 2026 it is free and nothing is issued."""
    ayu, school = walk(), "sd-susut"
    customer(school, "xclass", 60, SIGNED_UP, until=FIRST_DAY, paid=300_000)
    ayu.log_in(school, AYU)
    confirm(ayu, school, 40, "Masa yang sudah dibayar tetap berjalan. Sesudahnya langganan Anda gratis.")
    ayu.move_clock(school, date(2026, 2, 28))
    ayu.sees("Tidak ada tagihan")
    expect(ayu.page.locator("main")).not_to_contain_text("Langganan Anda gratis")
    ayu.move_clock(school, date(2026, 3, 1))
    ayu.sees("Tidak ada tagihan. Langganan Anda gratis")
    ayu.sees_invoices(school, "Lunas Rp 300.000")
