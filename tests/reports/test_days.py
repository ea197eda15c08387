"""A figure of a month holds what fell into it by each customer's own clock, also while it is another month elsewhere."""

from datetime import UTC, date, datetime

import pytest

from reports.selectors.cash import cash_in
from reports.selectors.revenue import Scope, report_of
from reports.services.following import follow_events
from tenants.context import local_today
from tenants.models import Tenant
from tenants.models.jobs import Job
from tests.billing.lives import pay
from tests.conftest import make_tenant
from trials.services.daily import run_job

D = date
FEBRUARY, MARCH, APRIL = (
    Scope(D(2026, 2, 1), D(2026, 2, 28)),
    Scope(D(2026, 3, 1), D(2026, 3, 31)),
    Scope(D(2026, 4, 1), D(2026, 4, 30)),
)


@pytest.fixture
def both_ends(db: None) -> tuple[Tenant, Tenant]:
    """200 units each, 600.000 a month from 1 March 2026 on: one in WIB, one two hours ahead in WIT."""
    west = make_tenant("barat", "Griya Barat", "klustera", 200, D(2026, 1, 30))
    east = make_tenant("timur", "Griya Timur", "klustera", 200, D(2026, 1, 30), timezone="Asia/Jayapura")
    return west, east


def brought() -> list[int]:
    """MRR at the end of February, of March and of April."""
    follow_events()
    return [report_of(scope).now.mrr for scope in (FEBRUARY, MARCH, APRIL)]


def claimed_and_collected() -> list[tuple[int, int]]:
    """In March and in April."""
    follow_events()
    found = [cash_in(scope).total for scope in (MARCH, APRIL)]
    return [(sums.claimed, sums.collected) for sums in found]


def test_what_begins_at_midnight_counts_from_each_customers_own_midnight_c13(both_ends: tuple[Tenant, Tenant]) -> None:
    """14:59 UTC is 23:59 in WIT; 15:00 is the first of March there and 22:00 of February in WIB; 17:00 is March for both."""
    last = [(14, 59, [0, 0, 0]), (15, 0, [0, 600_000, 600_000]), (16, 59, [0, 600_000, 600_000])]
    for hour, minute, mrr in (*last, (17, 0, [0, 1_200_000, 1_200_000])):
        run_job(job=Job.BILLING, now=datetime(2026, 2, 28, hour, minute, tzinfo=UTC))
        assert brought() == mrr, (hour, minute)


def test_money_of_one_moment_falls_into_the_month_of_its_payer(both_ends: tuple[Tenant, Tenant]) -> None:
    """16:30 UTC on 31 March: half past eleven in the evening in WIB, half past one on 1 April in WIT."""
    run_job(job=Job.BILLING, now=datetime(2026, 2, 28, 17, tzinfo=UTC))
    moment = datetime(2026, 3, 31, 16, 30, tzinfo=UTC)
    days = [local_today(tenant, moment) for tenant in both_ends]
    assert days == [D(2026, 3, 31), D(2026, 4, 1)]
    for tenant, day in zip(both_ends, days, strict=True):
        pay(tenant, day, 600_000)
    assert claimed_and_collected() == [(1_200_000, 600_000), (0, 600_000)]
