"""The main job in a browser: sign up, try, be billed, pay, or be reminded, suspended and served again."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from plans.rules.money import format_rupiah
from plans.rules.periods import add_months
from tests.browser.stage import TODAY
from tests.browser.walk import PASSWORD, Held, Walk
from trials.selectors.quotes import Wish, quote

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("one_day")]
Begin = Callable[..., Walk]


def price_of(students: int) -> str:
    """What a school that signs up today pays a year, as pages write it."""
    return format_rupiah(quote(Wish("xclass", Decimal(students), TODAY)).recurring)


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_a_school_signs_up_tries_is_billed_and_pays_by_midtrans(walk: Begin, phone: bool) -> None:
    """X5, X7, X11, K7: from the home page to the receipt."""
    ayu, name = walk(phone=phone), "sman-jalan-hp" if phone else "sman-jalan"
    ayu.sign_school_up("SMAN Jalan Baru", name, 150, "20209999")
    ayu.sees("Masa percobaan berakhir")
    ayu.check()
    ayu.move_clock(name, add_months(TODAY, 1))
    ayu.visit(name)
    ayu.sees(f"Tagihan {price_of(150)} jatuh tempo")
    ayu.check()

    ayu.visit(name, "/tagihan/")
    ayu.check()
    ayu.page.get_by_role("link", name=re.compile("INV")).first.click()
    ayu.check()
    assert ayu.fetch(ayu.page.url + "pdf/") == [200, "%PDF"]

    ayu.pay_by_midtrans(name)
    ayu.sees("diterima")
    ayu.check()
    ayu.visit(name)
    ayu.sees("Tidak ada tagihan")


def test_a_school_that_does_not_pay_is_suspended_and_served_again_when_it_pays(walk: Begin) -> None:
    """X7, X10: everything closed but billing, payment and export; open again at once. On a phone: see test_dates."""
    ayu, name = walk(), "smp-lupa"
    ayu.sign_school_up("SMP Lupa Bayar", name, 60, "20208888")
    issued = add_months(TODAY, 1)
    ayu.move_clock(name, issued + timedelta(days=29))
    ayu.visit(name)
    ayu.sees("Tagihan")
    ayu.move_clock(name, issued + timedelta(days=30))
    ayu.visit(name, "/jumlah/")
    expect(ayu.page).to_have_url(re.compile("/ditangguhkan/"))
    ayu.check()
    for open_page in ("/tagihan/", "/bayar/", "/ekspor/"):
        ayu.visit(name, open_page)
        expect(ayu.page).to_have_url(re.compile(open_page))
    ayu.pay_by_midtrans(name)
    ayu.visit(name, "/jumlah/")
    expect(ayu.page).to_have_url(re.compile("/jumlah/"))
    ayu.sees("60 siswa")


def test_wrong_input_keeps_what_was_typed_and_names_the_field(walk: Begin) -> None:
    ayu = walk(phone=True)
    ayu.page.goto(ayu.base + "/daftar/xclass/")
    ayu.fill_signup("SMA Salah Isi", "sma-salah", "150", "123")
    ayu.page.get_by_role("button", name="Daftar", exact=True).click()
    expect(ayu.page.locator("main")).to_contain_text("NPSN terdiri dari 8 angka atau huruf besar")
    expect(ayu.page.locator("[name=organisation_name]")).to_have_value("SMA Salah Isi")
    expect(ayu.page.locator("[name=quantity]")).to_have_value("150")
    ayu.check()


def test_pages_work_without_javascript_for_reading_and_paying(walk: Begin, browser: object) -> None:
    ayu, name = walk(), "sma-tanpa-js"
    ayu.sign_school_up("SMA Tanpa JS", name, 100, "20206666")
    ayu.move_clock(name, add_months(TODAY, 1))
    context = ayu.page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.goto(ayu.at(name, "/accounts/login/"))
    plain.locator("[name=login]").fill(f"ayu@{name}.test")
    plain.locator("[name=password]").fill(PASSWORD)
    plain.locator("main button").first.click()
    expect(plain.locator("main")).to_contain_text(f"Tagihan {price_of(100)} jatuh tempo")
    plain.goto(ayu.at(name, "/bayar/"))
    plain.get_by_label("Cara lain").check()
    plain.get_by_role("button", name="Lanjut membayar").click()
    plain.wait_for_url(re.compile("/sandbox/midtrans/pay/"))
    context.close()


def test_a_late_suggestion_never_replaces_what_is_being_typed(walk: Begin) -> None:
    """The answer to the name may come when the address is already being typed: on a slow line it does."""
    ayu = walk(phone=True)
    ayu.page.goto(ayu.base + "/daftar/xclass/")
    held = Held(ayu.page, "**/alamat/**")
    ayu.page.locator("[name=organisation_name]").fill("SMA Jaringan Lambat")
    ayu.page.locator("[name=subdomain]").focus()
    ayu.page.keyboard.type("sma-")
    held.let_one_go()
    ayu.page.wait_for_timeout(200)  # for the page to do with it what it would
    ayu.page.keyboard.type("l")
    expect(ayu.page.locator("[name=subdomain]")).to_have_value("sma-l")
    ayu.page.locator("[name=contact_name]").focus()
    held.let_one_go()
    expect(ayu.page.locator("#address")).to_contain_text("sma-l.localhost masih bebas")
    ayu.page.locator("[name=organisation_name]").fill("SMA Nama Lain")
    ayu.page.locator("[name=subdomain]").fill("sma-lain")
    ayu.page.locator("[name=contact_name]").focus()
    for _of_the_name_and_of_the_address in range(2):
        held.let_one_go()
    expect(ayu.page.locator("#address")).to_contain_text("sma-lain.localhost masih bebas")
    expect(ayu.page.locator("[name=subdomain]")).to_have_value("sma-lain")
