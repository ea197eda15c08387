"""The funnel from sign-up to the first payment: its rule by head, and its facts from events, followed or rebuilt."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from importlib import import_module

import pytest
from django.db import connection

from reports.models import RevenueStand
from reports.rules.growth import Funnel, Outcome, Steps, Visits, funnel, funnels, median, pipeline
from reports.services.following import follow_events
from reports.services.rebuilding import check_facts, rebuild_facts
from tenants.models import Event, Tenant
from tests.billing.lives import live_through, pay

D = date
FILL: str = import_module("reports.migrations.0002_steps").FILL


def test_a_pipeline_is_worth_what_each_products_customers_bring_c13() -> None:
    """Three at 62.500; nobody pays for the other product yet, and nobody tries the third."""
    assert pipeline({"xclass": 3, "koperasi": 2}, {"xclass": 62_500, "koperasi": None, "klustera": 600_000}) == 187_500
    assert pipeline({"koperasi": 2}, {}) == 0


def test_the_funnel_of_ten_by_head_c13() -> None:
    """K17: eight of ten try, four of them pay after 30, 31, 33, 40 days; of the two others one pays at once."""
    found = funnel(
        [
            Outcome("", None, 5, 4),
            Outcome("", 0, 1, 0),
            *(Outcome("", days, 1, 1) for days in (30, 31, 33, 40)),
        ]
    )
    assert found == Funnel(signups=10, tried=8, paid=5, paid_after_trial=4, cycle=Fraction(31))
    assert (found.to_trial, found.trial_to_paid, found.conversion) == (Fraction(4, 5), Fraction(1, 2), Fraction(1, 2))


def test_groups_sum_to_the_whole_and_nothing_divides_by_zero() -> None:
    """C13: a dash, never zero, where nobody came that far."""
    parts = [Outcome("a", None, 3, 2), Outcome("b", 7, 2, 0), Outcome("a", 9, 1, 1)]
    groups = funnels(parts)
    assert {name: (item.signups, item.tried, item.paid) for name, item in groups.items()} == {
        "a": (4, 3, 1),
        "b": (2, 0, 2),
    }
    assert sum(item.signups for item in groups.values()) == funnel(parts).signups
    empty = funnel([])
    assert (empty.to_trial, empty.trial_to_paid, empty.conversion, empty.cycle) == (None, None, None, None)
    assert groups["b"].trial_to_paid is None


@pytest.mark.parametrize(
    ("counted", "middle"),
    [
        ([], None),
        ([(30, 1)], Fraction(30)),
        ([(31, 1), (30, 1)], Fraction(61, 2)),
        ([(0, 3), (90, 2)], Fraction(0)),
        ([(90, 2), (0, 2)], Fraction(45)),
    ],
)
def test_the_median_of_counted_days(counted: list[tuple[int, int]], middle: Fraction | None) -> None:
    assert median(counted) == middle


def test_of_two_hundred_who_landed_a_quarter_opens_the_sign_up_n13() -> None:
    """N13: 200 land, 50 open the sign-up, 10 send it; a dash where nobody landed."""
    found = Visits(120, 20, 4) + Visits(80, 30, 6)
    assert (found.to_checkout, found.to_signup) == (Fraction(1, 4), Fraction(1, 20))
    assert (Visits().to_checkout, Visits().to_signup) == (None, None)


def _lived(told: Iterator[tuple[str, date]]) -> Steps:
    steps = Steps()
    for event, on in told:
        steps = steps.after(event, on)
    return steps


def test_only_the_first_of_each_step_counts() -> None:
    """C13: coming back after an end, or paying again, signs nobody up twice; a plan without a trial is activated at once."""
    events = [("trial.started", D(2026, 1, 1)), ("subscription.activated", D(2026, 2, 1))]
    events += [
        ("payment.received", D(2026, 2, 5)),
        ("invoice.issued", D(2026, 3, 1)),
        ("payment.received", D(2026, 3, 2)),
    ]
    assert _lived(iter(events)) == Steps(D(2026, 1, 1), D(2026, 1, 1), D(2026, 2, 5))
    assert _lived(iter(events[1:])) == Steps(D(2026, 2, 1), None, D(2026, 2, 5))


def test_a_school_signs_up_tries_and_pays(school: Tenant) -> None:
    """X5, X7: signed up on 1 February 2025, a month of trial, paid on 5 March: 32 days. Followed or rebuilt: the same."""
    live_through(school, D(2025, 2, 2), D(2025, 3, 4))
    follow_events()
    assert _steps(school) == (D(2025, 2, 1), D(2025, 2, 1), None)
    pay(school, D(2025, 3, 5))
    follow_events()
    expected = (D(2025, 2, 1), D(2025, 2, 1), D(2025, 3, 5))
    assert _steps(school) == expected
    assert check_facts(tenant=school) == ()
    RevenueStand.objects.update(signed_up_on=None, tried_on=None, paid_on=None)
    assert any("signed_up_on=None" in wrong.fact for wrong in rebuild_facts(tenant=school))
    assert _steps(school) == expected
    RevenueStand.objects.update(signed_up_on=None, tried_on=None, paid_on=None)
    with connection.cursor() as cursor:
        cursor.execute(FILL)
    assert _steps(school) == expected, "the migration fills in what was before"
    assert Event.objects.filter(tenant=school, name="payment.received").count() == 1


def _steps(tenant: Tenant) -> tuple[date | None, date | None, date | None]:
    row = RevenueStand.objects.get(tenant=tenant)
    return row.signed_up_on, row.tried_on, row.paid_on
