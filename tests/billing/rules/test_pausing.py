"""Who may pause, when, and for how long. Tables without a database."""

from datetime import date

import pytest

from billing.rules.lifecycle import Status
from billing.rules.pausing import Refusal, Situation, ends_in_time, furthest, hindrance
from plans.rules.catalogue import Pause

D = date
BOTH = Pause(max_days=90)
ACTIVE = Situation(Status.ACTIVE)


@pytest.mark.parametrize(
    ("situation", "refusal"),
    [
        (ACTIVE, None),
        (Situation(Status.ACTIVE, owing=True), Refusal.PAY_FIRST),
        (Situation(Status.PAST_DUE, owing=True), Refusal.PAY_FIRST),
        (Situation(Status.SUSPENDED, owing=True), Refusal.PAY_FIRST),
        (Situation(Status.ACTIVE, cancelling=True), Refusal.KEEP_FIRST),
        (Situation(Status.CANCELLED, cancelling=True), Refusal.KEEP_FIRST),
        (Situation(Status.TRIALING), Refusal.NOT_RUNNING),
        (Situation(Status.FREE, owing=True), Refusal.NOT_RUNNING),
        (Situation(Status.ENDED), Refusal.NOT_RUNNING),
        (Situation(Status.ACTIVE, behind=True), Refusal.BEHIND),
    ],
)
def test_only_who_is_served_and_owes_nothing_pauses(situation: Situation, refusal: Refusal | None) -> None:
    assert hindrance(BOTH, "customer", situation) is refusal


def test_the_plan_says_who_may() -> None:
    staff = Pause(max_days=30, by=("staff",))
    assert hindrance(None, "staff", ACTIVE) is Refusal.NOT_OFFERED
    assert hindrance(staff, "customer", ACTIVE) is Refusal.NOT_OFFERED
    assert hindrance(staff, "staff", ACTIVE) is None


@pytest.mark.parametrize(
    ("until", "fits"),
    [(D(2026, 3, 1), False), (D(2026, 3, 2), True), (D(2026, 5, 30), True), (D(2026, 5, 31), False)],
)
def test_a_pause_lasts_a_day_at_least_and_as_long_as_the_plan_allows(until: date, fits: bool) -> None:
    assert furthest(BOTH, D(2026, 3, 1)) == D(2026, 5, 30)
    assert ends_in_time(BOTH, D(2026, 3, 1), until) is fits
