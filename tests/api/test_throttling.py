"""How often a program may call."""

import pytest

from tenants.api.throttling import AddressThrottle, KeyThrottle, SignupThrottle
from tests.api.conftest import Api

TWO = {"key": "2/min", "address": "2/min", "signup": "1/hour"}


@pytest.fixture(autouse=True)
def _two_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    for throttle in (KeyThrottle, AddressThrottle, SignupThrottle):
        monkeypatch.setattr(throttle, "THROTTLE_RATES", TWO)


def statuses(api: Api, path: str, times: int) -> list[int]:
    """The answers of several calls."""
    return [api.get(path).status_code for _ in range(times)]


def test_a_visitor_is_counted_by_address_and_told_when_to_come_back(public_api: Api) -> None:
    assert statuses(public_api, "catalogue", 2) == [200, 200]
    answer = public_api.get("catalogue")
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_each_key_has_its_own_count_on_all_hosts(school_api: Api, product_api: Api, public_api: Api) -> None:
    assert statuses(school_api, "entitlements", 3) == [200, 200, 429]
    assert statuses(product_api, "entitlements", 2) == [200, 200]
    assert statuses(product_api, "catalogue", 1) == [429]
    assert statuses(public_api, "catalogue", 1) == [200]


def test_a_forged_forwarded_address_does_not_help(public_api: Api) -> None:
    seen = [public_api.get("catalogue", X_Forwarded_For=f"10.0.0.{at}").status_code for at in range(3)]
    assert seen == [200, 200, 429]


def test_sign_ups_are_far_fewer(public_api: Api) -> None:
    assert [public_api.post("signups").status_code for _ in range(2)] == [422, 429]
