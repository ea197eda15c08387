"""Money as facts, how customers pay, and what is expected of them, checked by head (B2)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from billing.models import LineKind
from reports.rules.cash import (
    CashFact,
    CashKind,
    Habit,
    Paid,
    Part,
    fact_of,
    habit,
    middle,
    paid_of,
    settled_on,
    summed,
)
from reports.rules.claim_parts import PartKind, part_of, parts_of
from reports.rules.economics import BESIDE, BOOKED
from reports.rules.outlook import Lump, awaited, expected
from reports.rules.rhythm import Coming, bills_ahead, rhythm

D = date
ON = D(2026, 3, 5)
FEE = CashFact(CashKind.INVOICED, "d2", D(2026, 3, 1), 60_000, number="K/D/1", net=(("late_fee", 60_000),))
PAID = CashFact(CashKind.COLLECTED, "p1", D(2026, 3, 2), 750_000, 4_000, "midtrans", "bank_transfer")


@pytest.mark.parametrize(
    ("name", "data", "fact"),
    [
        (
            "invoice.issued",
            {"document": "d1", "invoice": "K/1", "amount": 600_000, "net": {"period": 540_000}},
            CashFact(CashKind.INVOICED, "d1", ON, 600_000, number="K/1", net=(("period", 540_000),)),
        ),
        (
            "late_fee.waived",
            {"document": "d2", "invoice": "K/D/1", "amount": 60_000},
            CashFact(CashKind.VOIDED, "d2", ON, -60_000, number="K/D/1", net=(("late_fee", -60_000),)),
        ),
        (
            "credit_note.issued",
            {"document": "n1", "invoice": "K/1", "amount": 110_000, "net": {"once": 99_000}},
            CashFact(CashKind.CREDITED, "n1", ON, -110_000, number="K/1", net=(("once", -99_000),)),
        ),
        (
            "invoice.voided",  # of before claims said what they are without tax
            {"document": "d1", "invoice": "K/1", "amount": 600_000},
            CashFact(CashKind.VOIDED, "d1", ON, -600_000, number="K/1"),
        ),
        (
            "payment.reversed",
            {"payment": "p1", "amount": 750_000, "channel": "midtrans"},
            CashFact(CashKind.REVERSED, "p1", ON, -750_000, -4_000, "midtrans", "bank_transfer"),
        ),
        (
            "payment.refunded",
            {"payment": "p1", "refund": "r1", "amount": 200_000, "channel": "midtrans", "way": "gateway"},
            CashFact(CashKind.REFUNDED, "r1", ON, -200_000, 0, "midtrans", "bank_transfer"),
        ),
        (
            "payment.refunded",
            {"payment": "p1", "refund": "r1", "amount": 200_000, "channel": "transfer", "way": "transfer"},
            CashFact(CashKind.REFUNDED, "r1", ON, -200_000, 0, "transfer", ""),
        ),
        ("invoice.paid", {"document": "d1", "amount": 600_000}, None),
        ("payment.received", {"amount": 600_000}, None),  # from before it named its payment
    ],
)
def test_an_event_says_one_fact_of_money_or_none(name: str, data: Mapping[str, Any], fact: CashFact | None) -> None:
    assert fact_of(name, ON, data, {PAID.name: PAID, FEE.name: FEE}) == fact


def test_each_kind_of_line_is_a_part_and_each_part_but_what_recurs_stands_beside_it_b1() -> None:
    parts = {part_of(kind) for kind in set(LineKind) - {LineKind.CREDIT}}
    assert parts == set(PartKind) - {PartKind.LOSS}
    assert {*BESIDE, *BOOKED} >= {kind.value for kind in PartKind} - {PartKind.RECURRING}
    known = parts_of((("period", 400), ("rise", 99), ("recurring", 1), ("correct", -5), ("usage", 5)))
    assert known == {PartKind.RECURRING: 500}
    with pytest.raises(ValueError, match="rent"):
        part_of("rent")


@pytest.mark.parametrize(
    ("days", "settled"),
    [
        ([], None),
        ([(D(2026, 3, 1), 750)], None),
        ([(D(2026, 3, 5), -750), (D(2026, 3, 1), 750)], D(2026, 3, 5)),
        ([(D(2026, 3, 1), 750), (D(2026, 3, 5), -750), (D(2026, 3, 9), 200)], None),
        ([(D(2026, 3, 1), 750), (D(2026, 3, 5), -750), (D(2026, 3, 9), 200), (D(2026, 3, 12), -200)], D(2026, 3, 12)),
        # Paid, then credited: 100 of it are given back as credit and taken off the claim on one day.
        ([(D(2026, 3, 1), 750), (D(2026, 3, 5), -750), (D(2026, 3, 20), 0)], D(2026, 3, 5)),
        ([(D(2026, 3, 1), 0)], D(2026, 3, 1)),  # paid by credit on the day it was issued
    ],
)
def test_a_bill_was_paid_on_the_day_since_which_nothing_is_owed(
    days: list[tuple[date, int]], settled: date | None
) -> None:
    assert settled_on(days) == settled


@pytest.mark.parametrize(
    ("late", "usual"),
    [
        ([], None),
        ([4, 9], None),
        ([0, 9, 4], 4),
        ([-5, -5, 0, 30], -5),
        ([1] * 12 + [90] * 20, 1),  # the last twelve count
    ],
)
def test_a_habit_is_the_middle_of_the_last_twelve_and_needs_three(late: list[int], usual: int | None) -> None:
    found = habit([Habit(14 + days, days) for days in late])
    assert found == (None if usual is None else Habit(14 + usual, usual))


@pytest.mark.parametrize(
    ("counts", "value"), [({0: 2, 4: 1, 9: 1}, 0), ({0: 1, 4: 1, 9: 1}, 4), ({-3: 1}, -3), ({1: 3, 8: 4}, 8)]
)
def test_the_middle_of_counted_values_is_the_lower_median(counts: dict[int, int], value: int) -> None:
    assert middle(counts) == value
    assert paid_of([(days + 14, days, count) for days, count in counts.items()]) == Paid(
        sum(counts.values()), Habit(value + 14, value)
    )
    assert paid_of([]) is None


@pytest.mark.parametrize(
    ("today", "late", "on"),
    [
        (D(2026, 11, 23), -10, D(2026, 11, 23)),
        (D(2026, 11, 24), -10, D(2026, 12, 3)),  # later than usual, and still in time
        (D(2026, 12, 3), -10, D(2026, 12, 3)),
        (D(2026, 12, 4), -10, D(2026, 11, 23)),  # missed
        (D(2026, 12, 4), 5, D(2026, 12, 8)),
    ],
)
def test_an_open_bill_is_awaited_as_usual_and_until_it_is_due(today: date, late: int, on: date) -> None:
    """Due on 3 December."""
    assert awaited(today, D(2026, 12, 3), late) == on


def test_expected_money_falls_into_weeks_and_what_was_missed_is_not_counted_on() -> None:
    today = D(2026, 3, 10)
    owed = [
        Lump(today + timedelta(days=at), 10**at_) for at, at_ in ((-1, 0), (0, 1), (6, 2), (7, 3), (89, 4), (90, 5))
    ]
    coming = [Lump(D(2026, 3, 1), 7), Lump(D(2026, 6, 7), 9), Lump(D(2026, 6, 8), 11)]
    found = expected(today, owed, coming)
    assert (len(found.weeks), found.weeks[0].first, found.weeks[-1].last) == (13, today, D(2026, 6, 7))
    assert [(week.owed, week.coming) for week in found.weeks if week.total] == [(110, 7), (1_000, 0), (10_000, 9)]
    assert (found.missed, found.beyond, found.total) == (1, 100_000, 11_126)
    assert expected(today, [], []).total == 0


@pytest.mark.parametrize(
    ("months", "first_on", "next_on", "length"),
    [
        (1, D(2025, 3, 1), D(2026, 4, 1), 1),
        (None, D(2026, 3, 1), D(2026, 4, 1), 1),
        (None, D(2026, 3, 20), D(2026, 4, 1), 1),  # the rest of a month (K3)
        (None, D(2026, 3, 1), D(2027, 3, 1), 12),
        (None, D(2026, 3, 1), D(2026, 7, 1), 4),  # a semester (N5)
        (None, None, D(2026, 4, 1), 12),
    ],
)
def test_the_rhythm_is_that_of_the_last_renewal_or_of_the_first_period(
    months: int | None, first_on: date | None, next_on: date, length: int
) -> None:
    assert rhythm(months, first_on, next_on) == length


def test_bills_ahead_are_the_periods_share_of_the_year() -> None:
    monthly = list(bills_ahead(7_200_000, 1, D(2026, 4, 30), D(2026, 6, 30)))
    assert monthly == [
        Coming(D(2026, 4, 30), 600_000),
        Coming(D(2026, 5, 30), 600_000),
        Coming(D(2026, 6, 30), 600_000),
    ]
    assert list(bills_ahead(750_000, 12, D(2026, 7, 1), D(2026, 6, 30))) == []


def test_sums_keep_claims_money_and_withheld_tax_apart() -> None:
    month = D(2026, 3, 1)
    parts = [
        Part(month, CashKind.INVOICED, "klustera", "", "", 1_000, 0, 2),
        Part(month, CashKind.CREDITED, "klustera", "", "", -100, 0, 1),
        Part(month, CashKind.COLLECTED, "klustera", "midtrans", "qris", 900, 4, 3),
        Part(month, CashKind.REVERSED, "klustera", "midtrans", "qris", -300, -4, 1),
        Part(month, CashKind.REFUNDED, "xclass", "transfer", "", -30, 0, 1),
        Part(
            month, CashKind.REFUNDED, "xclass", "transfer", "transfer", -20, 0, 1
        ),  # as staff enter it: one way, not two
        Part(month, CashKind.COLLECTED, "xclass", "withholding", "", 20, 0, 1),
    ]
    found = summed(parts, "month")[month]
    assert (found.claimed, found.collected, found.refunded, found.net) == (900, 600, -50, 550)
    assert (found.withheld, found.fees, found.payments) == (20, 0, 2)
    assert {way: sums.net for way, sums in summed(parts, "way").items() if sums.net} == {
        ("midtrans", "qris"): 600,
        ("transfer", ""): -50,
    }
