"""Changing plan on a phone: chosen, seen in money and dates, confirmed, taken back."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from plans.rules.periods import add_months
from plans.rules.spelling import spell_day
from tests.browser.stage import TODAY
from tests.browser.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("one_day")]
Begin = Callable[..., Walk]


def test_a_complex_chooses_the_flat_fee_and_takes_it_back(walk: Begin) -> None:
    """K2, C11: 200 units; the flat fee holds from the next month on, and until then it can be taken back."""
    ayu, name = walk(phone=True), "griya-ganti-hp"
    ayu.sign_complex_up("Griya Ganti", name, 200)
    began = TODAY + timedelta(days=30)
    ayu.move_clock(name, began)
    ayu.pay_by_midtrans(name)
    following = spell_day(add_months(began.replace(day=1), 1), "id")

    ayu.visit(name, "/langganan/")
    ayu.check()
    ayu.page.get_by_role("link", name="Lihat pilihan paket").click()
    ayu.sees("Paket Anda sekarang")
    ayu.check()
    ayu.page.get_by_label(re.compile("Tarif tetap, per tahun")).check()
    expect(ayu.page.locator("#preview")).to_contain_text("Rp 16.200.000 per tahun")
    ayu.page.get_by_label(re.compile("Tarif tetap, per bulan")).check()
    ayu.sees(f"mulai {following}")
    expect(ayu.page.locator("#preview")).to_contain_text("Rp 1.500.000 per bulan")
    ayu.check()
    ayu.page.get_by_role("button", name=f"Ganti ke Tarif tetap per bulan mulai {following}").click()
    ayu.arrives(r"/langganan/$")
    ayu.sees(f"Mulai {following}: paket Tarif tetap")
    ayu.check()
    ayu.visit(name)
    ayu.sees(f"Tarif tetap mulai {following}")
    ayu.check()

    ayu.visit(name, "/langganan/")
    ayu.page.get_by_role("button", name="Batalkan perubahan").click()
    ayu.arrives(r"/langganan/$")
    ayu.sees("Paket Anda tetap seperti sekarang")
    expect(ayu.page.locator("main")).not_to_contain_text(f"Mulai {following}: paket")
