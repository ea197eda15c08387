"""A virtual account and a QRIS code on our own page, on a phone: seen, changed, paid at the local Midtrans, noticed."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from billing.gateways.models import Checkout
from tests.browser.stage import AYU, committed, customer
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser

# A form of two buttons on the page, each pressed twice at once: which of the four went out. None leaves the page.
PRESSED = """() => {
    const form = document.createElement("form"), sent = [];
    form.setAttribute("method", "post");
    form.innerHTML = "<button name=berkas value=csv></button><button name=berkas value=xlsx></button>";
    addEventListener("submit", (event) => { sent.push(!event.defaultPrevented); event.preventDefault(); });
    document.body.append(form);
    for (const button of form.children) { button.click(); button.click(); }
    form.remove();
    return sent;
}"""
Begin = Callable[..., Walk]


def test_a_number_is_exchanged_for_a_code_and_the_page_notices_the_payment(walk: Begin) -> None:
    """K7: nobody reloads; the number that was given first is cancelled, and the pay page says so before."""
    ayu, name = walk(phone=True), "sma-kode"
    customer(name, "xclass", 150, date(2026, 1, 1), until=date(2026, 2, 1))
    ayu.log_in(name, AYU)
    page = ayu.page
    ayu.visit(name, "/bayar/")
    page.get_by_label("Virtual account BCA").check()
    ayu.check()
    page.get_by_role("button", name="Lanjut membayar").click()
    ayu.arrives("/bayar/kode/")
    expect(page.locator("[data-copy]").first).to_be_visible()
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    ayu.check()
    page.get_by_role("link", name="Pilih cara lain").click()
    expect(page.locator("main")).to_contain_text("Memilih cara lain membatalkannya")
    page.get_by_label("QRIS").check()
    page.get_by_role("button", name="Lanjut membayar").dblclick()  # one code all the same
    ayu.arrives("/bayar/kode/")
    expect(page.locator(".qr svg")).to_be_visible()
    assert page.evaluate(PRESSED) == [True, False, True, False], "one file does not keep the other back"
    ayu.check()
    payer = page.context.new_page()
    payer.goto(f"{ayu.base}/sandbox/midtrans/")
    payer.locator("article").first.get_by_role("link", name="Halaman pembayaran").click()
    payer.get_by_role("button", name="Bayar", exact=True).click()
    expect(page.locator("main")).to_contain_text("Pembayaran diterima")
    assert committed(Checkout.objects.filter(items__tenant__schema_name="t_sma_kode").count) == 2
    assert "/bayar/kode/" in page.url, "the page itself has changed, not its address"
    ayu.check()
