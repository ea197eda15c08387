"""A customer's months side by side: billed, paid, open, how many, and what was read (N15)."""

from datetime import date
from decimal import Decimal

from billing.rules.account_statement import Movement
from billing.rules.months import Count, months

D = date
MARCH, APRIL = D(2025, 3, 1), D(2025, 4, 1)


def test_a_month_says_what_was_billed_paid_and_open_and_how_many_there_were() -> None:
    """N15: 750.000 on 1 March, 500.000 paid, 100.000 of it given back in April; 150 students, 200 from 5 April."""
    moved = [
        Movement(MARCH, "invoice", "INV/1", charged=750_000),
        Movement(D(2025, 3, 10), "payment", "transfer", settled=500_000),
        Movement(D(2025, 4, 2), "refund", "transfer", charged=100_000),
        Movement(D(2025, 4, 3), "credit", "CN/1", settled=50_000),
        Movement(D(2025, 4, 4), "allowance", "reward", settled=10_000),
    ]
    counts = [Count(D(2025, 4, 5), Decimal(200), Decimal(150))]
    april, march = months([APRIL, MARCH], D(2025, 4, 6), moved, counts, [], Decimal(200))
    assert (march.billed, march.paid, march.balance, int(march.count)) == (750_000, 500_000, 250_000, 150)
    assert (april.billed, april.paid, april.balance, int(april.count)) == (-50_000, -100_000, 290_000, 200)
    assert (march.last, april.last) == (D(2025, 3, 31), D(2025, 4, 6))


def test_a_void_invoice_is_not_billed_and_without_reports_the_count_is_today_s() -> None:
    moved = [
        Movement(MARCH, "invoice", "INV/1", charged=750_000),
        Movement(MARCH, "void", "INV/1", settled=750_000),
        Movement(MARCH, "late_fee", "D/1", charged=75_000),
    ]
    (march,) = months([MARCH], D(2025, 3, 31), moved, [], [], Decimal(80))
    assert (march.billed, march.paid, march.balance, int(march.count), int(march.used)) == (75_000, 0, 75_000, 80, 0)


def test_what_a_meter_read_is_summed_by_month_and_a_correction_counts_its_difference() -> None:
    """C15: 12.000.000 on 20 March, 8.000.000 on 2 April; the first was 11.000.000."""
    read = [
        Count(D(2025, 3, 20), Decimal(12_000_000), Decimal(0)),
        Count(D(2025, 4, 2), Decimal(8_000_000), Decimal(0)),
        Count(D(2025, 3, 20), Decimal(11_000_000), Decimal(12_000_000)),
    ]
    april, march = months([APRIL, MARCH], D(2025, 4, 30), [], [], read, Decimal(1))
    assert (int(march.used), int(april.used)) == (11_000_000, 8_000_000)
