"""Every price of the documents on the public pages, on a day on which its book holds."""

import re
from collections.abc import Callable
from datetime import date, time

import pytest
from playwright.sync_api import expect

from plans.rules.money import format_number, format_rupiah
from tests.browser.stage import it_is
from tests.browser.walk import Held, Walk
from tests.plans.rules.price_tables import DOCUMENTED

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]

# Each table of the documents: the page that answers, and a day of its book.
SHOWN: dict[str, tuple[str, date]] = {
    "X1 2025": ("/harga/xclass/", date(2025, 12, 31)),
    "X2 2026": ("/harga/xclass/", date(2026, 1, 1)),
    "X2 2027": ("/harga/xclass/", date(2027, 6, 30)),
    "X2 2028": ("/harga/xclass/", date(2028, 12, 31)),
    "K1 per unit and month": ("/harga/klustera/?plan=per-unit&period=1", date(2026, 1, 30)),
    "K2 per unit, a year for ten months": ("/harga/klustera/?plan=per-unit&period=12", date(2026, 1, 30)),
    "K2 flat by the month": ("/harga/klustera/?plan=flat&period=1", date(2026, 1, 30)),
    "K2 flat by the year": ("/harga/klustera/?plan=flat&period=12", date(2026, 1, 30)),
}


def amounts(table: str) -> dict[int, int]:
    """Quantity and amount of a table."""
    return {quantity: amount for name, _charge, quantity, amount in DOCUMENTED if name == table}


@pytest.mark.parametrize("table", SHOWN)
def test_the_calculator_says_every_price_of_the_documents(walk: Begin, table: str) -> None:
    """X1, X2, K1, K2: the first by its address alone, as a link that somebody sends; the others typed."""
    budi, (path, day), prices = walk(), SHOWN[table], amounts(table)
    quote = budi.page.locator("#quote")
    with it_is(day):
        budi.page.goto(f"{budi.base}{path}{'&' if '?' in path else '?'}quantity={next(iter(prices))}")
        for quantity, amount in prices.items():
            field = budi.page.locator("[name=quantity]").first
            if field.input_value() != str(quantity):
                field.fill(str(quantity))
                field.press("Enter")
            sentence = re.compile(rf"^{re.escape(format_number(quantity))} (siswa|unit)\b")
            expect(quote.locator(".preview p").first).to_have_text(sentence)
            figure = format_rupiah(amount) if amount else "Gratis"
            expect(quote.locator(".quote__figure")).to_have_text(re.compile(rf"^\s*{re.escape(figure)}(\s|$)"))
        if table in {"X2 2028", "K2 flat by the year"}:  # a page of each product, with its longest table
            budi.check()


# What the page lists on a day, and what the sign-up form says 200 students cost.
BOOKS: dict[date, tuple[list[str], str]] = {
    date(2025, 1, 1): (["Gratis", "Rp 5.000", "Rp 4.000"], "Rp 1.000.000"),
    date(2025, 12, 31): (["Gratis", "Rp 5.000", "Rp 4.000"], "Rp 1.000.000"),
    date(2026, 1, 1): (["Gratis", "Rp 7.500", "Rp 6.000"], "Rp 1.500.000"),
    date(2026, 12, 31): (["Gratis", "Rp 7.500", "Rp 6.000"], "Rp 1.500.000"),
    date(2027, 1, 1): (["Gratis", "Rp 10.000", "Rp 8.000"], "Rp 2.000.000"),
    date(2028, 1, 1): (["Gratis", "Rp 12.000", "Rp 10.000", "Rp 8.000"], "Rp 2.400.000"),
}


def test_prices_and_sign_up_follow_the_book_of_the_day(walk: Begin) -> None:
    """X2: each from 1 January on; the day before it is only announced."""
    budi = walk(phone=True)
    for day, (listed, first_invoice) in BOOKS.items():
        with it_is(day):
            budi.page.goto(budi.base + "/harga/xclass/")
            expect(budi.page.locator("section[aria-labelledby=plan-1] tbody b")).to_have_text(listed)
            budi.page.goto(budi.base + "/daftar/xclass/?quantity=200")
            budi.sees(first_invoice)
    budi.check()


def test_the_sign_up_form_prices_by_the_day_of_the_zone_that_is_chosen(walk: Begin) -> None:
    """X2, X5: half past ten on New Year's Eve in Jakarta is half past midnight in Jayapura."""
    budi = walk(phone=True)
    price = budi.page.locator("#price")
    with it_is(date(2025, 12, 31), time(22, 30)):
        budi.page.goto(budi.base + "/daftar/xclass/?quantity=100")
        for zone, first, trial_ends in (
            ("Asia/Jakarta", "Rp 500.000", "31 Januari 2026"),
            ("Asia/Jayapura", "Rp 750.000", "1 Februari 2026"),
            ("Asia/Jakarta", "Rp 500.000", "31 Januari 2026"),
        ):
            budi.page.locator("[name=timezone]").select_option(zone)
            expect(price).to_contain_text(first)
            expect(price).to_contain_text(trial_ends)


def test_on_a_slow_line_only_the_answer_to_the_last_number_is_shown(walk: Begin) -> None:
    """The answer comes after the next number was typed: it is not broken off (an error in the console), nor shown."""
    ayu = walk(phone=True)
    ayu.page.goto(ayu.base + "/harga/klustera/?plan=per-unit&period=1&quantity=50")
    held = Held(ayu.page, "**/hitung/**")
    shown = ayu.page.locator("#quote")
    remember = "(quote) => { quote.dataset.seen += quote.innerText }"
    shown.evaluate(f"quote => new MutationObserver(() => ({remember})(quote)).observe(quote, {{childList: true}})")
    number = ayu.page.locator("[name=quantity]").first
    with ayu.page.expect_request("**/hitung/**"):
        number.fill("99")
    for quantity in ("120", "200"):
        number.fill(quantity)
        ayu.page.wait_for_timeout(600)  # longer than the page waits for the next key
    assert "quantity=99" in held.let_one_go()
    assert "quantity=200" in held.let_one_go()
    expect(shown.locator(".quote__figure")).to_have_text(re.compile(r"Rp 600\.000"))
    seen = shown.get_attribute("data-seen")
    assert seen is not None
    assert "495.000" not in seen
    assert "360.000" not in seen
