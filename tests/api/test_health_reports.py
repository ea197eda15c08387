"""POST /health-reports: a product says how its tenants do; nobody else can, and of no other product's (C12)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from reports.models import HealthReport, HealthStand
from tenants.models import Tenant
from tests.api.conftest import Api, host_of, program, tenant_secret

USED = {"measure": "usage", "value": "5", "on": "2025-02-01", "external_id": "w5"}


@pytest.fixture(autouse=True)
def _on_the_first_of_february() -> Iterator[None]:
    with time_machine.travel(datetime(2025, 2, 1, 5, tzinfo=UTC), tick=False):
        yield


def test_a_product_reports_corrects_and_repeats_what_it_measured_c12(school: Tenant, product_api: Api) -> None:
    """5, then 3 on second thought; the first one, sent once more by a queue, changes nothing."""
    first = product_api.post("health-reports", {"facts": [USED, {"measure": "nps", "value": 8.5, "on": "2025-01-20"}]})
    assert (first.status_code, [fact["outcome"] for fact in first.json()["facts"]]) == (201, ["recorded", "recorded"])
    HealthStand.objects.update(changed=False)
    told = [
        product_api.post("health-reports", {"facts": [fact]}).json()["facts"][0]["outcome"]
        for fact in (USED | {"value": "3", "external_id": "w5-b"}, USED, USED | {"value": 3, "external_id": "w5-c"})
    ]
    assert told == ["corrected", "repeated", "repeated"]
    row = HealthReport.objects.get(tenant=school, measure="usage")
    assert (row.value, row.versions) == (Decimal(3), [["5", "w5"], ["3", "w5-b"], ["3", "w5-c"]])
    assert HealthStand.objects.get(tenant=school).changed
    reused = product_api.post("health-reports", {"facts": [USED | {"value": "4"}]})
    assert (reused.status_code, reused.json()["code"]) == (409, "external_id_reused")


WRONG: list[tuple[Any, str, str]] = [
    ({"measure": "usage", "value": "8"}, "facts[1].value", "out_of_range"),
    ({"measure": "payment", "value": "0"}, "facts[1].measure", "invalid_choice"),
    ({"measure": "tickets", "value": "1.5"}, "facts[1].value", "too_precise"),
    ({"measure": "nps", "value": "x"}, "facts[1].value", "not_a_number"),
    ({"measure": "nps", "value": "9", "on": "2999-01-01"}, "facts[1].on", "out_of_range"),
    ({"measure": "nps", "value": "9", "on": "2099-01-01"}, "facts[1].on", "date_in_future"),
    (USED | {"external_id": "x"}, "facts[1].measure", "twice"),
    ({"measure": "nps"}, "facts[1].value", "required"),
]


def test_one_wrong_fact_is_named_and_none_is_taken_c12(school: Tenant, product_api: Api) -> None:
    for fact, field, code in WRONG:
        answer = product_api.post("health-reports", {"facts": [USED, fact]}).json()
        found = answer.get("errors", [answer])[0]
        assert (answer["status"], found["field"], found["code"]) == (422, field, code), answer
    assert not HealthReport.objects.exists()


def test_a_tenants_key_reports_for_nobody_and_a_products_for_its_own_alone_c12(
    school: Tenant, complex_: Tenant, public_api: Api, product_api: Api
) -> None:
    body, secret = {"facts": [USED]}, tenant_secret(school)
    assert program(host_of(school), secret).post("health-reports", body).status_code == 404
    for name in ("sman1", "griya"):
        answer = program(public_api.host, secret, X_Tenant=name).post("health-reports", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_host")
    other = product_api.with_headers(X_Tenant="griya").post("health-reports", body)
    assert (other.status_code, other.json()["code"]) == (404, "tenant_not_found")
    assert public_api.post("health-reports", body).status_code == 401
    assert not HealthReport.objects.exists()
