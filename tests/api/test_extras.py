"""Add-ons, items and meters by API; another tenant's key reaches none of them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from billing.models import Document, DocumentLine, QuantityReport
from tenants.context import inside
from tenants.models import Tenant
from tests.api.conftest import Api, host_of, product_secret, program, tenant_secret
from tests.billing.lives import live_through, pay
from tests.conftest import make_tenant

AtDay = Callable[[Tenant, date], None]
DAY = date(2026, 7, 11)
METER = "marketplace-turnover"


@pytest.fixture
def taught(db: None, at_day: AtDay) -> tuple[Tenant, Api]:
    """A school of 30 on a semester's contract since 1 July 2026, on 11 July."""
    tenant = make_tenant("kelas", "SMP Tunas", "naikkelas", 30, date(2026, 7, 1), plan="school", interval_months=4)
    at_day(tenant, DAY)
    return tenant, program(host_of(tenant), tenant_secret(tenant))


@pytest.fixture
def cooperative(db: None, at_day: AtDay) -> tuple[Tenant, Api]:
    """A cooperative on Growth, in its trial."""
    tenant = make_tenant("koperasi", "Koperasi", "koperasi", 80, date(2026, 7, 1), plan="growth")
    at_day(tenant, DAY)
    return tenant, program(host_of(tenant), tenant_secret(tenant))


def test_an_addon_is_tried_out_and_then_held_for_the_same_money_n8(taught: tuple[Tenant, Api]) -> None:
    tenant, api = taught
    listed = {item["code"]: item for item in api.get("addons").json()["items"]}
    assert (listed["robot-kits"]["held"], listed["robot-kits"]["to_quantity"]) == ("0", "500")
    tried = api.post("addons", {"addon": "robot-kits", "quantity": "12", "dry_run": True})
    assert (tried.status_code, tried.json()["draft"]["total"], tried.json()["invoice"]) == (200, 609_677, None)
    done = api.post("addons", {"addon": "robot-kits", "quantity": "12", "external_id": "a"})
    assert (done.status_code, done.json()["invoice"]["total"]) == (201, 609_677)
    again = api.post("addons", {"addon": "robot-kits", "quantity": "12", "external_id": "a"})
    assert again.json() == done.json()
    other = api.post("addons", {"addon": "robot-kits", "quantity": "13", "external_id": "a"})
    assert (other.status_code, other.json()["code"]) == (409, "external_id_reused")
    assert api.get("subscription").json()["addons"] == {"robot-kits": "12"}
    assert "robotics" in api.get("entitlements").json()["features"]
    with inside(tenant):
        assert Document.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"addon": "robot-kits", "quantity": "501"}, 422, "quantity_out_of_bounds", "addons.robot-kits"),
        ({"addon": "tidak-ada", "quantity": "1"}, 422, "unknown_addon", "addons.tidak-ada"),
        ({"addon": "robot-kits"}, 422, "invalid", "quantity"),
    ],
)
def test_what_cannot_be_held_is_refused_with_the_field(
    taught: tuple[Tenant, Api], body: dict[str, Any], status: int, code: str, field: str
) -> None:
    answer = taught[1].post("addons", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, field)


def test_an_item_is_bought_once_under_its_id_n1_n3(taught: tuple[Tenant, Api]) -> None:
    tenant, api = taught
    listed = {item["code"]: item for item in api.get("items").json()["items"]}
    assert listed["bootcamp-2027-01"]["places_left"] == 30
    assert listed["bootcamp-2027-01"]["batch"] == {"start": "2027-01-11", "end": "2027-04-03"}
    assert listed["robotics-bundle"]["includes"] == ["course-robotics", "certificate-robotics", "career-service"]
    body = {"item": "bootcamp-2027-01", "quantity": "2", "external_id": "x"}
    tried = api.post("purchases", body | {"dry_run": True}).json()
    done = api.post("purchases", body)
    assert (done.status_code, done.json()["invoice"]["total"], tried["draft"]["total"]) == (201, 12_000_000, 12_000_000)
    assert api.post("purchases", body).json()["invoice"]["number"] == done.json()["invoice"]["number"]
    for other in ({"quantity": "3"}, {"item": "course-robotics"}):
        refused = api.post("purchases", body | other)
        assert (refused.status_code, refused.json()["code"]) == (409, "external_id_reused")
    left = {item["code"]: item["places_left"] for item in api.get("items").json()["items"]}
    assert left["bootcamp-2027-01"] == 28
    with inside(tenant):
        assert Document.objects.count() == 2


def test_turnover_is_reported_with_its_meter_and_counted_once_c15(cooperative: tuple[Tenant, Api]) -> None:
    tenant, api = cooperative
    body = {"meter": "marketplace-turnover", "quantity": "123456789012", "on": "2026-07-10", "external_id": "juli"}
    assert api.post("usage", body | {"dry_run": True}).status_code == 200
    done = api.post("usage", body)
    assert (done.status_code, done.json()["outcome"], done.json()["quantity"]) == (201, "recorded", "123456789012")
    assert api.post("usage", body).status_code == 201
    assert api.post("usage", body | {"quantity": "5"}).json()["code"] == "external_id_reused"
    with inside(tenant):
        assert QuantityReport.objects.filter(measure="marketplace-turnover").count() == 1
    assert tenant.quantity == 80


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"meter": "tidak-ada", "quantity": "1"}, "unknown_meter"),
        ({"meter": "marketplace-turnover", "quantity": "1", "on": "2026-07-12"}, "date_in_future"),
        ({"quantity": "123456789012"}, "too_large"),
    ],
)
def test_what_a_meter_cannot_have_read_is_refused(
    cooperative: tuple[Tenant, Api], body: dict[str, Any], code: str
) -> None:
    answer = cooperative[1].post("usage", body)
    assert answer.status_code == 422
    assert code in str(answer.json())


