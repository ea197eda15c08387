"""Usage of billed periods, reported late or wrongly (C15): what the next lines are, and what waits."""

from datetime import date
from decimal import Decimal

import pytest

from billing.rules import sides
from billing.rules.corrections import Fix, add_fix, read_fixes, write_fixes
from billing.rules.progress import Held
from billing.rules.sides import Part, Stand
from plans.rules.periods import Period
from tests.billing.rules.agreements import agreed

D = date
GROWTH = agreed("koperasi", 80, 2026, plan="growth")
SHARE = next(charge for charge in GROWTH.sides if charge.when == "arrears")
APRIL, MAY, JUNE = (Period(D(2026, at, 10), D(2026, at + 1, 10)) for at in (4, 5, 6))
MILLION = Decimal(1_000_000)


def fix(period: Period, amount: int) -> Fix:
    """At 1 %: 100 rupiah of usage for one of share."""
    return Fix(period, amount, Decimal(amount * 100))


def billed(usage: int, *fixes: Fix) -> tuple[list[tuple[str, int]], list[int]]:
    """The kind and amount of each line of June with this usage, in million, and the amounts that wait on."""
    part = Part(SHARE, JUNE, JUNE, usage * MILLION, fixes)
    stand = Stand(D(2026, 4, 10), 10, Decimal(80), {}, {SHARE.code: Held(JUNE.start)})
    left = sides.moved(GROWTH, stand, [part]).progress[SHARE.code].fixes
    return [(line.kind, line.amount) for line in sides.lines_of(GROWTH, [part])], [item.amount for item in left]


@pytest.mark.parametrize(
    ("usage", "fixes", "lines", "waiting"),
    [
        (10, (), [("usage", 100_000)], []),
        (0, (), [], []),
        (10, (fix(APRIL, 20_000),), [("usage", 100_000), ("correct", 20_000)], []),
        (0, (fix(APRIL, 20_000), fix(MAY, 5_000)), [("usage", 0), ("correct", 25_000)], []),
        (10, (fix(APRIL, -30_000),), [("usage", 70_000)], []),
        (10, (fix(APRIL, -100_000),), [("usage", 0)], []),
        (10, (fix(APRIL, -130_000),), [("usage", 0)], [-30_000]),
        (10, (fix(APRIL, -80_000), fix(MAY, -70_000)), [("usage", 0)], [-50_000]),  # the oldest is used up first
        (10, (fix(APRIL, -130_000), fix(MAY, 50_000)), [("usage", 0), ("correct", 20_000)], []),
        (0, (fix(APRIL, -130_000), fix(MAY, 50_000)), [("usage", 0), ("correct", 0)], [-80_000]),
        (0, (fix(APRIL, -10_000),), [("usage", 0)], [-10_000]),
    ],
)
def test_more_is_a_line_and_less_is_taken_off_but_never_below_zero(
    usage: int, fixes: tuple[Fix, ...], lines: list[tuple[str, int]], waiting: list[int]
) -> None:
    """C15: 1 % of so many million of turnover."""
    found = billed(usage, *fixes)
    assert found == (lines, waiting)
    net = sum(amount for _, amount in lines) + sum(waiting)
    assert net == usage * 10_000 + sum(item.amount for item in fixes)  # not a rupiah is lost


def test_a_reduced_line_says_why() -> None:
    part = Part(SHARE, JUNE, JUNE, 10 * MILLION, (fix(APRIL, -30_000),))
    [line] = sides.lines_of(GROWTH, [part])
    assert str(line.explanation["formula"]).endswith("− 30.000 = Rp 70.000")
    assert line.explanation["shares"] == [
        {
            "words": {
                "id": "Koreksi 10 April 2026 – 9 Mei 2026",
                "en": "Correction of 10 April 2026 – 9 May 2026",
            },
            "amount": -30_000,
        }
    ]


def test_corrections_of_one_period_are_one_and_what_cancels_out_is_gone() -> None:
    once = add_fix((fix(MAY, 5_000),), fix(APRIL, 20_000))
    assert once == (fix(APRIL, 20_000), fix(MAY, 5_000))
    assert add_fix(once, fix(APRIL, -20_000)) == (fix(MAY, 5_000),)
    assert read_fixes(write_fixes(once)) == once


@pytest.mark.parametrize(
    ("before", "after", "amount"), [(10, 12, 20_000), (12, 1, -110_000), (0, 5, 50_000), (5, 0, -50_000)]
)
def test_a_correction_is_what_the_whole_period_costs_now_less_what_it_did(before: int, after: int, amount: int) -> None:
    stand = Stand(D(2026, 4, 10), 10, Decimal(80), {}, {SHARE.code: Held(JUNE.start)})
    made = sides.correct(GROWTH, stand, SHARE, APRIL, (before * MILLION, after * MILLION))
    assert made.progress[SHARE.code].fixes == (fix(APRIL, amount),)


@pytest.mark.parametrize(
    ("on", "period"),
    [(D(2026, 4, 9), None), (D(2026, 4, 10), APRIL), (D(2026, 6, 9), MAY), (D(2026, 6, 10), None)],
)
def test_days_before_billing_began_were_free_and_later_ones_are_open(on: date, period: Period | None) -> None:
    stand = Stand(D(2026, 4, 10), 10, Decimal(80), {}, {SHARE.code: Held(JUNE.start)})
    assert sides.billed_period(GROWTH, SHARE, stand, on) == period
