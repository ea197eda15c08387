"""Credit notes, write-offs and the books in the admin."""

from datetime import date

import pytest
from pytest_django import Settings

from billing.gateways.models import CreditRequest, WriteOff
from billing.models import Document, DocumentKind
from billing.services.books.checking import check_books
from tenants.context import inside
from tenants.models import Event, Tenant
from tests.admin.conftest import NOW, StaffAs
from tests.admin.test_actions import REASON, do
from tests.admin.test_permissions import address
from tests.billing.lives import pay

pytestmark = pytest.mark.usefixtures("at_noon")


def test_a_credit_note_is_previewed_issued_and_printed(billed: Tenant, invoice: Document, staff_as: StaffAs) -> None:
    """250.000 of 750.000: the preview says what is owed afterwards and leaves nothing behind."""
    client = staff_as("finance")
    preview = client.post(address(billed, "nota-kredit"), REASON | {"number": invoice.number, "amount": 250000})
    text = preview.content.decode()
    assert "Kreditkan Rp 250.000" in text
    assert "<s>Rp 750.000</s> → <b>Rp 500.000</b>" in text
    with inside(billed):
        assert Document.papers.count() == 1
    done = do(client, billed, "nota-kredit", number=invoice.number, amount=250000)
    assert done.status_code == 302
    with inside(billed):
        note = Document.papers.get(kind=DocumentKind.CREDIT_NOTE)
    page = client.get(f"/admin/tenants/tenant/{billed.pk}/").content.decode()
    assert note.number in page
    too_much = client.post(address(billed, "nota-kredit"), REASON | {"number": invoice.number, "amount": 500001})
    assert "Rp 500.000" in too_much.content.decode()
    assert "confirm" not in too_much.content.decode()


def test_the_button_does_what_its_preview_showed_and_nothing_typed_afterwards(
    billed: Tenant, invoice: Document, staff_as: StaffAs
) -> None:
    """250.000 looked at, 400.000 typed below the preview: shown anew, nothing done; pressed again for 400.000 it is done."""
    client, typed = staff_as("finance"), REASON | {"number": invoice.number, "amount": 250000}
    shown = client.post(address(billed, "nota-kredit"), typed).context
    pressed = {"confirm": "1", "once": shown["once"], "shown": shown["shown"]}
    anew = client.post(address(billed, "nota-kredit"), typed | pressed | {"amount": 400000})
    assert (anew.status_code, "Isian berubah sejak pratinjau" in anew.content.decode()) == (200, True)
    billed.refresh_from_db()
    assert billed.balance == 750_000
    pressed |= {"shown": anew.context["shown"], "amount": "400000"}
    assert client.post(address(billed, "nota-kredit"), typed | pressed).status_code == 302
    billed.refresh_from_db()
    assert billed.balance == 350_000


def test_a_large_credit_note_is_issued_by_two(
    billed: Tenant, invoice: Document, staff_as: StaffAs, settings: Settings
) -> None:
    """250.000 above a limit of 200.000: asked for by one, refused to him, agreed to by another; the trail names both."""
    settings.CREDIT_NOTE_APPROVAL_LIMIT = 200_000
    asking, agreeing = staff_as("finance"), staff_as("bizops")
    typed = REASON | {"number": invoice.number, "amount": 250000}
    preview = asking.post(address(billed, "nota-kredit"), typed).content.decode()
    assert "Minta nota kredit Rp 250.000" in preview
    assert "Baru terjadi setelah orang lain menyetujuinya" in preview
    assert "Rp 500.000" in preview  # what the invoice is left with then
    confirmed = typed | {"confirm": "1", "once": "a"}
    assert asking.post(address(billed, "nota-kredit"), confirmed).status_code == 302
    billed.refresh_from_db()
    again = asking.get(address(billed, "nota-kredit"), {"nomor": invoice.number})
    assert (again.status_code, "Rp 250.000" in again.content.decode()) == (409, True)
    place = f"/admin/nota-kredit/{CreditRequest.objects.get().pk}/"
    assert (billed.balance, asking.post(place, {"approve": "1"}).status_code) == (750_000, 422)
    assert "orang lain yang harus" in asking.get(place).content.decode()
    assert staff_as("support").post(place, {"approve": "1"}).status_code == 403
    assert agreeing.post(place, {"reject": "1", "reason": "x"}).status_code == 422
    waits = next(item for item in agreeing.get("/admin/").context["urgent"] if item.label.startswith("Nota kredit"))
    assert (waits.count, invoice.number in agreeing.get(waits.url).content.decode()) == (1, True)
    assert agreeing.post(place, {"approve": "1"}).status_code == 302
    billed.refresh_from_db()
    assert billed.balance == 500_000
    page = agreeing.get(place).content.decode()
    assert "Rina finance" in page
    assert "Rina bizops" in page
    assert agreeing.post(place, {"reject": "1", "reason": "Terlambat"}).status_code == 422