def test_entitlements_name_channels_and_hours_c10(cooperative: tuple[Tenant, Api]) -> None:
    held = cooperative[1].get("entitlements").json()
    assert (held["response_hours"], held["support_channels"]) == (24, ["email", "whatsapp"])
    assert held["limits"] == {"members": 2000, "branches": 3, "users": 10}


def test_a_quote_names_what_is_paid_beside_the_period_n6_n8(public_api: Api) -> None:
    body = {"product": "naikkelas", "plan": "academy", "quantity": "40", "on": "2026-07-01"}
    made = public_api.post("quotes", body | {"addons": {"custom-certificates": "1"}}).json()
    assert made["total"] == 2_500_000
    assert [line["amount"] for line in made["beside"]] == [15_000_000, 4_800_000, 1_000_000]
    assert made["first_invoice"]["total"] == 23_300_000
    refused = public_api.post("quotes", body | {"addons": {"robot-kits": "1"}}).json()
    assert (refused["code"], refused["field"]) == ("unknown_addon", "addons.robot-kits")


def test_the_catalogue_names_addons_items_and_plans_by_contract(public_api: Api) -> None:
    products = {item["code"]: item for item in public_api.get("catalogue").json()["products"]}
    assert [plan["code"] for plan in products["koperasi"]["plans"] if plan["by_contract"]] == ["enterprise"]
    assert "robot-kits" in [addon["code"] for addon in products["naikkelas"]["addons"]]
    assert "course-robotics" in [item["code"] for item in products["naikkelas"]["items"]]
    shares = [row["rate"] for price in products["koperasi"]["prices"] for row in price["rows"] if row["rate"]]
    assert shares == ["0.01"]


@pytest.mark.parametrize("path", ["addons", "items"])
def test_without_the_tenants_key_nothing_is_listed(taught: tuple[Tenant, Api], path: str) -> None:
    tenant, _api = taught
    other = make_tenant("lain", "Lain", "naikkelas", 1, date(2026, 7, 1))
    assert program(host_of(tenant)).get(path).status_code == 401
    assert program(host_of(tenant), tenant_secret(other)).get(path).json()["code"] == "wrong_tenant"
    foreign = program(settings.BASE_DOMAIN, product_secret("xclass"), X_Tenant="kelas")
    assert foreign.get(path).json()["code"] == "tenant_not_found"


def test_another_tenants_key_buys_nothing_for_it(taught: tuple[Tenant, Api]) -> None:
    tenant, _api = taught
    other = program(host_of(tenant), tenant_secret(make_tenant("lain", "Lain", "naikkelas", 1, date(2026, 7, 1))))
    assert other.post("purchases", {"item": "course-robotics"}).json()["code"] == "wrong_tenant"
    assert other.post("addons", {"addon": "robot-kits", "quantity": "1"}).json()["code"] == "wrong_tenant"
    with inside(tenant):
        assert Document.objects.count() == 1


def test_a_report_is_corrected_by_its_id_before_and_after_its_period_was_billed_c15(
    cooperative: tuple[Tenant, Api], at_day: AtDay
) -> None:
    """2.000.000 become 3.000.000 while August is open; after it was billed 1.000.000: 20.000 less on the next invoice."""
    tenant, api = cooperative
    live_through(tenant, date(2026, 7, 2), date(2026, 8, 10))
    at_day(tenant, date(2026, 8, 10))
    first = {"meter": METER, "quantity": "2000000", "on": "2026-08-09", "external_id": "shop-1"}
    assert api.post("usage", first).json()["outcome"] == "recorded"
    again = {"meter": METER, "quantity": "3000000", "external_id": "shop-1b", "corrects": "shop-1"}
    answer = api.post("usage", again)
    said = answer.json()
    assert (said["on"], said["previous"], said["outcome"]) == ("2026-08-09", "2000000", "recorded")
    assert api.post("usage", again).json() == said
    pay(tenant, date(2026, 8, 10))
    live_through(tenant, date(2026, 8, 11), date(2026, 9, 1))
    at_day(tenant, date(2026, 9, 1))
    with inside(tenant):
        billed = DocumentLine.objects.filter(document__issued_on=date(2026, 9, 1))
        assert list(billed.values_list("amount", flat=True)) == [999_000, 30_000]
    later = {"meter": METER, "quantity": "1000000", "external_id": "shop-1c", "corrects": "shop-1"}
    assert api.post("usage", later | {"dry_run": True}).json()["outcome"] == "corrected"
    assert api.post("usage", later).json()["outcome"] == "corrected"
    api.post("usage", {"meter": METER, "quantity": "5000000", "external_id": "shop-2"})
    upcoming = api.get("subscription").json()["next_invoice"]
    assert [line["amount"] for line in upcoming["lines"]] == [999_000, 30_000]  # 50.000 of September less 20.000
    unknown = api.post("usage", later | {"external_id": "x", "corrects": "nothing"})
    assert (unknown.status_code, unknown.json()["field"]) == (422, "corrects")
