"""Each fact as transfers between accounts; the check that compares them with everything else."""

from dataclasses import replace
from datetime import date

import pytest

from billing.rules.ledger import (
    Claim,
    Difference,
    Figures,
    Transfer,
    balances,
    credited,
    differences,
    issued,
    recognised,
    settled,
    voided,
)

ON = date(2026, 3, 1)
YEAR = Claim("d", is_late_fee=False, net=730_000, deferred=730_000)
FEE = Claim("f", is_late_fee=True, net=60_000)
TAXED = Claim("t", is_late_fee=False, net=1_000_000, tax=110_000, deferred=400_000)


def moves(transfers: list[Transfer]) -> list[tuple[str, str, int]]:
    return [(str(item.debit), str(item.credit), item.amount) for item in transfers]


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        (issued(YEAR, ON), [("receivable", "deferred", 730_000)]),
        (issued(FEE, ON), [("receivable", "late_fees", 60_000)]),
        (
            issued(TAXED, ON),
            [("receivable", "deferred", 400_000), ("receivable", "revenue", 600_000), ("receivable", "tax", 110_000)],
        ),
        ([recognised("d", ON, 62_000)], [("deferred", "revenue", 62_000)]),
        # 62.000 of the year were earned when it was voided.
        (
            voided(replace(YEAR, deferred=668_000), ON),
            [("deferred", "receivable", 668_000), ("revenue", "receivable", 62_000)],
        ),
        (voided(FEE, ON), [("late_fees", "receivable", 60_000)]),
        ([settled("a", ON, 5, "midtrans")], [("cash:midtrans", "receivable", 5)]),
        ([settled("a", ON, -5, "midtrans")], [("receivable", "cash:midtrans", 5)]),
        ([settled("a", ON, 5, None)], [("credit", "receivable", 5)]),
        ([settled("a", ON, -5, None)], [("receivable", "credit", 5)]),
        ([credited("c", ON, 137, "transfer")], [("cash:transfer", "credit", 137)]),
        ([credited("c", ON, -137, "transfer")], [("credit", "cash:transfer", 137)]),
        ([credited("c", ON, 50, None)], [("allowances", "credit", 50)]),
    ],
)
def test_each_fact_debits_one_account_and_credits_another(
    posted: list[Transfer], expected: list[tuple[str, str, int]]
) -> None:
    assert moves(posted) == expected
    assert sum(balances(expected).values()) == 0


def test_a_fact_has_one_key_and_two_facts_have_two() -> None:
    posted = [*issued(TAXED, ON), *voided(TAXED, ON), recognised("t", ON, 1), recognised("t", date(2026, 4, 30), 1)]
    assert len({item.key for item in posted}) == len(posted)
    assert recognised("t", ON, 1).key == recognised("t", ON, 1).key


RIGHT = Figures(
    balances={"receivable": 300, "cash:transfer": 750, "credit": -50, "deferred": -600, "revenue": -400},
    outstanding=300,
    credit=50,
    received={"transfer": 750},
    deferred={"2026-04": 250, "2026-05": 350},
    tax=0,
    income=1_000,
)


def test_books_that_agree_have_no_differences() -> None:
    assert differences(RIGHT) == ()


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"outstanding": 200}, Difference("receivable", 300, 200)),
        ({"credit": 0}, Difference("credit", 50, 0)),
        ({"deferred": {"2026-05": 350}}, Difference("deferred", 600, 350)),
        ({"tax": 11}, Difference("tax", 0, 11)),
        ({"income": 1_100}, Difference("revenue", 1_000, 1_100)),
        ({"received": {"transfer": 750, "cash": 5}}, Difference("cash:cash", 0, 5)),
        ({"received": {}}, Difference("cash:transfer", 750, 0)),
        ({"unposted": 1}, Difference("unposted", 0, 1)),
    ],
)
def test_what_does_not_agree_is_named_with_both_figures(wrong: dict[str, object], expected: Difference) -> None:
    assert differences(replace(RIGHT, **wrong)) == (expected,)  # type: ignore[arg-type]
