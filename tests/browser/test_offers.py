"""K9 in a browser: a code is typed on the price page, goes along to the sign-up, and explains the invoice."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.stage import AYU, customer, it_is
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]


def test_a_code_on_the_price_page_goes_along_to_the_sign_up(walk: Begin) -> None:
    """K9: 480.000 a month, then 600.000; a wrong code says so and takes nothing off."""
    visitor = walk(phone=True)
    page = visitor.page
    page.goto(visitor.base + "/harga/klustera/")
    page.locator("[name=quantity]").fill("200")
    figure = page.locator(".quote__figure .money")
    expect(figure).to_have_text(re.compile(r"Rp.600\.000"))
    page.locator("[name=offers]").fill("hemat")
    visitor.sees("Penawaran “hemat” tidak ada.")
    page.locator("[name=offers]").fill("EARLY50")
    expect(figure).to_have_text(re.compile(r"Rp.480\.000"))
    visitor.sees("Setelah itu")
    visitor.check()
    page.get_by_role("link", name="Coba gratis").click()
    page.wait_for_url(re.compile("/daftar/klustera/"))
    assert page.locator("[name=offers]").input_value() == "EARLY50"
    visitor.sees("Setelah itu")
    visitor.check()


def test_the_customer_sees_the_offer_in_the_subscription_and_on_the_invoice(walk: Begin) -> None:
    """K9: until when it holds, and what it took off the first invoice."""
    visitor = walk(phone=True)
    customer("griya", "klustera", 200, date(2026, 1, 30), until=date(2026, 3, 1), offers=("early50",))
    with it_is(date(2026, 3, 1)):
        visitor.log_in("griya", AYU)
        visitor.visit("griya", "/langganan/")
        visitor.sees("1 Maret 2026 sampai 31 Agustus 2026")
        visitor.check()
        visitor.sees_invoices("griya", "Belum dibayar Rp 480.000")
        visitor.page.locator("main tbody a").first.click()
        visitor.page.locator("details.explain summary").first.click()
        visitor.sees("20 % × 600.000 = Rp 120.000")
        visitor.check()
