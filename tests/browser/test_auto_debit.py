"""Auto-debit on a phone (K7): agreed to, the card given on the gateway's page, charged on the due day, stopped."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.browser.stage import AYU, customer
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]


def test_a_card_is_agreed_to_charged_and_forgotten(walk: Begin) -> None:
    """Griya owes 600.000, due on 15 March: the test clock goes there, and the card is charged over HTTP."""
    ayu, name = walk(phone=True), "griya-kartu"
    customer(name, "klustera", 200, date(2026, 1, 30), until=date(2026, 3, 5))
    ayu.log_in(name, AYU)
    page = ayu.page
    ayu.visit(name, "/bayar/")
    page.get_by_role("link", name="Bayar otomatis dengan auto-debit").click()
    ayu.sees("Paling banyak per tagihan")
    ayu.check()
    page.get_by_role("button", name="Setuju dan lanjutkan").click()
    ayu.sees("Centang persetujuan untuk melanjutkan")
    ayu.check()
    page.get_by_label("Saya setuju tagihan ditarik otomatis").check()
    page.get_by_role("button", name="Setuju dan lanjutkan").click()
    ayu.arrives("/sandbox/midtrans/pay/")
    page.get_by_role("button", name="Bayar", exact=True).click()
    ayu.arrives("/auto-debit/")
    ayu.sees("Ditarik 15 Maret 2026")
    ayu.check()
    ayu.move_clock(name, date(2026, 3, 15))
    ayu.visit(name, "/auto-debit/")
    ayu.sees("Berhasil")
    ayu.check()
    page.get_by_role("button", name="Hentikan auto-debit").click()
    ayu.sees("Auto-debit dihentikan")
    ayu.sees("Setuju dan lanjutkan")
