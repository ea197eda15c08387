"""The public price pages: every price of X1, X2, K1 and K2, the calculator, and what it says to wrong input."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.test import Client

from plans.rules.money import format_rupiah
from plans.rules.offer import choose_book
from plans.rules.price_list import cheaper_above, lowest_price, price_lists
from plans.selectors.catalogue import catalogue_of

ClientAt = Callable[..., Client]


@pytest.fixture
def visitor(client_at: ClientAt, db: None) -> Client:
    """Somebody on the public host."""
    return client_at()


def page(client: Client, path: str, on: str = "2025-02-01") -> str:
    with time_machine.travel(f"{on}T05:00:00Z", tick=False):
        response = client.get(path)
    assert response.status_code == 200
    shown = response.content.decode().replace("\xa0", " ")
    return re.sub(r'<span class="money">(.*?)</span>', r"\1", shown)


def test_the_home_page_leads_to_every_product(visitor: Client) -> None:
    shown = page(visitor, "/")
    assert "/harga/xclass/" in shown
    assert "/daftar/klustera/" in shown
    assert "Gratis sampai 49 siswa, lalu mulai dari Rp 4.000 per siswa per tahun." in shown
    assert "Mulai dari Rp 2.000 per unit per bulan." in shown


@pytest.mark.parametrize(
    ("day", "prices"),
    [
        ("2025-12-31", ["Rp 5.000", "Rp 4.000"]),
        ("2026-01-01", ["Rp 7.500", "Rp 6.000"]),
        ("2027-06-01", ["Rp 10.000", "Rp 8.000"]),
        ("2028-01-01", ["Rp 12.000", "Rp 10.000", "Rp 8.000"]),
    ],
)
def test_x2_the_price_page_shows_the_book_of_the_day(visitor: Client, day: str, prices: list[str]) -> None:
    shown = page(visitor, "/harga/xclass/", day).split("Harga yang sudah diumumkan")[0]
    for price in prices:
        assert f"<b>{price}</b>" in shown
    assert "Gratis" in shown


# X1 (2025) and K1: quantity and amount of one whole period, as in the documents' tables.
X1 = {0: 0, 49: 0, 50: 250_000, 51: 255_000, 100: 500_000, 150: 750_000, 500: 2_500_000, 501: 2_004_000} | {
    1000: 4_000_000
}
K1 = {50: 250_000, 99: 495_000, 100: 300_000, 200: 600_000, 500: 1_500_000, 501: 1_002_000, 1000: 2_000_000}
K2_MONTH = {50: 500_000, 99: 500_000, 100: 1_500_000, 500: 1_500_000, 501: 3_000_000}
K2_YEAR = {50: 5_400_000, 200: 16_200_000, 501: 32_400_000}
K2_UNIT_YEAR = {200: 6_000_000}


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/harga/xclass/hitung/?", X1),
        ("/harga/klustera/hitung/?", K1),
        ("/harga/klustera/hitung/?plan=flat&period=1&", K2_MONTH),
        ("/harga/klustera/hitung/?plan=flat&period=12&", K2_YEAR),
        ("/harga/klustera/hitung/?plan=per-unit&period=12&", K2_UNIT_YEAR),
    ],
    ids=["X1", "K1", "K2 month", "K2 year", "K2 ten months"],
)
def test_the_calculator_says_every_price_of_the_tables(visitor: Client, path: str, table: dict[int, int]) -> None:
    for quantity, amount in table.items():
        shown = page(visitor, f"{path}quantity={quantity}")
        figure = shown.split('class="quote__figure">')[1].split("</p>")[0]
        assert (format_rupiah(amount) if amount else "Gratis") in figure


def test_the_calculator_works_without_javascript_and_marks_the_size(visitor: Client) -> None:
    shown = page(visitor, "/harga/xclass/?quantity=150")
    assert "Rp 750.000" in shown
    assert 'aria-current="true"' in shown
    assert "1 Maret 2025" in shown  # the trial's end (X5), when the first invoice is issued
    assert "17 Maret 2025" in shown  # due 16 days later (X7)


def test_the_cliff_is_said_where_one_more_costs_less(visitor: Client) -> None:
    said = "501 siswa (Rp 2.004.000) lebih murah daripada 500 siswa (Rp 2.500.000)."
    assert said in page(visitor, "/harga/xclass/hitung/?quantity=500")
    assert "lebih murah" not in page(visitor, "/harga/xclass/hitung/?quantity=150")


def test_k19_per_unit_stands_against_flat(visitor: Client) -> None:
    shown = page(visitor, "/harga/klustera/hitung/?quantity=200")
    for amount in ("Rp 600.000", "Rp 1.500.000", "Rp 6.000.000", "Rp 16.200.000"):
        assert amount in shown


def test_each_size_says_what_it_saves_k19(visitor: Client) -> None:
    """3.000 and 2.000 beside 5.000; a year for ten months saves two of twelve, the flat fees as published."""
    saved = re.findall(r"<td[^>]*>\s*([\d,]+ %)\s*</td>", page(visitor, "/harga/klustera/"))
    assert saved == ["40 %", "60 %", *["16,7 %"] * 3, *["10 %"] * 3]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-5", "kurang dari nol"),
        ("abc", "harus berupa angka"),
        ("1.5", "bilangan bulat"),
        ("99999999999999999999", "paling banyak"),
        ("", "Isi jumlahnya"),
    ],
)
def test_wrong_input_is_explained_and_kept(visitor: Client, typed: str, said: str) -> None:
    assert said in page(visitor, f"/harga/xclass/hitung/?quantity={typed}")
    whole = page(visitor, f"/harga/xclass/?quantity={typed}")
    assert said in whole
    assert f'value="{typed}"' in whole or not typed


def test_a_number_may_be_written_with_points(visitor: Client) -> None:
    assert "Rp 4.000.000" in page(visitor, "/harga/xclass/hitung/?quantity=1.000")


def test_an_unknown_product_is_not_found(visitor: Client) -> None:
    assert visitor.get("/harga/tidak-ada/").status_code == 404


def test_indonesian_holds_until_somebody_chooses(visitor: Client) -> None:
    assert 'lang="id"' in visitor.get("/", headers={"accept-language": "en"}).content.decode()
    visitor.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert '<html lang="en">' in visitor.get("/").content.decode()


def test_price_lists_measure_savings_and_find_cliffs(db: None) -> None:
    book = choose_book(catalogue_of("klustera"), date(2025, 3, 1))
    monthly, yearly, _flat, flat_year = price_lists(book.charges)
    assert [row.saving for row in monthly.rows] == [None, Fraction(2, 5), Fraction(3, 5)]
    assert [row.saving for row in yearly.rows] == [Fraction(1, 6)] * 3
    assert [row.saving for row in flat_year.rows] == [Fraction(1, 10)] * 3
    assert [(cliff.quantity, cliff.next_quantity) for cliff in monthly.cliffs] == [
        (Decimal(99), Decimal(100)),
        (Decimal(500), Decimal(501)),
    ]
    # 350 × 3.000 = 1.050.000 is more than 501 × 2.000 = 1.002.000; 334 × 3.000 is exactly as much.
    assert cheaper_above(monthly.charge, Decimal(350)) is not None
    assert cheaper_above(monthly.charge, Decimal(334)) is None
    lowest = lowest_price(book.charges)
    assert lowest is not None
    assert lowest[1] == 2000


def test_a_year_may_be_invoiced_in_january(visitor: Client) -> None:
    """K5: billing from 3 March 2025, 304 of 365 days of 6.000.000 up to New Year."""
    asked = "/harga/klustera/hitung/?quantity=200&plan=per-unit&period=12&anchor="
    assert "Rp 4.997.260" in page(visitor, f"{asked}calendar_year")
    assert "Rp 4.997.260" not in page(visitor, f"{asked}anniversary")
    assert 'name="anchor"' in page(visitor, "/harga/klustera/")
    assert 'name="anchor"' not in page(visitor, "/harga/xclass/")
