"""Pausing and going on: what closes and what is billed is seen first (N2)."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.browser.stage import AYU, customer
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]


def test_a_learner_pauses_and_comes_back(walk: Begin) -> None:
    """N2: away until 1 June, back on 5 May: the period from 10 April is billed."""
    name, began = "belajar-hp", date(2026, 3, 10)
    customer(name, "naikkelas", 1, began, until=date(2026, 3, 20), paid=99_000, plan="learner")
    ayu = walk(phone=True)
    ayu.log_in(name, AYU)
    ayu.visit(name, "/langganan/")
    ayu.sees("Tutup akses untuk sementara")
    ayu.check()
    ayu.visit(name, "/langganan/jeda/")
    ayu.check()
    ayu.page.get_by_label("Jeda sampai").fill("2026-06-01")
    ayu.page.get_by_role("button", name="Jeda mulai hari ini").click()
    ayu.sees("Langganan Anda dijeda sampai 1 Juni 2026")
    ayu.check()
    ayu.move_clock(name, date(2026, 5, 5))
    ayu.visit(name, "/langganan/aktifkan/")
    ayu.sees("Rp 99.000")
    ayu.check()
    ayu.page.get_by_role("button", name="Aktifkan sekarang").click()
    ayu.sees("Langganan berjalan lagi")
