"""X4: what the letters about coming prices say; no database."""

from datetime import date

from django.utils.translation import override

from notifications.selectors.facts import Account, Facts
from notifications.selectors.letters import write_letter
from tests.billing.rules.agreements import school


def facts(**data: object) -> Facts:
    """SMAN 1 with 150 students, told on 1 October 2025 of the book of 2026."""
    account = Account("SMAN 1", "https://sman1.test", school(150), None)
    said = {"effective": "2026-01-01", "amount_before": 750_000, "quantity": "150", **data}
    return Facts("price.announced", date(2025, 10, 1), said, account)


def test_who_pays_more_reads_both_amounts_the_day_and_how_to_lock_the_price() -> None:
    """X4: 750.000 becomes 1.125.000 at the renewal of 1 March; the lock ends with the old price list."""
    told = facts(amount=1_125_000, renews="2026-03-01", lock_from="2025-10-01", lock_before="2026-01-01")
    letter = write_letter("price_rise", told)
    assert letter.subject == "Harga XClass naik mulai 1 Januari 2026"
    assert letter.rows == (
        ("Sampai sekarang", "Rp 750.000 per tahun"),
        ("Sejak 1 Maret 2026", "Rp 1.125.000 per tahun"),
    )
    assert "paling lambat 31 Desember 2025" in letter.paragraphs[0]
    with override("en"):
        assert "Renew by 31 December 2025" in write_letter("price_rise", told).paragraphs[0]
    later = facts(amount=1_125_000, renews="2026-11-15", lock_from="2025-11-15", lock_before="2026-01-01")
    assert "antara 15 November 2025 dan 31 Desember 2025" in write_letter("price_rise", later).paragraphs[0]


def test_who_keeps_the_price_reads_that_it_stays() -> None:
    """X3, X4: nobody pays more, and the letter says so."""
    letter = write_letter("price_kept", facts(amount=750_000, kept=True))
    assert letter.subject == "Harga XClass Anda tetap"
    assert (
        letter.lead == "Mulai 1 Januari 2026 pelanggan baru membayar lebih. Harga SMAN 1 tetap: Rp 750.000 per tahun."
    )
