"""Printed once and kept; found by number, link, kind and state."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from pytest_django import Settings

from billing.errors import DocumentNotFound
from billing.models import Document, Subscription
from billing.selectors.documents import (
    badge_of,
    document_by_slug,
    document_by_token,
    documents_of,
    issued_view_of,
    pay_address,
    view_of,
)
from billing.services.documents import printing as documents
from billing.services.documents.invoicing import issue_one_off, void_document
from billing.services.documents.printing import pdf_of
from billing.services.payments.receiving import Received, record_payment
from plans.rules.catalogue import Text
from tenants.context import Actor, acting, inside, writing
from tenants.errors import DomainError
from tenants.models import Event, Tenant

PassDays = Callable[[Tenant, date, date], None]
NOW = datetime(2025, 3, 1, 3, tzinfo=UTC)
SLUG = "XC-INV-2025-03-00001"


@pytest.fixture(autouse=True)
def archive(settings: Settings, tmp_path: Path) -> Path:
    """A storage of this test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "invoices" / "t_sman1"


@pytest.fixture
def invoice(school: Tenant, pass_days: PassDays) -> Document:
    """The first invoice of SMAN 1: 150 × 5.000, issued 2025-03-01 (X7)."""
    pass_days(school, date(2025, 2, 28), date(2025, 3, 1))
    with inside(school):
        return Document.objects.get()


def printed(school: Tenant, language: str = "id") -> bytes:
    """What somebody gets who asks for the PDF now."""
    with inside(school):
        current = Document.objects.get()
    return pdf_of(tenant=school, document=current, language=language, now=NOW).content


def pay(school: Tenant, amount: int, on: date) -> None:
    record_payment(tenant=school, received=Received(amount, "transfer", f"t-{amount}", on))


def void(school: Tenant, invoice: Document) -> None:
    with writing(school):
        void_document(school, Subscription.objects.get(), invoice, reason="Keliru", on=date(2025, 3, 6))


