"""A statement of account: what opens, what happens, what closes."""

from datetime import date

import pytest

from billing.documents.ways import spell_channel
from billing.rules.account_statement import Movement, statement

D = date
LIFE = [
    Movement(D(2025, 3, 10), "payment", "BCA", settled=750_137),
    Movement(D(2025, 3, 1), "invoice", "A", charged=750_000),
    Movement(D(2025, 4, 2), "invoice", "B", charged=125_000),
    Movement(D(2025, 4, 3), "credit", "N", settled=25_000),
    Movement(D(2025, 5, 1), "invoice", "C", charged=1),
]


def test_each_row_has_the_balance_after_it() -> None:
    march = statement(LIFE, D(2025, 3, 1), D(2025, 3, 31))
    assert (march.opening, [row.balance for row in march.rows], march.closing) == (0, [750_000, -137], -137)
    assert (march.charged, march.settled) == (750_000, 750_137)


def test_one_opens_with_what_the_other_closed_with() -> None:
    april = statement(LIFE, D(2025, 4, 1), D(2025, 4, 30))
    assert (april.opening, april.closing) == (-137, 99_863)
    assert [row.movement.number for row in april.rows] == ["B", "N"]


def test_days_without_anything_say_so() -> None:
    quiet = statement(LIFE, D(2025, 3, 11), D(2025, 3, 31))
    assert (quiet.opening, quiet.rows, quiet.closing) == (-137, (), -137)
    before = statement(LIFE, D(2024, 1, 1), D(2024, 12, 31))
    assert (before.opening, before.rows, before.closing) == (0, (), 0)


@pytest.mark.parametrize(
    ("channel", "method", "words"),
    [
        ("transfer", "transfer", "Transfer bank"),
        ("transfer", "BCA", "Transfer bank (BCA)"),
        ("midtrans", "bank_transfer", "Midtrans (Virtual account)"),
        ("withholding", "pph23", "Bukti potong PPh 23"),
        ("cash", "", "Tunai"),
        ("midtrans", "kredivo_paylater", "Midtrans (kredivo paylater)"),
    ],
)
def test_how_money_came_is_said_in_words_and_once(channel: str, method: str, words: str) -> None:
    assert spell_channel(channel, method, "id") == words
