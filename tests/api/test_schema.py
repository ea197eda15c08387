"""OpenAPI: complete and valid on both hosts."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests.api.conftest import Api, program

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.mark.parametrize("urlconf", ["config.urls_public", "config.urls_tenant"])
def test_the_schema_is_valid_without_a_warning(urlconf: str) -> None:
    call_command("spectacular", urlconf=urlconf, validate=True, fail_on_warn=True, stdout=StringIO())


def operations(api: Api) -> dict[str, dict[str, Any]]:
    """Every operation by method and path, as the host itself tells."""
    answer = api.client.get("/api/schema/", headers={"host": api.host})
    assert answer.status_code == 200
    paths = answer.json()["paths"]
    return {f"{method} {path}": item[method] for path, item in paths.items() for method in item if method in METHODS}


def test_the_public_host_offers_what_the_interfaces_promise(public_api: Api) -> None:
    found = operations(public_api)
    assert {"post /api/v1/quotes", "post /api/v1/signups", "get /api/v1/catalogue"} <= set(found)
    named = [parameter["name"] for parameter in found["get /api/v1/entitlements"]["parameters"]]
    assert "X-Tenant" in named


def test_a_tenants_host_offers_what_the_interfaces_promise(school_api: Api) -> None:
    found = operations(school_api)
    assert set(found) >= {
        "get /api/v1/subscription",
        "get /api/v1/entitlements",
        "post /api/v1/usage",
        "get /api/v1/invoices",
        "get /api/v1/invoices/{number}",
        "get /api/v1/invoices/{number}/pdf",
        "post /api/v1/invoices/{number}/checkout",
        "post /api/v1/invoices/{number}/transfers",
    }
    assert not any("X-Tenant" in str(operation) for operation in found.values())


def test_every_operation_tells_its_problems_and_every_post_its_idempotency_key(public_api: Api) -> None:
    for name, operation in operations(public_api).items():
        assert {"400", "401", "404", "406", "422", "429"} <= set(operation["responses"]), name
        named = [parameter["name"] for parameter in operation.get("parameters", [])]
        assert ("Idempotency-Key" in named) == name.startswith("post"), name


def test_every_post_is_idempotent(school_api: Api, public_api: Api) -> None:
    """The header is judged before the body: a key that is none is a 400 everywhere."""
    for api in (school_api, public_api):
        for name in operations(api):
            method, path = name.split(" ")
            if method == "post" and (api is school_api or path.endswith(("quotes", "signups"))):
                answer = api.post(path.replace("{number}", "x").removeprefix("/api/v1/"), {}, Idempotency_Key="a b")
                if path.endswith(("transfers", "claims", "slips")):  # forms with a file
                    upload = path.replace("{number}", "x").removeprefix("/api/v1/")
                    answer = api.upload(upload, {}, Idempotency_Key="a b")
                assert answer.json()["code"] == "idempotency_key_invalid", name


def test_the_schema_needs_no_key(school_api: Api) -> None:
    assert program(school_api.host).client.get("/api/schema/", headers={"host": school_api.host}).status_code == 200