def test_a_debt_is_written_off_with_a_reason(billed: Tenant, invoice: Document, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    assert do(client, billed, "hapus-buku", number=invoice.number).status_code == 302
    billed.refresh_from_db()
    assert billed.balance == 0
    assert Event.objects.get(tenant=billed, name="invoice.written_off").cause == REASON["reason"]
    assert client.get(address(billed, "hapus-buku"), {"nomor": invoice.number}).status_code == 409


def test_a_large_debt_is_written_off_by_two(
    billed: Tenant, invoice: Document, staff_as: StaffAs, settings: Settings
) -> None:
    """750.000 above a limit of 500.000: asked for by one, refused to him, agreed to by another; the trail names both."""
    settings.WRITE_OFF_APPROVAL_LIMIT = 500_000
    asking, agreeing = staff_as("finance"), staff_as("bizops")
    typed = REASON | {"number": invoice.number}
    preview = asking.post(address(billed, "hapus-buku"), typed).content.decode()
    assert "Minta hapus buku" in preview
    assert "Baru terjadi setelah orang lain menyetujuinya" in preview
    assert "Rp 0" in preview
    assert asking.post(address(billed, "hapus-buku"), typed | {"confirm": "1", "once": "a"}).status_code == 302
    billed.refresh_from_db()
    again = asking.get(address(billed, "hapus-buku"), {"nomor": invoice.number})
    assert (again.status_code, "Rp 750.000" in again.content.decode()) == (409, True)
    place = f"/admin/hapus-buku/{WriteOff.objects.get().pk}/"
    assert (billed.balance, asking.post(place, {"approve": "1"}).status_code) == (750_000, 422)
    assert "orang lain yang harus" in asking.get(place).content.decode()
    assert staff_as("support").post(place, {"approve": "1"}).status_code == 403
    assert agreeing.post(place, {"reject": "1", "reason": "x"}).status_code == 422
    assert agreeing.post(place, {"approve": "1"}).status_code == 302
    billed.refresh_from_db()
    assert billed.balance == 0
    page = agreeing.get(place).content.decode()
    assert "Rina finance" in page
    assert "Rina bizops" in page
    assert agreeing.post(place, {"reject": "1", "reason": "Terlambat"}).status_code == 422


def test_staff_who_book_money_print_its_receipt_and_nobody_else(
    billed: Tenant, invoice: Document, staff_as: StaffAs, settings: Settings, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path
    payment = pay(billed, date(2025, 3, 5), 750_000)
    path = f"/admin/tenants/tenant/{billed.pk}/pembayaran/{payment.pk}/kuitansi.pdf"
    assert staff_as("support").get(path).status_code == 403
    client = staff_as("finance")
    assert path in client.get(f"/admin/tenants/tenant/{billed.pk}/").content.decode()
    assert client.get(path).status_code in {200, 503}, "503 where Pango's libraries are not here"
    with inside(billed):
        assert Document.papers.get(kind=DocumentKind.RECEIPT).total == 750_000
    nobody = f"/admin/tenants/tenant/{billed.pk}/pembayaran/{billed.pk}/kuitansi.pdf"
    assert client.get(nobody).status_code == 404


def test_the_books_of_one_and_of_all_are_read_by_staff(billed: Tenant, invoice: Document, staff_as: StaffAs) -> None:
    """750.000 paid on 5 March: cash against what is earned from March to the next February."""
    pay(billed, date(2025, 3, 5), 750_000)
    client = staff_as("read-only")
    page = client.get(f"/admin/tenants/tenant/{billed.pk}/pembukuan/").content.decode()
    for words in ("Kas, transfer", "Pendapatan diterima di muka", invoice.number, "Februari 2026", "Rp 750.000"):
        assert words in page, words
    cash = client.get(f"/admin/tenants/tenant/{billed.pk}/pembukuan/", {"akun": "cash:transfer", "halaman": "x"})
    assert [row["entry"].fact for row in cash.context["entries"]] == ["settlement"]
    assert check_books(tenant=billed, now=NOW) == ()
    all_books = client.get("/admin/pembukuan/").content.decode()
    assert "Semua pembukuan cocok." in all_books
    assert "Rp 750.000" in all_books
    assert "tidak dihitung" not in all_books
    Tenant.objects.filter(pk=billed.pk).update(is_test=True)
    assert "Satu tenant uji tidak dihitung" in client.get("/admin/pembukuan/").content.decode()
