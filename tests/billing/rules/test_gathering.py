"""X8: what waits for the next invoice is kept as it was priced, without the tax of the day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.rules.drafting import draft_rise
from billing.rules.gathering import read_gathered, write_gathered
from billing.rules.lifecycle import Status
from billing.rules.seats import Outcome, Standing, decide
from plans.rules.periods import Period
from tests.billing.rules.agreements import agreed, with_seats

D = date
TERM = Period(D(2025, 3, 1), D(2026, 3, 1))


@pytest.mark.parametrize(
    ("billed", "count", "outcome", "added", "amount"),
    [
        (100, 115, Outcome.BELOW_THRESHOLD, 0, 0),
        (100, 125, Outcome.GATHERED, 25, 61_986),  # 25 × 5.000 × 181/365
        (499, 502, Outcome.GATHERED, 3, 15_000),  # across the line: in full
        (125, 100, Outcome.RECORDED, 0, 0),
    ],
)
def test_a_plan_that_gathers_prices_rises_as_one_that_bills_at_once(
    billed: int, count: int, outcome: Outcome, added: int, amount: int
) -> None:
    """X8, on 1 September of a term from 1 March 2025."""
    agreement = with_seats(agreed("xclass", billed, 2025), policy="next_invoice")
    standing = Standing(Status.ACTIVE, Decimal(billed), True, TERM.start, TERM.end)
    decision = decide(agreement, standing, Decimal(count))
    assert (decision.outcome, int(decision.added)) == (outcome, added)
    if amount:
        draft = draft_rise(agreement, decision, Decimal(billed), TERM, D(2025, 9, 1), agreement.lock(Decimal(billed)))
        assert draft.total == amount
        assert read_gathered(write_gathered(draft.lines)) == draft.lines


def test_nothing_waits_where_nothing_was_gathered() -> None:
    assert (write_gathered(()), read_gathered(None)) == (None, ())


def test_a_price_with_tax_in_it_waits_with_the_tax_in_it() -> None:
    """X8: taxed on the day it is issued, by the rate of that day; nothing is taken out of the price twice."""
    agreement = with_seats(agreed("xclass", 100, 2025), policy="next_invoice")
    standing = Standing(Status.ACTIVE, Decimal(100), True, TERM.start, TERM.end)
    decision = decide(agreement, standing, Decimal(125))
    (line,) = draft_rise(agreement, decision, Decimal(100), TERM, TERM.start, agreement.lock(Decimal(100))).lines
    told = {"inclusive": True, "amount": 12_387, "formula": "…"}
    taxed = replace(line, amount=112_613, explanation={**line.explanation, "tax": told})
    assert read_gathered(write_gathered([taxed])) == (line,)
