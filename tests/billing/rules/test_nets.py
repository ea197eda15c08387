"""What papers claim and take back without tax, by what their lines bill (B1): tables without a database."""

from dataclasses import dataclass

import pytest

from billing.rules.nets import LOSS, Net, net_given_up, net_of, net_taken


@dataclass(frozen=True)
class Billed:
    kind: str
    amount: int


def test_an_invoice_says_what_each_kind_of_its_lines_comes_to_b1_c2() -> None:
    lines = [Billed("once", 5_000_000), Billed("period", 400_000), Billed("period", 99_000), Billed("usage", 0)]
    assert net_of(lines) == {"once": 5_000_000, "period": 499_000}


def test_a_credit_note_takes_back_by_the_kinds_of_the_lines_it_names_b1() -> None:
    kinds = {1: "period", 2: "once", 3: "once"}
    assert net_taken(kinds, [(1, 16_486), (2, 82_000), (3, 514)]) == {"once": 82_514, "period": 16_486}


@pytest.mark.parametrize(
    ("claimed", "unearned", "loss", "found"),
    [
        ({"period": 2_920_000}, 2_000_000, 0, {"period": 2_000_000}),
        ({"period": 2_920_000}, 2_672_000, 248_000, {"period": 2_672_000, LOSS: 248_000}),
        ({"late_fee": 60_000}, 0, 60_000, {LOSS: 60_000}),
        # Once is earned when it is billed; what pays for days shares what was not.
        ({"once": 500, "item": 100, "period": 200}, 99, 701, {"item": 33, "period": 66, LOSS: 701}),
    ],
)
def test_of_a_debt_that_is_given_up_the_unearned_was_never_revenue_and_the_rest_is_lost_b1(
    claimed: Net, unearned: int, loss: int, found: Net
) -> None:
    assert net_given_up(claimed, unearned, loss) == found
