"""Schemathesis against the real application, in this process and in the test's own transaction: what the schema promises
holds, and what it does not allow is refused, with a document and never with a 5xx."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tenants.api.schema import PUBLIC_URLS
from tenants.api.throttling import AddressThrottle, KeyThrottle, SignupThrottle
from tenants.models import IdempotentRequest, Tenant
from tests.api.conftest import Api
from tests.api.test_invoices import Page

MANY = {"key": "100000/min", "address": "100000/min", "signup": "100000/min"}
# What a program would know: the tenant of its key and a number from the list.
KNOWN = {"X-Tenant": ["sman1"], "number": ["UJI-XC-INV-2025-03-00001"]}
# What is on sale, and days that fit: without them a form that is right by its shape would seldom be taken.
SENSIBLE = {
    "QuoteInput": {"product": ["xclass", "klustera"], "on": ["2025-02-01", "2028-02-29"]},
    "SignupInput": {"product": ["xclass"]},
    "UsageInput": {"on": ["2025-03-02", "2025-03-01"]},
}
CONFIG: dict[str, Any] = {
    "seed": 20250301,
    "generation": {"mode": "all", "max-examples": 15, "deterministic": True, "allow-x00": False, "no-shrink": True},
    # What is right by its shape may still name a plan or a day that is not for sale (422) or lack a state (409).
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 304, 401, 403, 404, 409, 422]}},
}
BOUNDED = hypothesis_settings(
    max_examples=15, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
PassDays = Callable[[Tenant, date, date], None]


def schema_of(urlconf: str) -> Any:
    """A host's schema as it is served, its parameters narrowed to what a program would know."""
    generator = SchemaGenerator(urlconf=urlconf)  # type: ignore[no-untyped-call]
    made = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    raw = json.loads(json.dumps(made, default=str))
    for item in raw["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] in KNOWN:
                    parameter["schema"] = {"type": "string", "enum": KNOWN[parameter["name"]]}
                    parameter.pop("example", None)
    for name, fields in SENSIBLE.items():
        for field, choices in fields.items():
            if name in raw["components"]["schemas"]:
                raw["components"]["schemas"][name]["properties"][field] = {"type": "string", "enum": choices}
    schema = schemathesis.openapi.from_dict(raw, config=schemathesis.Config.from_dict(CONFIG))
    schema.app = get_wsgi_application()
    return schema


tenant_host = schema_of("config.urls_tenant")
public_host = schema_of(PUBLIC_URLS)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """The application shares the test's transaction, so it must not hang up after a request (as in Django's own client)."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def stage(_one_connection: None, school: Tenant, pass_days: PassDays, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """A school with an open invoice on 2025-03-02, a gateway that opens pages, and no limit on calls."""
    for throttle in (KeyThrottle, AddressThrottle, SignupThrottle):
        monkeypatch.setattr(throttle, "THROTTLE_RATES", MANY)
    monkeypatch.setattr("billing.api.checkouts.gateway", Page)
    Tenant.objects.filter(pk=school.pk).update(is_test=True)
    school.is_test = True
    pass_days(school, date(2025, 2, 2), date(2025, 3, 1))
    Tenant.objects.filter(pk=school.pk).update(clock_on=date(2025, 3, 2))
    return school


def judge(case: schemathesis.Case, api: Api) -> None:
    """Send the case in the program's name and judge the answer."""
    if case.media_type == "multipart/form-data" and not isinstance(case.body, dict):
        return  # a form cannot say a bare number: it arrives as a form without fields, which is a right one
    # The generator is fond of one Idempotency-Key; under it nearly everything would be a conflict.
    IdempotentRequest.objects.all().delete()
    case.call_and_validate(headers={"Authorization": api.headers["Authorization"], "Host": api.host})


@pytest.mark.slow
@tenant_host.parametrize()
@BOUNDED
def test_a_tenants_host_keeps_what_its_schema_promises(case: schemathesis.Case, stage: Tenant, school_api: Api) -> None:
    judge(case, school_api)


@pytest.mark.slow
@public_host.parametrize()
@BOUNDED
def test_the_public_host_keeps_what_its_schema_promises(
    case: schemathesis.Case, stage: Tenant, product_api: Api
) -> None:
    judge(case, product_api)
