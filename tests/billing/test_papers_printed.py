"""Receipts and statements as they are printed, without a database."""

from datetime import date

from billing.documents.account_statement import statement_view
from billing.documents.receipt import receipt_view
from billing.rules.account_statement import Movement, statement
from tests.billing.paper import ISSUER, document
from tests.billing.test_invoice_view import printed

D = date
SCHOOL = {"name": "SMAN 1", "address": "Jl. Juanda 16, Bogor", "npwp": "0312345678404000", "contact": "Ayu"}
OVERPAID = [
    Movement(D(2025, 3, 1), "invoice", "C/INV/1", charged=750_000),
    Movement(D(2025, 3, 10), "payment", "qris", settled=750_137),
]
EXPLAINED = "Saldo negatif adalah kelebihan bayar, tersimpan sebagai kredit."


def test_a_kuitansi_says_from_whom_how_much_for_what_and_how_it_came() -> None:
    """8 invoices of 5.500.000 and 1.001.000 of credit: 45.001.000, above 5.000.000 with the box of the stamp."""
    paying = {"paying": {"id": "C/INV/2025/03/00001 (Rp 5.500.000)"}, "paid_by": {"id": "Midtrans (QRIS)"}}
    duty = {"stamp_duty": {"above": 5_000_000, "amount": 10_000}}
    paid = document(total=45_001_000, paid_on=D(2025, 3, 5), customer=SCHOOL | paying, issuer=ISSUER | duty)
    text = printed(receipt_view(paid, "id"))
    for words in (
        "Telah terima dari SMAN 1",
        "Uang sejumlah Empat puluh lima juta seribu rupiah",
        "Untuk pembayaran C/INV/2025/03/00001 (Rp 5.500.000)",
        "Cara pembayaran Midtrans (QRIS)",
        "Diterima tanggal 5 Maret 2025",
        "Meterai Rp 10.000",
        "NPWP 0001 3456 7890 1200",
    ):
        assert words in text


def test_a_void_kuitansi_is_not_valid_and_says_nothing_of_paying() -> None:
    text = printed(receipt_view(document(status="void", void_reason="salah tenant", customer=SCHOOL), "id"))
    assert "Kuitansi ini tidak berlaku. Sebab: salah tenant" in text
    assert "Cara pembayaran" not in text
    assert "perlu dibayar" not in text


def test_a_statement_names_both_parties_and_explains_a_balance_below_zero() -> None:
    made = statement(OVERPAID, D(2025, 3, 1), D(2025, 3, 31))
    text = printed(statement_view(made, ISSUER, SCHOOL, "id"))
    for words in ("NPWP 0001 3456 7890 1200", "NPWP 0312 3456 7840 4000", "Saldo akhir -Rp 137", EXPLAINED):
        assert words in text
    owing = statement(OVERPAID[:1], D(2025, 3, 1), D(2025, 3, 31))
    assert EXPLAINED not in printed(statement_view(owing, ISSUER, SCHOOL, "id"))
