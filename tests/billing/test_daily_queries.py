"""Charges beside the periods cost a daily visit nothing until one of them is due."""

from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.models import Tenant
from tests.billing.lives import live_through, pay
from tests.conftest import make_tenant
from trials.services.daily import visit_billing, visit_reminders, visit_suspensions


def queries_of(tenant: Tenant, day: date) -> int:
    with CaptureQueriesContext(connection) as seen:
        for visit in (visit_billing, visit_suspensions, visit_reminders):
            visit(tenant, day)
    return len(seen)


def test_a_visit_with_charges_beside_the_period_asks_no_more_than_one_without(db: None) -> None:
    """N6, N8: an academy with yearly seats and a school with rented kits, on a day on which nothing is due."""
    plain = make_tenant("polos", "Polos", "naikkelas", 30, date(2026, 7, 1), plan="school", interval_months=4)
    kits = {"robot-kits": Decimal(12)}
    rented = make_tenant(
        "sewa", "Sewa", "naikkelas", 30, date(2026, 7, 1), plan="school", interval_months=4, addons=kits
    )
    academy = make_tenant("akademi", "Akademi", "naikkelas", 30, date(2026, 7, 1), plan="academy")
    for tenant in (plain, rented, academy):
        pay(tenant, date(2026, 7, 1))
        live_through(tenant, date(2026, 7, 2), date(2026, 7, 10))
    counts = {queries_of(tenant, date(2026, 7, 11)) for tenant in (plain, rented, academy)}
    assert len(counts) == 1


def test_a_month_billed_with_a_charge_beside_it_costs_only_its_line_more(db: None) -> None:
    """C15: reading the meter and writing the line, nothing else."""
    tenant = make_tenant("koperasi", "Koperasi", "koperasi", 80, date(2026, 3, 10), plan="growth")
    other = make_tenant("starter", "Starter", "koperasi", 80, date(2026, 3, 10), plan="starter")
    for each in (tenant, other):
        live_through(each, date(2026, 3, 11), date(2026, 4, 10))
        pay(each, date(2026, 4, 10))
        live_through(each, date(2026, 4, 11), date(2026, 5, 9))
    assert queries_of(tenant, date(2026, 5, 10)) - queries_of(other, date(2026, 5, 10)) <= 1
