"""Which days of the gateway's report a line of the bank pays out."""

from datetime import date

import pytest

from billing.rules.banking.payouts import paid_out

D = date
# After fees of 4.440 each: 750.000 on Thursday, 600.000 on Friday, 100.000 less 50.000 of a refund on Monday.
NETS = {D(2025, 3, 6): 745_560, D(2025, 3, 7): 595_560, D(2025, 3, 10): 45_560}


@pytest.mark.parametrize(
    ("on", "amount", "days"),
    [
        (D(2025, 3, 7), 745_560, [6]),
        (D(2025, 3, 10), 1_341_120, [6, 7]),
        (D(2025, 3, 11), 1_386_680, [6, 7, 10]),
        (D(2025, 3, 11), 45_560, [10]),
        (D(2025, 3, 11), 791_120, []),  # Thursday and Monday without Friday
        (D(2025, 3, 6), 595_560, []),  # before it settled
        (D(2025, 3, 13), 745_560, [6]),
        (D(2025, 3, 14), 745_560, []),  # more than a week later
        (D(2025, 3, 7), 745_559, []),
    ],
)
def test_a_line_pays_out_the_days_whose_nets_make_its_sum(on: date, amount: int, days: list[int]) -> None:
    assert paid_out(NETS, on, amount) == tuple(D(2025, 3, day) for day in days)


def test_of_two_days_alike_the_oldest_comes_first_and_a_sum_is_never_of_more_than_five() -> None:
    alike = {D(2025, 3, day): 1_000 for day in range(1, 8)}
    assert paid_out(alike, D(2025, 3, 7), 1_000) == (D(2025, 3, 1),)
    assert len(paid_out(alike, D(2025, 3, 7), 5_000)) == 5
    assert paid_out(alike, D(2025, 3, 7), 6_000) == ()
