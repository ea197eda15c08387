"""/subscription/change: choices, preview, confirmation, taking back; and nobody else's (C11, K2)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from billing.models import Document
from tenants.context import inside
from tenants.models import Event, Tenant
from tests.api.conftest import Api, host_of, product_secret, program, tenant_secret
from tests.billing.ladders import BILLED, SIGNUP, Shop, shop, subscription_of
from tests.billing.lives import live_through, pay

__all__ = ["shop"]
AtDay = Callable[[Tenant, date], None]
CHANGE, WITHDRAW = "subscription/change", "subscription/change/withdraw"


@pytest.fixture
def warehouse(shop: Shop, at_day: AtDay) -> Tenant:
    """On growth, paid for June 2025, on 16 June."""
    tenant = shop("growth")
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    at_day(tenant, date(2025, 6, 16))
    return tenant


@pytest.fixture
def api(warehouse: Tenant) -> Api:
    """The warehouse's own program."""
    return program(host_of(warehouse), tenant_secret(warehouse))


def test_the_choices_say_what_each_change_is(api: Api) -> None:
    """C11: two places cost the same answer: current, up now, down at the end."""
    answer = api.get(CHANGE).json()
    found = {(item["plan"]["code"], item["interval_months"]): item for item in answer["items"]}
    assert found["growth", 1]["current"] is True
    assert (found["pro", 1]["kind"], found["pro", 1]["when"], found["pro", 1]["price"]) == ("upgrade", "now", 900_000)
    assert (found["starter", 1]["kind"], found["starter", 1]["when"]) == ("downgrade", "period_end")
    assert (found["growth", 12]["kind"], found["growth", 12]["when"]) == ("longer", "period_end")
    assert answer["scheduled"] is None


def test_a_dry_run_says_what_it_costs_and_writes_nothing(api: Api, warehouse: Tenant) -> None:
    """C11: 15 of 30 days × 300.000 = 150.000, as one amount and as a credit and a charge."""
    events = Event.objects.count()
    answer = api.post(CHANGE, {"plan": "pro", "dry_run": True})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["outcome"], body["kind"], body["effective_on"]) == ("now", "upgrade", "2025-06-16")
    assert (body["before"]["price"], body["after"]["price"]) == (600_000, 900_000)
    assert (body["invoice"]["total"], body["invoice"]["due_on"], body["invoice"]["number"]) == (
        150_000,
        "2025-06-26",
        None,
    )
    assert body["detail"] == [
        {"description": "Sisa Growth 15 hari", "amount": -300_000},
        {"description": "Pro 15 hari", "amount": 450_000},
    ]
    assert (body["next_invoice"]["issued_on"], body["next_invoice"]["total"]) == ("2025-07-01", 900_000)
    assert Event.objects.count() == events
    assert subscription_of(warehouse).plan_code == "growth"


def test_what_was_agreed_is_done_once(api: Api, warehouse: Tenant) -> None:
    """C11: confirmed with the dry run's agreement; the same key gives the same answer, another agreement none."""
    agreed = api.post(CHANGE, {"plan": "pro", "dry_run": True}).json()["agreement"]
    body = {"plan": "pro", "agreed": agreed, "reason": "Butuh ramalan"}
    first, again = (api.post(CHANGE, body, Idempotency_Key="ganti-1") for _ in range(2))
    assert (first.status_code, first.json()) == (200, again.json())
    assert first.json()["invoice"]["number"] == "UJI/GD/2025/00001"
    with inside(warehouse):
        assert Document.objects.count() == 2
    assert api.post(CHANGE, {"plan": "starter"}, Idempotency_Key="ganti-1").status_code == 409
    stale = api.post(CHANGE, {"plan": "pro", "agreed": agreed})
    assert (stale.status_code, stale.json()["code"], stale.json()["field"]) == (409, "stale_preview", "plan")
    assert api.post(CHANGE, {"plan": "pro"}).json()["outcome"] == "unchanged"
    assert Event.objects.get(tenant=warehouse, data__change="plan").cause == "Butuh ramalan"
    assert api.get("entitlements").json()["features"] == ["stock", "transfers", "forecasts"]


def test_a_downgrade_is_scheduled_shown_and_taken_back(api: Api) -> None:
    """C11."""
    made = api.post(CHANGE, {"plan": "starter"}).json()
    assert (made["outcome"], made["effective_on"], made["invoice"]) == ("period_end", "2025-07-01", None)
    waits = api.get("subscription").json()["scheduled_change"]
    assert waits == {
        "plan": {"code": "starter", "name": "Starter"},
        "interval_months": 1,
        "kind": "downgrade",
        "on": "2025-07-01",
    }
    assert api.get("subscription").json()["next_invoice"]["total"] == 300_000
    assert api.post(CHANGE, {"interval_months": 12, "dry_run": True}).json()["replaces"] == waits
    assert api.post(WITHDRAW).json()["scheduled"] is None
    assert api.get("subscription").json()["scheduled_change"] is None
    none = api.post(WITHDRAW)
    assert (none.status_code, none.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"plan": "platinum"}, 422, "unknown_plan", "plan"),
        ({"plan": "pro", "interval_months": 12}, 422, "unknown_interval", "interval_months"),
        ({"plan": 7}, 422, "invalid", "plan"),
        ({"paket": "pro"}, 422, "invalid", "paket"),
        ({"plan": "pro", "dry_run": "yes"}, 422, "invalid", "dry_run"),
    ],
)
def test_what_is_wrong_is_named(api: Api, body: dict[str, Any], status: int, code: str, field: str) -> None:
    answer = api.post(CHANGE, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field in {answer.json().get("field"), *(fault["field"] for fault in answer.json().get("errors", []))}


def test_who_owes_is_told_to_pay(shop: Shop, at_day: AtDay) -> None:
    """C11."""
    tenant = shop()
    live_through(tenant, SIGNUP, date(2025, 6, 12))
    at_day(tenant, date(2025, 6, 12))
    answer = program(host_of(tenant), tenant_secret(tenant)).post(CHANGE, {"plan": "growth"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "pay_first", "plan")


def test_a_school_is_told_that_its_students_decide(school_api: Api, school: Tenant, at_day: AtDay) -> None:
    """X1: in the language asked for."""
    at_day(school, date(2025, 2, 10))
    assert school_api.post(CHANGE, {"plan": "standard"}).json()["outcome"] == "unchanged"
    answer = school_api.post(CHANGE, {"plan": "enterprise"}, Accept_Language="en")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "quantity_decides", "plan")
    assert "with 150 students the plan is Standard" in answer.json()["detail"]
    assert [item["plan"]["code"] for item in school_api.get(CHANGE).json()["items"]] == ["standard"]


def test_a_key_changes_no_other_tenant_s_plan(warehouse: Tenant, complex_: Tenant, school: Tenant) -> None:
    """A tenant's key on another host, a product's key for another product's tenant, no key at all."""
    calls = [
        program(host_of(warehouse), tenant_secret(complex_)),
        program(host_of(warehouse)),
        program("localhost", product_secret("klustera"), X_Tenant="gudang"),
        program("localhost", tenant_secret(warehouse), X_Tenant="gudang"),
    ]
    for api in calls:
        answers = [api.get(CHANGE), api.post(CHANGE, {"plan": "starter"}), api.post(WITHDRAW)]
        assert {answer.status_code for answer in answers} <= {401, 403, 404}
    assert subscription_of(warehouse).scheduled_change is None
    own = program("localhost", product_secret("gudang"), X_Tenant="gudang")
    assert own.post(CHANGE, {"plan": "starter"}).json()["outcome"] == "period_end"
