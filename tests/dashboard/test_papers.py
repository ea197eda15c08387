"""Kuitansi, credit notes and the statement of account on the customer's pages."""

from collections.abc import Callable
from datetime import date

from django.test import Client
from pytest_django import Settings

from billing.models import Document
from billing.services.corrections.credit_notes import issue_credit_note
from tenants.context import inside
from tenants.models import Tenant, User
from tests.billing.lives import pay
from tests.dashboard.stages import ISSUED, at_day, only_invoice, text_of

ClientAt = Callable[..., Client]


def test_a_member_finds_every_paper_and_an_outsider_none(
    school: Tenant, ayu: User, citra: User, client_at: ClientAt, settings: Settings, tmp_path: object
) -> None:
    """Paid 750.137, then 50.000 taken back: receipt, credit note and statement, each as a page or a PDF."""
    settings.MEDIA_ROOT = tmp_path
    at_day(school, ISSUED)
    invoice, client = only_invoice(school), client_at(school, ayu)
    payment = pay(school, ISSUED, 750_137)
    note = issue_credit_note(tenant=school, number=invoice.number, reason="salah hitung", today=ISSUED, amount=50_000)
    page = text_of(client.get(f"/tagihan/{invoice.slug}/"))
    paths = [f"/pembayaran/{payment.pk}/kuitansi/", f"/dokumen/{note.slug}/pdf/", "/rekening/pdf/"]
    assert all(path in page for path in paths[:2])
    assert "1 Maret 2025, Transfer bank <a" in page
    first = [client.get(path) for path in paths]
    assert {answer.headers["Content-Type"] for answer in first} == {"application/pdf"}
    assert client.get(paths[0]).content == first[0].content, "the same paper ever after"
    statement = text_of(client.get("/rekening/", {"first": "2025-03-01", "last": "2025-03-31"}))
    for words in ("1 Maret 2025 – 31 Maret 2025", note.number, "Rp 750.000", "-Rp 50.137"):
        assert words in statement, words
    wrong = client.get("/rekening/", {"first": "2025-03-31", "last": "2025-03-01"})
    assert wrong.status_code == 422
    assert "Hari terakhir tidak boleh sebelum hari pertama." in text_of(wrong)
    other = Tenant.objects.get(schema_name="t_lain")
    outsider = client_at(other, citra)
    assert [outsider.get(path).status_code for path in paths[:2]] == [404, 404]
    assert note.number not in text_of(outsider.get("/rekening/", {"first": "2025-01-01", "last": "2025-12-31"}))
    with inside(other):
        assert not Document.papers.filter(kind="receipt").exists()
    assert client.get(f"/tagihan/{note.slug}/").status_code == 404, "a credit note is no claim to pay"
    assert date(2025, 3, 1) == ISSUED
