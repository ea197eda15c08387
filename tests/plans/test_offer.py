"""Every price in the tables of X1, X2, K1 and K2, and who gets which plan, book, terms and trial; no database."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue
from plans.rules.catalogue_file import read_catalogue
from plans.rules.offer import Offer, make_offer
from plans.rules.rating import rate
from tests.plans.clinic import CLINIC

CATALOGUES = Path(__file__).resolve().parents[2] / "plans" / "catalogues"


def _read(name: str) -> Catalogue:
    return read_catalogue((CATALOGUES / f"{name}.yaml").read_text(encoding="utf-8"), name).catalogue


PRODUCTS = {name: _read(name) for name in ("xclass", "klustera")} | {
    "clinic": read_catalogue(CLINIC, "clinic").catalogue
}
NEW_YEAR_2025 = date(2025, 1, 1)


def offered(
    product: str,
    quantity: int | str,
    on: date = NEW_YEAR_2025,
    *,
    plan: str | None = None,
    months: int | None = None,
    book: str | None = None,
    terms: str | None = None,
) -> Offer:
    return make_offer(
        PRODUCTS[product],
        plan=plan,
        quantity=Decimal(quantity),
        interval_months=months,
        on=on,
        book=book,
        terms=terms,
    )


def cost(offer: Offer, quantity: int) -> int:
    return sum(rate(charge.price(), quantity).amount for charge in offer.charges)


X1 = {
    0: 0,
    49: 0,
    50: 250_000,
    51: 255_000,
    100: 500_000,
    150: 750_000,
    500: 2_500_000,
    501: 2_004_000,
    1000: 4_000_000,
}
X2_2026 = {49: 0, 50: 375_000, 100: 750_000, 500: 3_750_000, 501: 3_006_000, 1000: 6_000_000}
X2_2027 = {49: 0, 50: 500_000, 100: 1_000_000, 500: 5_000_000, 501: 4_008_000, 1000: 8_000_000}
X2_2028 = {
    49: 0,
    50: 600_000,
    200: 2_400_000,
    201: 2_010_000,
    500: 5_000_000,
    501: 4_008_000,
    1000: 8_000_000,
}
BOOKS = {2025: X1, 2026: X2_2026, 2027: X2_2027, 2028: X2_2028}


@pytest.mark.parametrize(
    ("year", "students", "rupiah"),
    [(year, students, rupiah) for year, table in BOOKS.items() for students, rupiah in table.items()],
)
def test_a_school_pays_by_the_book_of_its_year_x1_x2(year: int, students: int, rupiah: int) -> None:
    for day in (date(year, 1, 1), date(year, 12, 31)):
        offer = offered("xclass", students, day)
        assert offer.book.code == f"xclass-{year}"
        assert offer.interval_months == 12
        assert cost(offer, students) == rupiah


K1 = {50: 250_000, 99: 495_000, 100: 300_000, 200: 600_000, 500: 1_500_000, 501: 1_002_000, 1000: 2_000_000}
K2_FLAT = {99: 500_000, 100: 1_500_000, 500: 1_500_000, 501: 3_000_000}


@pytest.mark.parametrize(("units", "rupiah"), K1.items())
def test_a_complex_pays_per_unit_and_month_where_no_plan_is_named_k1(units: int, rupiah: int) -> None:
    offer = offered("klustera", units)
    assert (offer.plan.code, offer.interval_months, cost(offer, units)) == ("per-unit", 1, rupiah)


@pytest.mark.parametrize(("units", "rupiah"), K1.items())
def test_a_year_of_units_paid_at_once_costs_ten_months_k2(units: int, rupiah: int) -> None:
    assert cost(offered("klustera", units, months=12), units) == 10 * rupiah


@pytest.mark.parametrize(("units", "rupiah"), K2_FLAT.items())
def test_the_flat_fee_depends_on_the_size_alone_k2(units: int, rupiah: int) -> None:
    assert cost(offered("klustera", units, plan="flat"), units) == rupiah


@pytest.mark.parametrize(
    ("units", "rupiah"), {99: 5_400_000, 100: 16_200_000, 500: 16_200_000, 501: 32_400_000}.items()
)
def test_a_year_of_the_flat_fee_k2(units: int, rupiah: int) -> None:
    assert cost(offered("klustera", units, plan="flat", months=12), units) == rupiah


def test_a_product_no_code_knows_is_priced_from_its_file() -> None:
    offer = offered("clinic", 7, date(2025, 7, 1))
    assert offer.interval_months == 3
    assert cost(offer, 7) == 1_900_000  # 5 × 300.000 + 2 × 200.000
    assert offer.trial is not None
    assert offer.trial.days == 14


@pytest.mark.parametrize(
    ("students", "plan"),
    [(0, "free-forever"), (49, "free-forever"), (50, "standard"), (500, "standard"), (501, "enterprise")],
)
def test_the_quantity_chooses_the_plan_of_a_school_whatever_was_named_x1(students: int, plan: str) -> None:
    assert offered("xclass", students).plan.code == plan
    assert offered("xclass", students, plan="standard").plan.code == plan


def test_only_the_paid_plans_of_a_school_have_a_trial_of_a_month_x5() -> None:
    assert offered("xclass", 49).trial is None
    trial = offered("xclass", 50).trial
    assert trial is not None
    assert trial.months == 1


def test_the_kept_book_is_taken_whatever_the_day_x3() -> None:
    offer = offered("xclass", 150, date(2028, 5, 1), book="xclass-2025")
    assert (offer.book.code, offer.book.effective_from) == ("xclass-2025", date(2025, 1, 1))
    assert cost(offer, 150) == 750_000


def test_terms_are_the_plans_own_or_others_it_allows_k3() -> None:
    assert offered("klustera", 10).terms.code == "monthly"
    assert offered("klustera", 10, terms="net-30").terms.due.days == 30


def test_an_offer_carries_issuer_and_reminders_x6() -> None:
    offer = offered("xclass", 150)
    assert offer.issuer.legal_name == "PT XClass Edukasi Nusantara"
    assert [reminder.days for reminder in offer.reminders.due] == [7, 3, 1]


@pytest.mark.parametrize(
    ("asked", "field", "code", "words"),
    [
        ({"quantity": -1}, "quantity", "quantity_negative", "tidak boleh kurang dari nol"),
        ({"quantity": "1.5"}, "quantity", "quantity_fraction", "bilangan bulat"),
        ({"quantity": 10_000_001}, "quantity", "quantity_too_large", "10.000.000"),
        ({"quantity": "NaN"}, "quantity", "quantity_not_a_number", "angka"),
        ({"plan": "gold"}, "plan", "unknown_plan", "per-unit, flat"),
        ({"months": 6}, "interval_months", "unknown_interval", "1, 12"),
        ({"on": date(2024, 12, 31)}, "signup", "not_on_sale", "belum dijual pada 31 Desember 2024"),
        ({"book": "klustera-2019"}, "book", "unknown_book", "klustera-2025"),
        ({"terms": "net-90"}, "terms", "unknown_terms", "monthly, net-30"),
    ],
)
def test_what_is_not_on_offer_is_refused_by_field(asked: dict, field: str, code: str, words: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        offered("klustera", **{"quantity": 10, **asked})
    assert (refused.value.field, refused.value.code) == (field, code)
    assert words in refused.value.message
    assert refused.value.message_en != refused.value.message


def test_ten_million_is_still_a_quantity() -> None:
    assert cost(offered("klustera", 10_000_000), 10_000_000) == 20_000_000_000
