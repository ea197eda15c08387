"""C11, C15, C2: what a change of plan does to the charges beside the periods; no database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.rules.corrections import Fix
from billing.rules.joining import joined, leaving_lines
from billing.rules.progress import Held
from billing.rules.sides import Stand
from plans.rules.catalogue import When
from plans.rules.periods import Period
from tests.billing.rules.agreements import agreed

D = date
STARTER, GROWTH = agreed("koperasi", 80, 2026, plan="starter"), agreed("koperasi", 80, 2026, plan="growth")
YEARLY = agreed("koperasi", 80, 2026, plan="growth", months=12)
SETUP = next(charge.code for charge in STARTER.sides if charge.when is When.ONCE)
USAGE = next(charge for charge in GROWTH.sides if charge.when is When.ARREARS)
READ = {USAGE.quantity: {"2026-05-01": "9000000", "2026-05-12": "4000000"}}


def stand(**progress: date) -> Stand:
    """Billed from 10 April 2026, with the set-up fee paid."""
    held = {SETUP: Held(D(2026, 4, 10)), **{code: Held(day) for code, day in progress.items()}}
    return Stand(D(2026, 4, 10), 10, GROWTH.plans[0].quantity.from_, {}, held)


def test_what_the_new_plan_alone_has_begins_on_the_day_of_the_change() -> None:
    """C15: turnover counts from 25 April on; the implementation is not paid again (C2)."""
    after = joined(STARTER, GROWTH, stand(), D(2026, 4, 25), READ)
    assert {code: held.to for code, held in after.progress.items()} == {
        SETUP: D(2026, 4, 10),
        USAGE.code: D(2026, 4, 25),
    }
    assert leaving_lines(STARTER, GROWTH, stand(), D(2026, 4, 25), READ) == ()


def test_what_the_old_plan_alone_has_is_billed_up_to_the_change() -> None:
    """C15: billed to 10 May, left on 25 May: 1 % of the 4.000.000 since then; the 9.000.000 of before are billed already."""
    before = stand(**{USAGE.code: D(2026, 5, 10)})
    (line,) = leaving_lines(GROWTH, STARTER, before, D(2026, 5, 25), READ)
    assert (line.amount, line.period.start, line.period.end) == (40_000, D(2026, 5, 10), D(2026, 5, 25))
    assert USAGE.code not in joined(GROWTH, STARTER, before, D(2026, 5, 25), READ).progress


def test_what_both_have_goes_on_and_another_interval_counts_it_anew() -> None:
    """C15: growth by the month → by the year on 25 May: what is in arrears is billed up to it, and goes on from there."""
    before = stand(**{USAGE.code: D(2026, 5, 10)})
    assert leaving_lines(GROWTH, GROWTH, before, D(2026, 5, 25), READ) == ()
    assert joined(GROWTH, GROWTH, before, D(2026, 5, 25), READ).progress == before.progress
    assert [line.amount for line in leaving_lines(GROWTH, YEARLY, before, D(2026, 5, 25), READ)] == [40_000]
    assert joined(GROWTH, YEARLY, before, D(2026, 5, 25), READ).progress[USAGE.code].to == D(2026, 5, 25)


def test_a_correction_that_waits_is_neither_lost_nor_given_twice() -> None:
    """C15: 50.000 too much of April are taken off the 40.000 of May; the 10.000 left stay with the charge."""
    fix = Fix(Period(D(2026, 4, 10), D(2026, 5, 10)), -50_000, Decimal(-5_000_000))
    held = Held(D(2026, 5, 10), fixes=(fix,))
    before = replace(stand(), progress={**stand().progress, USAGE.code: held})
    for new in (STARTER, YEARLY):
        lines = leaving_lines(GROWTH, new, before, D(2026, 5, 25), READ)
        after = joined(GROWTH, new, before, D(2026, 5, 25), READ)
        waiting = sum(item.amount for item in after.progress[USAGE.code].fixes)
        assert sum(line.amount for line in lines) + waiting == -10_000
