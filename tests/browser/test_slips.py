"""PPh 23 in a browser: the slip is sent from a phone, read at a desk, and the invoice is paid."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from tests.browser.stage import AYU, customer, it_is, staff_member
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
DEWI = "dewi@walk.test"


def photo() -> bytes:
    made = BytesIO()
    Image.new("RGB", (600, 800), "white").save(made, "PNG")
    return made.getvalue()


def test_a_slip_sent_from_a_phone_is_read_and_accepted_at_a_desk(
    walk: Begin, settings: Settings, tmp_path: Path
) -> None:
    """735.000 of 750.000 paid; the slip of 15.000 settles the rest."""
    settings.MEDIA_ROOT = tmp_path
    school, desk = walk(phone=True), walk()
    customer("sman9", "xclass", 150, date(2025, 2, 1), until=date(2025, 3, 9), paid=735_000)
    staff_member(DEWI)
    with it_is(date(2025, 3, 9)):
        page = school.page
        school.log_in("sman9", AYU)
        school.visit("sman9", "/tagihan/")
        page.locator("main tbody a").first.click()
        page.get_by_role("link", name="Kirim bukti potong PPh 23").click()
        school.check()
        page.locator("[name=paper]").set_input_files({"name": "bupot.png", "mimeType": "image/png", "buffer": photo()})
        page.locator("[name=slip_number]").fill("BP-23-001")
        page.get_by_role("button", name="Kirim bukti potong").click()
        school.sees("Isi tanggal bukti potong.")
        school.check()
        page.locator("[name=paper]").set_input_files({"name": "bupot.png", "mimeType": "image/png", "buffer": photo()})
        page.locator("[name=slip_on]").fill("2025-03-08")
        page.get_by_role("button", name="Kirim bukti potong").click()
        school.sees("tetap kami ingatkan")
        school.check()
        desk.log_in_as_staff(DEWI)
        desk.page.get_by_role("link", name="Bukti potong menunggu pemeriksaan").click()
        desk.page.get_by_role("link", name="BP-23-001").click()
        desk.page.get_by_role("button", name="Lihat yang akan terjadi").click()
        desk.sees("Rp 15.000 → Rp 0")
        desk.page.get_by_role("button", name="Terima dan bukukan").click()
        school.sees_invoices("sman9", "Lunas Rp 750.000")
