"""K6: three months of trial for five pilot complexes."""

from datetime import date

import pytest

from tenants.models import NumberSeries, Tenant
from tests.conftest import told
from trials.errors import NoTrial
from trials.services.trials import grant_pilot


def test_a_pilot_is_tried_for_three_months_from_sign_up(complex_: Tenant) -> None:
    """Signed up 2026-01-30: 30 April instead of 1 March."""
    subscription = grant_pilot(tenant=complex_, reason="Pilot Bekasi", today=date(2026, 2, 10))
    assert subscription.trial_ends_on == date(2026, 4, 30)
    complex_.refresh_from_db()
    assert complex_.billing_due_on == date(2026, 4, 30)
    assert told(complex_, "subscription.changed") == [("2026-02-10", "subscription.changed")]


def test_a_pilot_is_granted_once(complex_: Tenant) -> None:
    grant_pilot(tenant=complex_, reason="Pilot", today=date(2026, 2, 10))
    with pytest.raises(NoTrial) as refused:
        grant_pilot(tenant=complex_, reason="Pilot", today=date(2026, 2, 11))
    assert refused.value.code == "pilot_already"


def test_the_sixth_pilot_is_refused_and_takes_no_place(complex_: Tenant) -> None:
    series = NumberSeries.objects.create(series="pilot:klustera", kind="pilot", year=0, last=5)
    with pytest.raises(NoTrial) as refused:
        grant_pilot(tenant=complex_, reason="Pilot", today=date(2026, 2, 10))
    series.refresh_from_db()
    assert (refused.value.code, series.last) == ("pilot_full", 5)


def test_a_product_without_a_pilot_grants_none(school: Tenant) -> None:
    with pytest.raises(NoTrial) as refused:
        grant_pilot(tenant=school, reason="Pilot", today=date(2025, 2, 10))
    assert refused.value.code == "no_pilot"
