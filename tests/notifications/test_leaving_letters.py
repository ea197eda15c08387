"""C8: what the letter about leaving a contract says of its fee; no database."""

from datetime import date

import pytest
from django.utils.translation import override

from notifications.selectors.facts import Account, Facts
from notifications.selectors.letters import write_letter


@pytest.mark.parametrize(
    ("fee", "said", "in_english"),
    [
        ({}, "", ""),
        (
            {"exit_fee": 14_000_000},
            "Berhenti sebelum kontrak berakhir berbiaya Rp 14.000.000; tagihannya terbit pada hari itu.",
            "Leaving before the contract ends costs Rp 14.000.000; it is invoiced on that day.",
        ),
        (
            {"waived_fee": 14_000_000},
            "Biaya Rp 14.000.000 untuk berhenti sebelum kontrak berakhir tidak kami tagih.",
            "We do not charge the fee of Rp 14.000.000 for leaving before the contract ends.",
        ),
    ],
)
def test_who_leaves_reads_what_it_costs_or_that_the_fee_was_let_go(
    fee: dict[str, int], said: str, in_english: str
) -> None:
    told = Facts(
        "subscription.cancel_scheduled",
        date(2026, 5, 12),
        {"ends": "2026-08-10", **fee},
        Account("Koperasi Maju", "https://maju.test", None, None),
    )
    assert write_letter("cancel_scheduled", told).paragraphs[:-1] == ((said,) if said else ())
    with override("en"):
        assert write_letter("cancel_scheduled", told).paragraphs[:-1] == ((in_english,) if in_english else ())
