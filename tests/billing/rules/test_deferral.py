"""Prepaid terms are earned by the day, and the months add up to the whole."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.deferral import Served, earned, given_up, last_day_of, left, next_day, schedule
from plans.rules.periods import Period

D = date
YEAR = Period(D(2026, 3, 10), D(2027, 3, 10))


def test_a_year_paid_ahead_is_earned_by_its_days() -> None:
    """365 days at 1.000: 22 days are left of March, 9 fall into the next one."""
    months = schedule([Served("period", 365_000, YEAR)], D(2026, 3, 10))
    assert list(months.items())[:3] == [("2026-03", 22_000), ("2026-04", 30_000), ("2026-05", 31_000)]
    assert list(months.items())[-1] == ("2027-03", 9_000)
    assert sum(months.values()) == 365_000


@pytest.mark.parametrize(
    ("kind", "period", "issued", "expected"),
    [
        ("period", Period(D(2026, 3, 1), D(2026, 4, 1)), D(2026, 3, 1), {"2026-03": 310}),
        ("rise", Period(D(2026, 3, 22), D(2026, 4, 11)), D(2026, 3, 22), {"2026-03": 155, "2026-04": 155}),
        ("period", Period(D(2026, 5, 1), D(2026, 6, 1)), D(2026, 4, 20), {"2026-05": 310}),
        # Invoiced late: what February and March would have earned is earned in the month of issue.
        ("period", Period(D(2026, 2, 1), D(2026, 5, 1)), D(2026, 4, 5), {"2026-04": 310}),
        ("item", Period(D(2026, 7, 31), D(2026, 8, 2)), D(2026, 6, 1), {"2026-07": 155, "2026-08": 155}),
        # Earned at once: over when it was billed, billed once, used in arrears, a fee, a thing of one day.
        ("period", Period(D(2026, 2, 1), D(2026, 3, 1)), D(2026, 3, 1), {}),
        ("once", Period(D(2026, 3, 1), D(2027, 3, 1)), D(2026, 3, 1), {}),
        ("usage", Period(D(2026, 3, 1), D(2026, 4, 1)), D(2026, 4, 1), {}),
        ("late_fee", Period(D(2026, 3, 16), D(2026, 3, 17)), D(2026, 3, 16), {}),
        ("item", Period(D(2026, 3, 1), D(2026, 3, 2)), D(2026, 3, 1), {}),
    ],
)
def test_what_is_spread_and_what_is_earned_at_once(
    kind: str, period: Period, issued: date, expected: dict[str, int]
) -> None:
    assert schedule([Served(kind, 310, period)], issued) == expected


def test_a_month_is_earned_when_it_is_over() -> None:
    months = {"2026-03": 22, "2026-04": 30}
    assert earned(months, D(2026, 3, 31)) == []
    assert earned(months, D(2026, 4, 1)) == [(D(2026, 3, 31), 22)]
    assert left(months, D(2026, 4, 1)) == {"2026-04": 30}
    assert next_day(months) == D(2026, 4, 1)
    assert next_day({"2026-12": 5}) == D(2027, 1, 1)
    assert next_day({}) is None
    assert last_day_of("2028-02") == D(2028, 2, 29)


@given(
    amount=st.integers(1, 10**12),
    start=st.dates(D(2024, 1, 1), D(2028, 12, 31)),
    days=st.integers(1, 1500),
    ahead=st.integers(-400, 400),
)
def test_no_rupiah_is_earned_twice_or_never(amount: int, start: date, days: int, ahead: int) -> None:
    period = Period(start, date.fromordinal(start.toordinal() + days))
    issued = date.fromordinal(start.toordinal() - ahead)
    months = schedule([Served("period", amount, period)], issued)
    assert sum(months.values()) in {0, amount}
    assert all(part > 0 for part in months.values())
    middle = date.fromordinal(start.toordinal() + days // 2)
    assert sum(part for _on, part in earned(months, middle)) + sum(left(months, middle).values()) == sum(
        months.values()
    )


@pytest.mark.parametrize(
    ("deferred", "outstanding", "net", "tax", "unearned"),
    [
        (2_672_000, 2_000_000, 2_920_000, 0, 2_000_000),  # what is earned was paid
        (2_672_000, 2_920_000, 2_920_000, 0, 2_672_000),  # nothing was
        (1_000_000, 1_110_000, 1_000_000, 110_000, 1_000_000),  # the tax is lost
        (1_000_000, 610_000, 1_000_000, 110_000, 549_550),  # its share of what is open
        (0, 20_000, 20_000, 0, 0),  # a late fee
    ],
)
def test_what_is_given_up_was_first_what_is_yet_to_be_earned(
    deferred: int, outstanding: int, net: int, tax: int, unearned: int
) -> None:
    """610.000 × 100 / 111 = 549.549,5."""
    assert given_up({"2026-03": deferred}, outstanding, net, tax) == unearned
