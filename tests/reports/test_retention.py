"""Who stays (K17, C13): churn a month, lifetime, LTV, cohorts and reasons, checked by head."""

from datetime import date
from fractions import Fraction

import pytest

from reports.rules.figures import Kept
from reports.rules.retention import Turn, age_of, cohorts, lasting
from reports.selectors.retention import Reason, cohorts_of, lasting_in, reasons_of
from reports.selectors.revenue import Scope
from tenants.models import Event
from tests.reports.year import THOUSAND, live_the_year
from tests.watching import behind

D = date
M = 12  # months a year: what is kept is yearly


def test_the_example_of_the_docs_k17() -> None:
    """Ten at 600.000; three leave in six months: 5 % a month, 20 months, 20 × 600.000."""
    found = lasting(Kept(10, 7, 3, 0, 6_000_000 * M, 4_200_000 * M, 4_200_000 * M, 4_200_000 * M), Fraction(6))
    assert (found.logo_churn, found.revenue_churn) == (Fraction(5, 100), Fraction(5, 100))
    assert (found.lifetime, found.ltv) == (Fraction(20), 12_000_000)


@pytest.mark.parametrize("kept", [Kept(), Kept(opened=4, closed=4, before=48, after=48, net=48, gross=48)])
def test_nobody_left_and_nobody_there_have_no_lifetime(kept: Kept) -> None:
    found = lasting(kept, Fraction(1))
    assert (found.lifetime, found.ltv) == (None, None)
    assert found.logo_churn in {None, Fraction(0)}


def test_a_cohort_is_a_part_of_its_first_month() -> None:
    """Four come in March, one leaves in April, it comes back in June; one left in the month it came."""
    march, april, june = D(2026, 3, 1), D(2026, 4, 1), D(2026, 6, 1)
    turns = [Turn(march, march, 5, 1, 4800), Turn(march, april, 0, 1, -1200), Turn(march, june, 1, 0, 2400)]
    (found,) = cohorts(turns, D(2026, 6, 30))
    assert [cell.customers for cell in found.cells] == [4, 3, 3, 4]
    assert [cell.of_customers for cell in found.cells] == [Fraction(1), Fraction(3, 4), Fraction(3, 4), Fraction(1)]
    assert [cell.mrr for cell in found.cells] == [400, 300, 300, 500]
    assert found.cells[-1].of_revenue == Fraction(5, 4)
    assert len(cohorts(turns, D(2028, 1, 1))[0].cells) == 13
    (gone,) = cohorts([Turn(march, march, 1, 1, 0)], april)
    assert [cell.of_customers for cell in gone.cells] == [None, None]
    assert age_of(D(2025, 12, 1), D(2026, 2, 1)) == 2


def test_the_year_of_customers_has_these_cohorts_and_reasons_n13(db: None) -> None:
    made = live_the_year()
    gone = Event.objects.get(tenant=made["D"], name="subscription.cancelled")
    scheduled = Event.objects.create(
        tenant=made["D"], name="subscription.cancel_scheduled", occurred_on=D(2026, 6, 1), cause="terlalu  mahal"
    )
    # It was said before it happened: the numbers of events are in their order.
    with behind(Event) as events:
        events.filter(pk=scheduled.pk).update(id=0)
    year = Scope(D(2026, 1, 1), D(2026, 12, 31))
    found = {cohort.first.month: [cell.customers for cell in cohort.cells] for cohort in cohorts_of(year)}
    assert found == {1: [2] * 12, 2: [1] * 11, 3: [2, 2, 2, 1, 1, 1, 2, 2, 2, 2], 10: [1, 1, 1]}
    march = next(cohort for cohort in cohorts_of(year) if cohort.first.month == 3)
    assert [cell.mrr // THOUSAND for cell in march.cells] == [980, 980, 980, 480, 480, 480, 1100, 1100, 1100, 1100]
    spring = Scope(D(2026, 4, 1), D(2026, 6, 30))
    # Five before, one left in three months; 1.980.000 before, so 396.000 each.
    lasts = lasting_in(spring)
    assert (lasts.logo_churn, lasts.lifetime, lasts.ltv) == (Fraction(1, 15), Fraction(15), 396_000 * 15)
    assert reasons_of(spring) == [Reason("subscription.cancelled", "terlalu mahal", 1, 500_000)]
    assert gone.pk > 0
    assert reasons_of(Scope(D(2026, 7, 1), D(2026, 12, 31))) == []
