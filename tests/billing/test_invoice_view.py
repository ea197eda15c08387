"""What stands on a document, and its printed page, without a database."""

import re
from datetime import date
from decimal import Decimal

import pytest

from billing.documents.facts import Settlement
from billing.documents.invoice_pdf import Printable, render_html
from billing.documents.view import invoice_view, spell_npwp
from tests.billing.paper import ISSUER, LINK, PERIOD_LINE, document, line


def printed(view: Printable) -> str:
    """The words of the printed page, without style and markup."""
    page = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", render_html(view), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")


def test_an_open_invoice_says_what_is_due_when_and_how_to_pay_it() -> None:
    """X1, X7."""
    text = printed(invoice_view(document(), [line()], "id", LINK))
    for words in (
        "Tagihan C/INV/1",
        "SMAN 1",
        "Rp 750.000",
        "Tujuh ratus lima puluh ribu rupiah",
        "Jatuh tempo 17 Maret 2025",
        "1 Maret 2025 – 28 Februari 2026",
        "150 siswa Rp 5.000 Rp 750.000",
        "Harga Rp 5.000 dikunci selama masa langganan.",
        "BCA 5270301001",
        "a.n. PT Contoh Nusantara",
        "Cantumkan nomor C/INV/1 pada berita transfer.",
        LINK,
        "NPWP 0001 3456 7890 1200",
        "Jakarta, 1 Maret 2025",
        "Bagian Keuangan",
    ):
        assert words in text


def test_the_same_in_english() -> None:
    text = printed(invoice_view(document(), [line()], "en", LINK))
    for words in ("Invoice C/INV/1", "Due on 17 March 2025", "Seven hundred fifty thousand rupiah", "150 students"):
        assert words in text
    assert "Tagihan" not in text


def test_a_non_pkp_issuer_prints_no_tax_and_a_pkp_does() -> None:
    assert "PPN" not in printed(invoice_view(document(), [line()], "id", LINK))
    taxed = document(issuer=ISSUER | {"is_pkp": True}, subtotal=750_000, tax=82_500, total=832_500)
    rows = [(row.label, row.amount) for row in invoice_view(taxed, [line()], "id", LINK).totals]
    assert rows == [("Subtotal", 750_000), ("PPN", 82_500), ("Total", 832_500)]


def test_a_price_with_the_tax_in_it_says_so_beside_an_amount_without() -> None:
    """3 × 100.000 = 300.000, of which 270.270 are the price: without a word the line would not add up."""
    told = {"base": 270_270, "amount": 29_730, "inclusive": True, "formula": "300.000 − 270.270 = Rp 29.730"}
    reasons = PERIOD_LINE | {"unit_price": "100000", "tax": told}
    taxed = line(quantity=Decimal(3), unit_price=Decimal(100_000), amount=270_270, explanation=reasons)
    assert "3 siswa Rp 100.000 termasuk PPN Rp 270.270" in printed(invoice_view(document(), [taxed], "id", LINK))
    assert "termasuk PPN" not in printed(invoice_view(document(), [line()], "id", LINK))


def test_a_credit_note_asks_for_nothing_and_names_its_reason() -> None:
    note = document(kind="credit", status="paid", note="Sekolah menutup kelas")
    text = printed(invoice_view(note, [line(explanation={"invoice": "C/INV/1"})], "id", ""))
    for words in ("Nota Kredit", "Atas tagihan C/INV/1", "Kepada SMAN 1", "Alasan Sekolah menutup kelas"):
        assert words in text
    for words in ("Ditagihkan kepada", "Jatuh tempo", "Transfer bank"):
        assert words not in text


