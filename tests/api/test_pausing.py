"""Pausing by API: looked at, done, refused with its reason, and closed to other tenants (N2)."""

from collections.abc import Callable
from datetime import date

import pytest

from tenants.models import Tenant
from tests.api.conftest import Api, host_of, program, tenant_secret
from tests.billing.lives import live_through, pay
from tests.conftest import make_tenant

AtDay = Callable[[Tenant, date], None]
SIGNUP, TODAY = date(2026, 3, 10), date(2026, 3, 20)


@pytest.fixture
def learner(db: None, at_day: AtDay) -> Tenant:
    """By the month, paid to 10 April 2026, on 20 March."""
    tenant = make_tenant("belajar", "Dewi", "naikkelas", 1, SIGNUP, plan="learner")
    pay(tenant, SIGNUP)
    at_day(tenant, TODAY)
    return tenant


@pytest.fixture
def api(learner: Tenant) -> Api:
    """Her own program."""
    return program(host_of(learner), tenant_secret(learner))


def test_paused_the_entitlements_say_so_until_it_goes_on(api: Api, learner: Tenant, at_day: AtDay) -> None:
    """N2: nothing is billed from 20 March to 5 May; then the current period, as the look said."""
    assert api.get("subscription/pause").json() == {"until": "2026-06-18", "furthest": "2026-06-18"}
    paused = api.post("subscription/pause", {"until": "2026-06-01"}).json()
    assert (paused["status"], paused["has_access"]) == ("paused", False)
    assert (paused["paused_on"], paused["paused_until"], paused["next_invoice"]) == ("2026-03-20", "2026-06-01", None)
    held = api.get("entitlements").json()
    assert (held["status"], held["has_access"]) == ("paused", False)
    live_through(learner, TODAY, date(2026, 5, 5))
    at_day(learner, date(2026, 5, 5))
    looks = api.get("subscription/resume").json()["invoices"]
    assert [(item["total"], item["due_on"]) for item in looks] == [(99_000, "2026-05-12")]
    back = api.post("subscription/resume").json()
    assert (back["status"], back["balance"], back["paused_until"]) == ("active", 99_000, None)


def test_what_stands_in_the_way_is_said(api: Api) -> None:
    early = api.post("subscription/resume")
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    long = api.post("subscription/pause", {"until": "2026-07-01"})
    assert (long.status_code, long.json()["code"], long.json()["field"]) == (409, "pause_too_long", "until")


def test_no_other_tenant_pauses(learner: Tenant, school: Tenant) -> None:
    """The key of one opens nothing on the host of another."""
    stranger = program(host_of(school), tenant_secret(learner))
    for path in ("subscription/pause", "subscription/resume"):
        assert stranger.get(path).json()["code"] == "wrong_tenant"
        assert stranger.post(path).json()["code"] == "wrong_tenant"
