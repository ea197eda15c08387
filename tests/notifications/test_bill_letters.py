"""What the letters about bills say; no database."""

from datetime import date

from notifications.selectors.facts import Account, Facts
from notifications.selectors.letters import write_letter
from tests.billing.rules.agreements import school

ACCOUNT = Account("Klinik Sehat", "https://klinik.test", school(150), None)


def test_a_receipt_names_the_fee_that_was_paid_on_top_k8() -> None:
    """600.000 of a bill and 4.000 of the gateway's: the bank's statement says 604.000."""
    data = {"amount": 600_000, "fee": 4_000, "channel": "midtrans", "balance": 0}
    letter = write_letter("payment_received", Facts("payment.received", date(2026, 3, 15), data, ACCOUNT))
    assert letter.rows[:3] == (
        ("Dibayar", "Rp 600.000"),
        ("Biaya layanan pembayaran", "Rp 4.000"),
        ("Total", "Rp 604.000"),
    )


def test_the_lines_of_a_bill_and_its_tax_add_up_to_its_total() -> None:
    """300.000 and 100.000 without tax, 44.000 of tax: 444.000, less 44.000 of credit."""
    lines = [
        {"description": "Langganan", "amount": 300_000, "tax": 33_000},
        {"description": "Penyiapan", "amount": 100_000, "tax": 11_000},
    ]
    data = {"invoice": "KS/1", "due": "2026-04-01", "amount": 444_000, "credit_used": 44_000, "lines": lines}
    letter = write_letter("invoice_issued", Facts("invoice.issued", date(2026, 3, 15), data, ACCOUNT))
    assert letter.rows[2:] == (
        ("Langganan", "Rp 300.000"),
        ("Penyiapan", "Rp 100.000"),
        ("PPN", "Rp 44.000"),
        ("Total", "Rp 444.000"),
        ("Dipakai dari saldo Anda", "-Rp 44.000"),
        ("Yang perlu dibayar", "Rp 400.000"),
    )