def test_credit_and_payments_are_taken_off_and_the_rest_is_what_is_due() -> None:
    view = invoice_view(document(paid=300_000), [line()], "id", LINK, Settlement(paid=200_000, credit=100_000))
    assert [(row.label, row.amount_text) for row in view.totals] == [
        ("Total", "Rp 750.000"),
        ("Saldo kredit dipakai", "-Rp 100.000"),
        ("Sudah dibayar", "-Rp 200.000"),
        ("Sisa yang harus dibayar", "Rp 450.000"),
    ]
    assert (view.headline.amount, view.in_words) == (450_000, "Empat ratus lima puluh ribu rupiah")


def test_a_paid_invoice_is_stamped_lunas_and_asks_for_nothing() -> None:
    view = invoice_view(document(status="paid", paid=750_000, paid_on=date(2025, 3, 5)), [line()], "id", LINK)
    text = printed(view)
    assert view.stamp is not None
    assert (view.stamp.text, view.outstanding, view.qr, view.banks) == ("Lunas, 5 Maret 2025", 0, "", ())
    assert "Lunas 5 Maret 2025" in text
    assert "Transfer bank" not in text
    assert LINK not in text


def test_a_void_invoice_is_stamped_batal_with_day_and_reason() -> None:
    void = document(status="void", voided_on=date(2025, 3, 6), void_reason="Jumlah siswa keliru")
    view = invoice_view(void, [line()], "id", LINK)
    text = printed(view)
    assert "Batal 6 Maret 2025" in text
    assert "Dokumen ini tidak berlaku. Tidak ada yang perlu dibayar." in text
    assert "Sebab: Jumlah siswa keliru" in text
    assert 'class="watermark"' in render_html(view)
    assert (view.outstanding, view.pay_url) == (0, "")


def test_a_late_fee_is_a_note_of_its_own_for_a_single_day() -> None:
    """K3: a fee on the 16th is a document of its own, not an invoice."""
    fee = document(kind="late_fee", period_from=date(2026, 4, 16), period_to=date(2026, 4, 17), total=60_000)
    view = invoice_view(fee, [], "id", LINK)
    assert (view.title, view.period, view.in_words) == ("Nota Denda", "16 April 2026", "Enam puluh ribu rupiah")
    assert invoice_view(fee, [], "en", LINK).title == "Late fee note"


def test_what_people_typed_is_text_and_never_markup() -> None:
    name = 'SD <script>alert(1)</script> & "Bu O\'Neil" <img src=x>'
    typed = document(customer={"name": name, "address": "<b>Jl.</b>"}, note="<style>*{display:none}</style>\nbaris dua")
    page = render_html(invoice_view(typed, [line(description="<i>miring</i>")], "id", 'https://x.test/?a="><hr>'))
    for markup in ("<script", "<img", "<b>Jl", "<i>miring", "*{display:none}</style>", "<hr"):
        assert markup not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Bu O&#x27;Neil&quot;" in page
    assert "<br>baris dua" in page


def test_the_qr_code_is_a_drawing_without_style_or_script() -> None:
    code = invoice_view(document(), [line()], "id", LINK).qr
    assert code.startswith("<svg")
    assert not re.search(r"style=|<script|<title|<text", code)


def test_a_document_without_period_unit_or_explanation_is_printed_all_the_same() -> None:
    view = invoice_view(document(period_from=None, period_to=None), [line(explanation={})], "id", "")
    assert (view.period, view.lines[0].quantity, view.lines[0].reasons, view.qr) == ("", "150", "", "")


def test_a_flat_price_shows_no_unit_beside_its_one() -> None:
    flat = line(quantity=1, explanation=PERIOD_LINE | {"unit_price": None})
    assert invoice_view(document(), [flat], "id", "").lines[0].quantity == "1"


@pytest.mark.parametrize(
    ("npwp", "shown"),
    [("0013456789012000", "0013 4567 8901 2000"), ("013456789012000", "0013 4567 8901 2000"), ("", "")],
)
def test_a_tax_number_is_read_in_groups_of_four(npwp: str, shown: str) -> None:
    assert spell_npwp(npwp) == shown
