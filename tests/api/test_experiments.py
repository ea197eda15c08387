"""K13 by API: a program names its visitor, who stays in one variant from quote to sign-up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from plans.models import Enrolment, Experiment, Exposure
from plans.services.experiments import switch_on
from tenants.models import Tenant, User
from tests.api.conftest import Api
from trials.selectors.quotes import quote
from trials.services.provisioning import wish_of

NOW = datetime(2026, 1, 30, 3, 0, tzinfo=UTC)
ASKED = {"product": "klustera", "quantity": "200"}
SIGNUP = ASKED | {
    "name": "Griya Permai",
    "subdomain": "griya-permai",
    "contact_name": "Ayu Lestari",
    "contact_email": "ayu@permai.test",
    "registration": {"city": "Bekasi"},
}
NAMES = [f"visitor-number-{number:04}" for number in range(40)]


@pytest.fixture(autouse=True)
def _running(staff: User) -> Any:
    with time_machine.travel(NOW, tick=False):
        switch_on(
            experiment=Experiment.objects.get(code="price-points"),
            first_day=date(2026, 1, 30),
            last_day=date(2026, 2, 28),
            reason="Uji harga",
            by=staff,
            now=NOW,
        )
        yield


def quoted(api: Api, **more: str) -> tuple[int, list[dict[str, str]]]:
    answer = api.post("quotes", ASKED | more)
    assert answer.status_code == 200, answer.json()
    return answer.json()["total"], answer.json()["variants"]


def test_a_visitor_is_quoted_the_same_again_and_again(public_api: Api) -> None:
    """K13: 4.000 or 3.000 a unit by the name; the answer says which, and counts each name once."""
    totals = {"higher": 800_000, "current": 600_000}
    for name in NAMES[:12]:
        (total, variants), again = quoted(public_api, visitor=name), quoted(public_api, visitor=name)
        assert again == (total, variants)
        assert [item["experiment"] for item in variants] == ["price-points"]
        assert total == totals[variants[0]["variant"]]
    assert Exposure.objects.count() == 12


def test_without_a_name_it_is_the_list_price(public_api: Api) -> None:
    """K13, K1."""
    assert quoted(public_api) == (600_000, [])
    assert not Exposure.objects.exists()


def test_the_sign_up_is_billed_by_what_the_same_name_was_quoted(public_api: Api) -> None:
    """K13."""
    name = next(name for name in NAMES if quoted(public_api, visitor=name)[0] == 800_000)
    answer = public_api.post("signups", SIGNUP | {"visitor": name})
    assert answer.status_code == 202, answer.json()
    tenant = Tenant.objects.get(pk=answer.json()["id"])
    assert quote(wish_of(tenant, NOW)).recurring == 800_000
    assert Enrolment.objects.get(tenant=tenant).variant == "higher"


def test_a_sign_up_without_a_name_takes_part_in_nothing(public_api: Api) -> None:
    """K13."""
    tenant = Tenant.objects.get(pk=public_api.post("signups", SIGNUP).json()["id"])
    assert quote(wish_of(tenant, NOW)).recurring == 600_000
    assert not Enrolment.objects.exists()


def test_outside_its_days_and_for_other_products_nothing_is_varied(public_api: Api) -> None:
    """K13: the day of sign-up decides, as for price books."""
    for name in NAMES[:6]:
        assert quoted(public_api, visitor=name, on="2026-03-01") == (600_000, [])
    school = {"product": "xclass", "quantity": "150", "visitor": NAMES[0]}
    assert public_api.post("quotes", school).json()["variants"] == []


@pytest.mark.parametrize(
    ("visitor", "code"),
    [("ayu", "min_length"), ("x" * 65, "max_length"), (17, "invalid"), (None, "null"), ("", "blank")],
)
def test_a_name_must_be_long_enough_to_be_somebodys_own(public_api: Api, visitor: object, code: str) -> None:
    """K13: a short name would put all of a program's visitors into one variant."""
    answer = public_api.post("quotes", ASKED | {"visitor": visitor})
    assert (answer.status_code, answer.json()["field"]) == (422, "visitor")
    assert answer.json()["errors"][0]["code"] == code


def test_an_unknown_product_is_said_by_its_own_name(public_api: Api) -> None:
    answer = public_api.post("quotes", ASKED | {"product": "nothing", "visitor": NAMES[0]})
    assert (answer.status_code, answer.json()["field"]) == (422, "product")


def test_a_refused_sign_up_takes_part_in_nothing(public_api: Api) -> None:
    """K13: all or nothing."""
    answer = public_api.post("signups", SIGNUP | {"visitor": NAMES[0], "subdomain": "x"})
    assert answer.status_code == 422
    assert not Enrolment.objects.exists()


def test_a_sign_up_after_the_last_day_is_at_the_list_price(public_api: Api) -> None:
    """K13: what is no longer tried out is no longer sold."""
    name = next(name for name in NAMES if quoted(public_api, visitor=name)[0] == 800_000)
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        tenant = Tenant.objects.get(pk=public_api.post("signups", SIGNUP | {"visitor": name}).json()["id"])
    assert quote(wish_of(tenant, NOW)).recurring == 600_000
