"""Leaving with notice: the end and the last invoice are seen, another day is looked at, and it is taken back (C8)."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.browser.stage import AYU, customer
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]


def test_a_cooperative_leaves_with_notice_and_stays_after_all(walk: Begin) -> None:
    """C8: on 10 April, 30 days before the period ends; a later day ends with its own period."""
    name = "koperasi-hp"
    customer(name, "koperasi", 80, date(2026, 3, 10), until=date(2026, 4, 10), paid=5_499_000, plan="starter")
    ayu = walk(phone=True)
    ayu.log_in(name, AYU)
    ayu.visit(name, "/langganan/berhenti/")
    ayu.sees("sampai 10 April 2026 Anda masih dapat berhenti pada 10 Mei 2026")
    ayu.check()
    ayu.page.get_by_label("Berhenti pada hari lain").fill("2026-05-20")
    ayu.page.get_by_role("button", name="Lihat akibatnya").click()
    ayu.sees("Rp 499.000, tetap terbit 10 Mei 2026")
    ayu.check()
    ayu.page.get_by_label("Terlalu mahal").check()
    ayu.page.get_by_role("button", name="Berhenti pada 10 Juni 2026").click()
    ayu.arrives(r"/$")
    ayu.sees("Langganan Anda berhenti 10 Juni 2026")
    ayu.visit(name, "/langganan/")
    ayu.sees("dengan pemberitahuan 30 hari")
    ayu.check()
    ayu.page.get_by_role("button", name="Lanjutkan langganan").click()
    ayu.sees("Tidak ada tagihan")
