"""POST /signups: everything is checked at once, the tenant is made in the background, its progress is asked for."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenants.models import Domain, Membership, Tenant
from tests.api.conftest import Api, product_secret, program

SCHOOL: dict[str, Any] = {
    "product": "xclass",
    "quantity": "150",
    "name": "SMAN 2",
    "subdomain": "sman2",
    "contact_name": "Ayu Lestari",
    "contact_email": "ayu@sman2.test",
    "registration": {"npsn": "20100002"},
}


def test_a_school_signs_up_and_is_ready(
    public_api: Api, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = public_api.post("signups", SCHOOL | {"password": "sangat-rahasia-7"}, Idempotency_Key="s-1")
    said = answer.json()
    assert (answer.status_code, said["status"], said["step"] < said["steps"]) == (202, "pending", True)
    progress = public_api.get(f"signups/{said['id']}?token={said['token']}").json()
    assert (progress["status"], progress["subdomain"], progress["error"]) == ("ready", "sman2", None)
    tenant = Tenant.objects.get(pk=said["id"])
    assert (tenant.status, str(tenant.quantity), tenant.plan_code) == ("trialing", "150", "standard")
    assert Membership.objects.get(tenant=tenant).user.email == "ayu@sman2.test"
    assert public_api.post("signups", SCHOOL | {"password": "sangat-rahasia-7"}, Idempotency_Key="s-1").json() == said


def test_progress_is_told_to_whoever_has_the_token(public_api: Api) -> None:
    said = public_api.post("signups", SCHOOL).json()
    other = public_api.post("signups", SCHOOL | {"subdomain": "sman3", "registration": {"npsn": "20100003"}}).json()
    for address in (
        f"signups/{said['id']}?token={other['token']}",
        f"signups/{said['id']}?token=x",
        f"signups/01890000-0000-7000-8000-000000000000?token={said['token']}",
    ):
        answer = public_api.get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "signup_not_found")
    assert public_api.get(f"signups/{said['id']}").json()["field"] == "token"


@pytest.mark.parametrize(
    ("change", "status", "field", "code"),
    [
        ({"subdomain": "admin"}, 409, "subdomain", "reserved"),
        ({"subdomain": "sman1"}, 409, "subdomain", "subdomain_taken"),
        ({"subdomain": "-x"}, 422, "subdomain", "signup_refused"),
        ({"registration": {"npsn": "20100001"}}, 409, "registration.npsn", "already_registered"),
        ({"registration": {"npsn": "abc"}}, 422, "registration.npsn", "signup_refused"),
        (
            {"registration": {"npsn": "20100002", "province": "Atlantis"}},
            422,
            "registration.province",
            "signup_refused",
        ),
        ({"registration": {}}, 422, "registration.npsn", "signup_refused"),
        ({"registration": {"hobi": "x", "npsn": "20100002"}}, 422, "registration.hobi", "signup_refused"),
        ({"registration": {"npsn": 20100002}}, 422, "registration.npsn", "invalid"),
        ({"contact_email": "ayu"}, 422, "contact_email", "signup_refused"),
        ({"name": "x"}, 422, "name", "min_length"),
        ({"quantity": "-1"}, 422, "quantity", "quantity_negative"),
        ({"timezone": "Asia/Tokyo"}, 422, "timezone", "invalid_choice"),
        ({"password": "12345678901"}, 422, "password", "password_too_common"),
        ({"product": "nothing"}, 422, "product", "unknown_product"),
    ],
)
def test_what_cannot_be_taken_names_its_field_and_writes_nothing(
    school: Tenant, public_api: Api, change: dict[str, Any], status: int, field: str, code: str
) -> None:
    answer = public_api.post("signups", SCHOOL | change)
    problem = answer.json()
    assert (answer.status_code, problem["field"], problem["errors"][0]["code"]) == (status, field, code)
    assert not Domain.objects.filter(domain="sman2.localhost").exists()


def test_a_products_key_signs_up_for_its_own_product_alone(db: None) -> None:
    api = program(settings.BASE_DOMAIN, product_secret("klustera"))
    assert (answer := api.post("signups", SCHOOL)).status_code == 403
    assert answer.json()["code"] == "wrong_product"


def test_the_catalogue_shows_what_is_on_sale_today(public_api: Api) -> None:
    answer = public_api.get("catalogue").json()
    products = {product["code"]: product for product in answer["products"]}
    assert {"xclass", "klustera"} <= set(products)
    klustera = products["klustera"]
    per_unit = next(item for item in klustera["prices"] if item["charge"] == "units" and item["interval_months"] == 1)
    assert [row["unit_price"] for row in per_unit["rows"]] == ["5000", "3000", "2000"]
    assert {plan["code"]: plan["is_default"] for plan in klustera["plans"]} == {"per-unit": True, "flat": False}
    assert date.fromisoformat(answer["on"]).year >= 2025
