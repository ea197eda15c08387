"""The PDF itself: pages, text, bytes, and no network."""

import socket
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import weasyprint

from billing.documents import invoice_pdf
from billing.documents.facts import Settlement
from billing.documents.invoice_pdf import pdf_available, render_html, render_pdf
from billing.documents.shown import InvoiceView
from billing.documents.view import invoice_view
from billing.errors import PdfUnavailable
from tests.billing.paper import LINK, document, line


def laid_out(view: InvoiceView) -> list[str]:
    """The text of each page as WeasyPrint lays it out, page margins included; read without a PDF program."""
    pages = weasyprint.HTML(string=render_html(view)).render().pages
    return [" ".join(_texts(page._page_box)).replace("\xa0", " ") for page in pages]


def _texts(box: Any) -> Iterator[str]:
    if hasattr(box, "text"):
        yield box.text.strip()
    for child in getattr(box, "children", ()):
        yield from _texts(child)


def test_an_ordinary_invoice_is_one_page() -> None:
    pages = laid_out(invoice_view(document(), [line()], "id", LINK))
    assert len(pages) == 1
    assert "Tujuh ratus lima puluh ribu rupiah" in pages[0]
    assert "Tagihan C/INV/1" in pages[0]
    assert "Halaman 1 dari 1" in pages[0]


def test_ways_to_pay_and_signature_stay_on_the_page_of_the_total() -> None:
    """Tax, credit and a payment beside an address of two lines: the signature stood alone on a second page."""
    told = {"code": "04", "percent": "12", "base": 300_000, "other_base": 275_000, "amount": 33_000, "charged": 33_000}
    customer = {"name": "Perumahan Griya Bukit Jaya Permai Tahap II", "address": "Jl. Ir. H. Juanda No. 16, " * 3}
    taxed = document(subtotal=300_000, tax=33_000, total=333_000, taxation=told | {"words": {}}, customer=customer)
    settled = Settlement(paid=100_000, credit=33_000)
    (page,) = laid_out(invoice_view(taxed, [line()], "id", LINK, settled))
    assert "Rp 200.000" in page
    assert "Bagian Keuangan" in page


def test_sixty_lines_repeat_the_head_and_count_the_pages() -> None:
    """60 × 750.000 = 45.000.000."""
    view = invoice_view(document(subtotal=45_000_000, total=45_000_000), [line() for _ in range(60)], "id", LINK)
    pages = laid_out(view)
    assert len(pages) > 3
    assert sum(page.count("150 siswa") for page in pages) == 60
    for number, page in enumerate(pages, start=1):
        assert f"Halaman {number} dari {len(pages)}" in page
        assert "Tagihan C/INV/1" in page
        assert ("150 siswa" not in page) or "Harga satuan" in page
    assert "Rp 45.000.000" in pages[0]
    last = max(at for at, page in enumerate(pages) if "150 siswa" in page)
    assert "Rp 45.000.000" in pages[last]


def test_every_page_of_a_void_document_says_so() -> None:
    void = document(status="void", voided_on=date(2025, 3, 6), void_reason="Keliru")
    pages = laid_out(invoice_view(void, [line() for _ in range(20)], "id", LINK))
    assert len(pages) > 1
    assert all("Batal".upper() in page.upper() for page in pages)


def test_the_same_document_is_the_same_bytes() -> None:
    view = invoice_view(document(), [line()], "id", LINK)
    first = render_pdf(view)
    assert first.startswith(b"%PDF-")
    assert render_pdf(view) == first
    assert render_pdf(invoice_view(document(), [line()], "en", LINK)) != first


def test_printing_fetches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_: calls.append(args))
    monkeypatch.setattr(invoice_pdf, "render_html", lambda _: "<img src='http://127.0.0.1:9/x.png'>")
    assert render_pdf(invoice_view(document(), [line()], "id", LINK)).startswith(b"%PDF-")
    assert calls == []


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "x.png"])
def test_the_printer_is_given_no_way_to_files_or_network(address: str) -> None:
    with pytest.raises(ValueError, match="URI"):
        invoice_pdf._only_data(weasyprint).fetch(address)


def test_without_its_libraries_printing_says_so_and_health_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    invoice_pdf._weasyprint.cache_clear()
    monkeypatch.setattr(invoice_pdf, "import_module", missing)
    assert not pdf_available()
    with pytest.raises(PdfUnavailable, match="libpango"):
        render_pdf(invoice_view(document(), [line()], "id", LINK))
    monkeypatch.undo()
    assert pdf_available()
