"""Cancelling with notice by API: looked at first, done as shown, refused with the earliest day (C8)."""

from collections.abc import Callable
from datetime import date

import pytest

from billing.selectors.change_choices import Wanted
from billing.services.subscriptions.changes import change_plan
from tenants.models import Tenant
from tests.api.conftest import Api, host_of, program, tenant_secret
from tests.billing.lives import live_through, pay
from tests.conftest import make_tenant

AtDay = Callable[[Tenant, date], None]
SIGNUP, BILLED, TODAY = date(2026, 3, 10), date(2026, 4, 10), date(2026, 4, 20)


@pytest.fixture
def cooperative(db: None, at_day: AtDay) -> Tenant:
    """On Starter, paid from 10 April to 10 May 2026, on 20 April."""
    tenant = make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, SIGNUP, plan="starter")
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    live_through(tenant, BILLED, TODAY)
    at_day(tenant, TODAY)
    return tenant


@pytest.fixture
def api(cooperative: Tenant) -> Api:
    """Its own program."""
    return program(host_of(cooperative), tenant_secret(cooperative))


def test_a_look_says_when_it_would_end_and_what_is_still_billed(api: Api) -> None:
    """C8: 30 days from 20 April reach into the period from 10 May, which is billed."""
    look = api.get("subscription/cancel").json()
    assert (look["ends_on"], look["earliest_on"], look["notice_days"]) == ("2026-06-10", "2026-06-10", 30)
    assert look["notice_by"] == "2026-04-10"
    assert (look["next_invoice"]["total"], look["next_invoice"]["issued_on"]) == (499_000, "2026-05-10")
    assert api.get("subscription/cancel?on=2026-06-11").json()["ends_on"] == "2026-07-10"
    assert api.get("subscription").json()["cancel_on"] is None


def test_it_ends_as_it_was_shown_or_not_at_all(api: Api) -> None:
    early = api.post("subscription/cancel", {"on": "2026-05-10"})
    assert (early.status_code, early.json()["code"], early.json()["field"]) == (409, "notice_too_short", "on")
    stale = api.post("subscription/cancel", {"ends_on": "2026-05-10"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_preview")
    assert api.get("subscription").json()["cancel_on"] is None
    done = api.post("subscription/cancel", {"ends_on": "2026-06-10", "reason": "Pindah"}).json()
    assert (done["status"], done["cancel_on"]) == ("cancelled", "2026-06-10")


def test_no_other_tenant_looks_or_cancels(cooperative: Tenant, school: Tenant) -> None:
    """The key of the cooperative opens nothing on the school's host."""
    stranger = program(host_of(school), tenant_secret(cooperative))
    assert stranger.get("subscription/cancel").json()["code"] == "wrong_tenant"
    assert stranger.post("subscription/cancel").json()["code"] == "wrong_tenant"
    school.refresh_from_db()
    assert school.status == "trialing"


def test_the_fee_of_leaving_a_contract_early_is_looked_at_and_agreed_to(api: Api, cooperative: Tenant) -> None:
    """C8: Enterprise at 3.500.000 a month to 10 April 2027: half of the eight months after 10 August."""
    change_plan(tenant=cooperative, wanted=Wanted("enterprise", 1, 3_500_000), today=TODAY, reason="Kontrak 8")
    look = api.get("subscription/cancel?on=2026-08-10").json()
    assert (look["ends_on"], look["exit_fee"]["total"], look["exit_fee"]["issued_on"]) == (
        "2026-08-10",
        14_000_000,
        "2026-08-10",
    )
    stale = api.post("subscription/cancel", {"on": "2026-08-10", "exit_fee": 0})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_preview")
    done = api.post("subscription/cancel", {"on": "2026-08-10", "exit_fee": 14_000_000}).json()
    assert [(part["item"], part["amount"], part["on"]) for part in done["schedule"]] == [
        ("exit-fee", 14_000_000, "2026-08-10")
    ]