def test_the_second_request_gets_the_bytes_of_the_first(
    school: Tenant, invoice: Document, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = printed(school)
    monkeypatch.setattr(documents, "render_pdf", lambda _: b"another print")
    assert printed(school) == first
    with inside(school):
        entry = Document.objects.get().pdf["id"]
    assert entry == {"path": f"invoices/t_sman1/{SLUG}-id.pdf", "sha256": hashlib.sha256(first).hexdigest()}
    assert [path.name for path in archive.iterdir()] == [f"{SLUG}-id.pdf"]


def test_each_language_is_a_print_of_its_own_and_anything_else_is_indonesian(
    school: Tenant, invoice: Document, archive: Path
) -> None:
    assert printed(school, "en-GB") != printed(school, "fr") == printed(school, "id")
    assert sorted(path.name for path in archive.iterdir()) == [f"{SLUG}-en.pdf", f"{SLUG}-id.pdf"]


def test_a_part_payment_does_not_change_the_invoice_that_was_issued(school: Tenant, invoice: Document) -> None:
    with inside(school):
        untouched = issued_view_of(school, invoice, "id")
    pay(school, 100_000, date(2025, 3, 2))
    with inside(school):
        current = Document.objects.get()
        assert issued_view_of(school, current, "id") == untouched
        assert view_of(school, current, "id").outstanding == 650_000


def test_a_paid_and_a_void_print_stand_beside_the_invoice(school: Tenant, invoice: Document, archive: Path) -> None:
    issued = printed(school)
    pay(school, 750_000, date(2025, 3, 5))
    paid = printed(school)
    with inside(school):
        current = Document.objects.get()
    void(school, current)
    assert len({issued, paid, printed(school)}) == 3
    assert sorted(path.name for path in archive.iterdir()) == [
        f"{SLUG}-id-paid-2025-03-05.pdf",
        f"{SLUG}-id-void-2025-03-06.pdf",
        f"{SLUG}-id.pdf",
    ]
    assert (archive / f"{SLUG}-id.pdf").read_bytes() == issued


def test_two_requests_at_once_make_one_file(school: Tenant, invoice: Document, archive: Path) -> None:
    """Both found nothing kept; the later one gets what the earlier one stored."""
    earlier = pdf_of(tenant=school, document=invoice, language="id", now=NOW).content
    invoice.pdf = {}
    assert documents._keep(school, invoice, "id", b"the print of the later one", NOW) == earlier
    assert len(list(archive.iterdir())) == 1


@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_a_damaged_file_is_never_served_but_made_again_and_told(
    school: Tenant, invoice: Document, archive: Path, harm: str
) -> None:
    first = printed(school)
    kept = archive / f"{SLUG}-id.pdf"
    kept.write_bytes(b"forged") if harm == "changed" else kept.unlink()
    assert printed(school) == first
    event = Event.objects.get(tenant=school, name="document.pdf_replaced")
    assert (event.data["found"], event.data["same_bytes"]) == (harm, True)
    assert printed(school) == first
    assert Event.objects.filter(name="document.pdf_replaced").count() == 1


def test_another_printer_leaves_the_old_hash_on_record(
    school: Tenant, invoice: Document, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = printed(school)
    (archive / f"{SLUG}-id.pdf").unlink()
    monkeypatch.setattr(documents, "render_pdf", lambda _: b"a newer printer")
    assert printed(school) == b"a newer printer"
    with inside(school):
        pdf = Document.objects.get().pdf
    assert [(old["print"], old["found"]) for old in pdf["replaced"]] == [("id", "missing")]
    assert pdf["replaced"][0]["sha256"] == hashlib.sha256(first).hexdigest()


def test_a_link_opens_its_own_document_and_no_other(school: Tenant, invoice: Document) -> None:
    with inside(school):
        assert document_by_slug(SLUG) == document_by_token(SLUG, invoice.access_token) == invoice
        wrong = ((SLUG, "x"), (SLUG, ""), (SLUG, "é"), ("XC-INV-9", invoice.access_token), ("XC-INV-9", "-" * 43))
        for slug, token in wrong:
            with pytest.raises(DocumentNotFound):
                document_by_token(slug, token)
        with pytest.raises(DocumentNotFound):
            document_by_slug("XC-INV-9")
    assert pay_address(school, invoice).startswith("http://sman1.localhost")
    assert pay_address(school, invoice).endswith(f"/i/{SLUG}/{invoice.access_token}/")


def test_another_tenants_link_opens_nothing(school: Tenant, complex_: Tenant, invoice: Document) -> None:
    with inside(complex_), pytest.raises(DocumentNotFound):
        document_by_token(SLUG, invoice.access_token)


def test_pages_run_from_the_newest_to_the_oldest_and_back(complex_: Tenant, pass_days: PassDays) -> None:
    """K3: invoices on 1 March and 1 April, fees on 16 March and 16 April."""
    pass_days(complex_, date(2026, 2, 28), date(2026, 4, 14))
    today = date(2026, 4, 14)
    with inside(complex_):
        everything = documents_of(today=today, size=50).documents
        assert len(everything) >= 3
        first = documents_of(today=today, size=2)
        second = documents_of(today=today, size=2, cursor=first.older)
        assert (*first.documents, *second.documents) == everything[:4]
        assert first.newer == ""
        assert documents_of(today=today, size=2, cursor=second.newer).documents == first.documents
        fees = documents_of(kind="late_fee", today=today).documents
        assert {document.kind for document in fees} == {"late_fee"}
        overdue = documents_of(status="overdue", today=today).documents
        assert all(document.due_on < today and badge_of(document, today) == "overdue" for document in overdue)
        assert documents_of(status="paid", today=today).documents == ()


@pytest.mark.parametrize("cursor", ["x", "é", "PDIwMjU", "4pi6", "Kg=="])
def test_a_cursor_that_was_tampered_with_is_refused(school: Tenant, cursor: str) -> None:
    with inside(school), pytest.raises(DomainError) as refused:
        documents_of(today=date(2025, 3, 1), cursor=cursor)
    assert (refused.value.code, refused.value.field) == ("bad_cursor", "cursor")


def test_the_page_shows_the_lines_with_their_reasons_and_the_ways_to_pay(school: Tenant, invoice: Document) -> None:
    with inside(school):
        view = view_of(school, invoice, "id")
    page = render_to_string("documents/_invoice_body.html", {"view": view}).replace("\xa0", " ")
    for words in ("<details", "50–500 siswa", "150 × 5.000 = Rp 750.000", "Tujuh ratus lima puluh ribu rupiah", "<svg"):
        assert words in page
    assert "5270301001" in page
    assert "style=" not in page
    assert "5270301001" not in render_to_string("documents/_invoice_body.html", {"view": view, "hide_payment": True})


def test_a_one_off_invoice_explains_itself_with_its_amount(school: Tenant, invoice: Document) -> None:
    """2 × 150.000 = 300.000."""
    words = Text(id="Pelatihan guru", en="Training of teachers")
    with writing(school):
        made = issue_one_off(
            school,
            Subscription.objects.get(),
            description=words,
            quantity=Decimal(2),
            unit_price=150_000,
            on=date(2025, 3, 2),
            note="Sesuai penawaran",
            cause="permintaan sekolah",
        )
        view = view_of(school, made, "en")
    assert (view.lines[0].description, view.note) == ("Training of teachers", "Sesuai penawaran")
    assert "Calculation: 2 × 150.000 = Rp 300.000." in view.lines[0].reasons.replace("\xa0", " ")


def test_the_page_of_a_void_document_says_so_and_why(school: Tenant, invoice: Document) -> None:
    void(school, invoice)
    with inside(school):
        page = render_to_string("documents/_invoice_body.html", {"view": view_of(school, invoice, "id")})
    assert "Batal, 6 Maret 2025" in page
    assert "Tidak ada yang perlu dibayar. Sebab: Keliru" in page


def test_the_state_of_a_document_in_a_word(school: Tenant, invoice: Document) -> None:
    """X7: due on the 17th, overdue from the 18th."""
    assert badge_of(invoice, date(2025, 3, 17)) == "open"
    assert badge_of(invoice, date(2025, 3, 18)) == "overdue"
    invoice.paid = 1
    assert badge_of(invoice, date(2025, 3, 17)) == "partly_paid"
    invoice.status = "void"
    assert badge_of(invoice, date(2025, 3, 18)) == "void"


def test_a_note_longer_than_a_payments_row_is_shortened_for_all_to_see_and_kept_whole_in_the_event(
    school: Tenant, invoice: Document
) -> None:
    note, name = "Titipan ibu bendahara. " * 12, "Dewi " * 30
    with acting(Actor("staff", name)):
        received = Received(1000, "cash", "kuitansi-1", date(2025, 3, 2), note=note)
        payment = record_payment(tenant=school, received=received)
    assert (len(payment.note), payment.note[-1]) == (200, "…")
    assert (len(payment.recorded_by), payment.recorded_by[-1]) == (100, "…")
    event = Event.objects.get(tenant=school, name="payment.received")
    assert (event.cause, event.actor) == (note, name)
