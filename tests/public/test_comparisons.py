"""What else the same quantity could cost, on the page and by the API: both are quotes (K19, K9, C4)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from plans.rules.catalogue import Discount
from plans.selectors.catalogue import catalogue_of
from tests.api.conftest import program
from tests.billing.lives import live_through, spans
from tests.conftest import make_tenant
from trials.selectors.comparisons import Opened, choices, offers_for, offers_today
from trials.selectors.quotes import Wish, quote
from trials.views.offer_text import describe_offer

pytestmark = pytest.mark.django_db
UNITS = Wish("klustera", Decimal(200), date(2026, 2, 1))


def compared(wish: Wish) -> dict[tuple[str, int], tuple[int, int | None]]:
    """Plan and rhythm → a whole period, and what it saves a month."""
    found = choices(catalogue_of(wish.product), wish, quote(wish))
    return {
        (item.made.offer.plan.code, item.made.offer.interval_months): (
            item.made.recurring,
            None if item.saved is None else int(item.saved),
        )
        for item in found
    }


def test_200_units_cost_600_000_by_unit_and_1_500_000_flat() -> None:
    """K19, K2: a year by unit is ten months, 500.000 a month; a flat year 16.200.000, 1.350.000 a month."""
    assert compared(UNITS) == {
        ("per-unit", 1): (600_000, None),
        ("per-unit", 12): (6_000_000, 100_000),
        ("flat", 1): (1_500_000, -900_000),
        ("flat", 12): (16_200_000, -750_000),
    }


@pytest.mark.parametrize(("plan", "months"), [("per-unit", 1), ("per-unit", 12), ("flat", 1), ("flat", 12)])
def test_what_was_compared_is_what_is_invoiced(plan: str, months: int) -> None:
    """K19, K2, K3, K5: whichever of the four a complex of 200 units chooses on 30 January, its first whole period from
    1 March on, after 30 days of trial, costs what the price page said."""
    wish = Wish("klustera", Decimal(200), date(2026, 1, 30))
    tenant = make_tenant("griya", "Griya Asri", "klustera", 200, wish.on, plan=plan, interval_months=months)
    live_through(tenant, wish.on, date(2026, 3, 1))
    first = ("2026-03-01", "2026-04-01" if months == 1 else "2027-03-01")
    assert spans(tenant) == [(*first, compared(wish)[plan, months][0])]


def test_a_larger_plan_is_no_saving_or_loss_beside_a_smaller_one() -> None:
    """C1: Growth gives more than Starter; only the year of the same plan is compared (17 %)."""
    found = compared(Wish("koperasi", Decimal(1), date(2026, 6, 1)))
    assert found["starter", 12] == (4_970_040, 84_830)
    assert [saved for (plan, _), (_, saved) in found.items() if plan != "starter"] == [None] * 4


def test_a_school_has_no_other_choice() -> None:
    """X1: the quantity chooses."""
    assert compared(Wish("xclass", Decimal(200), date(2025, 2, 1))) == {}


def test_an_offer_of_the_day_says_what_the_quote_would_be() -> None:
    """K9: 480.000 for six months, then 600.000; taken places are counted, and a full offer is not shown."""
    catalogue = catalogue_of("klustera")
    make_tenant("griya", "Griya Asri", "klustera", 200, UNITS.on)
    opened, with_document = offers_for(catalogue, UNITS, quote(UNITS))
    assert with_document.made is not None
    assert (with_document.discount.code, with_document.made.with_later) == ("rt-rw", 300_000)
    assert opened.made is not None
    assert (opened.discount.code, opened.made.recurring, opened.made.after, opened.left) == (
        *("early50", 480_000, 600_000, 50),
    )
    asked = Wish("klustera", Decimal(200), UNITS.on, offers=("early50",))
    assert [item.discount.code for item in offers_for(catalogue, asked, quote(asked))] == ["rt-rw"]


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (date(2025, 12, 31), ["bersama"]),
        (date(2026, 1, 1), ["launch30", "bersama"]),
        (date(2027, 1, 1), ["bersama"]),
    ],
)
def test_offers_are_shown_on_their_days_and_those_of_staff_never(on: date, codes: list[str]) -> None:
    """C4: 2026 alone; C3's pilot prices are given by staff."""
    catalogue = catalogue_of("koperasi")
    assert [item.discount.code for item in offers_today(catalogue, catalogue.price_books[0], on)] == codes


@time_machine.travel("2026-02-01T03:00:00Z", tick=False)
def test_page_and_api_say_the_same() -> None:
    """K19, K1, K9."""
    answer: dict[str, Any] = (
        program(settings.BASE_DOMAIN).post("quotes", {"product": "klustera", "quantity": "200"}).json()
    )
    said = {(item["plan"], item["interval_months"]): (item["total"], item["saved"]) for item in answer["comparison"]}
    assert said == compared(UNITS)
    assert answer["next_sizes"] == [
        {"charge": "units", "from_quantity": "501", "unit_price": "2000", "total": 1_002_000, "here": 600_000}
    ]
    offered, with_document = answer["offers_open"]
    assert (with_document["code"], with_document["total"]) == ("rt-rw", 300_000)
    assert (offered["code"], offered["total"], offered["places_left"]) == ("early50", 480_000, 50)
    page = Client(headers={"host": settings.BASE_DOMAIN}).get("/harga/klustera/?quantity=200")
    text = page.content.decode()
    for words in (
        *("Mulai dari Rp 2.000 per unit per bulan", "Rp 1.500.000", "Rp 900.000 per bulan lebih mahal"),
        *("Mulai 501 unit", "Rp 1.002.000", "Diskon 20 % selama 6 bulan pertama", "early50"),
        "Untuk 50 pelanggan pertama, tersisa 50 tempat.",
    ):
        assert words in text, words
    cliff = Client(headers={"host": settings.BASE_DOMAIN}).get("/harga/klustera/?quantity=500").content.decode()
    assert "501 unit (Rp 1.002.000) lebih murah daripada 500 unit (Rp 1.500.000)." in cliff


def test_an_offered_price_below_a_rupiah_is_shown_as_it_is_charged() -> None:
    """1.500,5 a unit is not "Rp 1.500"."""
    named = {"id": "Hemat", "en": "Saver"}
    discount = Discount.model_validate({"code": "hemat", "name": named, "price": "1500.5", "invoices": 1})
    said = describe_offer(catalogue_of("klustera"), Opened(discount, None))
    assert said["what"] == "Harga Rp 1.500,5 per unit untuk 1 tagihan pertama"
