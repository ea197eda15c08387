"""Idempotency-Key: a POST that is sent twice is done once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from billing.models import QuantityReport
from tenants.context import inside
from tenants.models import Event, IdempotentRequest, NumberSeries, Tenant
from tenants.services.idempotency import prune_requests
from tenants.services.schemas import drop_schema
from tests.api.conftest import Api, host_of, program, tenant_secret
from tests.conftest import make_tenant
from tests.watching import behind

AtDay = Callable[[Tenant, date], None]
TODAY = date(2025, 2, 10)


@pytest.fixture
def api(school: Tenant, school_api: Api, at_day: AtDay) -> Api:
    """The school's program on 2025-02-10."""
    at_day(school, TODAY)
    return school_api


def reports(tenant: Tenant) -> int:
    """How many counts were taken."""
    with inside(tenant):
        return QuantityReport.objects.count()


def test_the_same_key_and_body_give_the_same_answer(school: Tenant, api: Api) -> None:
    first = api.post("usage", {"quantity": "175", "on": "2025-02-10"}, Idempotency_Key="a-1")
    again = api.post("usage", {"on": "2025-02-10", "quantity": "175"}, Idempotency_Key="a-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content  # to the byte: fields in the order in which they were first sent
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert reports(school) == 1


def test_an_answer_that_the_release_before_kept_is_given_again(school: Tenant, api: Api) -> None:
    first = api.post("usage", {"quantity": "175"}, Idempotency_Key="a-1")
    IdempotentRequest.objects.update(body=first.json())
    assert api.post("usage", {"quantity": "175"}, Idempotency_Key="a-1").json() == first.json()


def test_another_body_under_the_key_is_a_conflict(school: Tenant, api: Api) -> None:
    api.post("usage", {"quantity": "175"}, Idempotency_Key="a-1")
    for path, body in (("usage", {"quantity": "176"}), ("subscription/cancel", {})):
        other = api.post(path, body, Idempotency_Key="a-1")
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert reports(school) == 1


def test_a_refusal_is_repeated_too(school: Tenant, api: Api) -> None:
    body = {"quantity": "175", "on": "2025-02-11"}
    first = api.post("usage", body, Idempotency_Key="a-1")
    again = api.post("usage", body, Idempotency_Key="a-1")
    assert (first.status_code, again.status_code, again.headers["Content-Type"]) == (
        422,
        422,
        "application/problem+json",
    )
    assert first.json() == again.json()
    assert reports(school) == 0


def test_two_callers_may_choose_the_same_key(school: Tenant, complex_: Tenant, api: Api, at_day: AtDay) -> None:
    at_day(complex_, date(2026, 2, 10))
    other = program(host_of(complex_), tenant_secret(complex_))
    assert api.post("usage", {"quantity": "175"}, Idempotency_Key="1").json()["quantity"] == "175"
    assert other.post("usage", {"quantity": "210"}, Idempotency_Key="1").json()["quantity"] == "210"


def test_a_failure_on_our_side_is_forgotten_and_leaves_nothing(
    school: Tenant, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 500 says nothing of its inside, writes nothing, and the key may be used again."""

    def fail(*args: object) -> None:
        raise RuntimeError("rahasia dalam")

    with monkeypatch.context() as patched:
        patched.setattr("billing.api.usage._reported", fail)
        failed = api.post("usage", {"quantity": "175"}, Idempotency_Key="a-1")
    assert (failed.status_code, failed.json()["code"]) == (500, "internal")
    assert "rahasia" not in failed.content.decode()
    assert (reports(school), IdempotentRequest.objects.count()) == (0, 0)
    assert api.post("usage", {"quantity": "175"}, Idempotency_Key="a-1").status_code == 201


@pytest.mark.parametrize("key", ["", "dua kata", "x" * 129, "kunci\u00e9"])
def test_a_key_that_is_none_is_refused(api: Api, key: str) -> None:
    answer = api.post("usage", {"quantity": "175"}, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


def test_a_form_sent_again_has_another_boundary_and_is_the_same(
    school: Tenant, api: Api, pass_days: Callable[..., None], at_day: AtDay
) -> None:
    pass_days(school, date(2025, 2, 11), date(2025, 3, 1))
    at_day(school, date(2025, 3, 2))
    path = f"invoices/{api.get('invoices').json()['items'][0]['slug']}/transfers"
    first = api.upload(path, {"note": "dari bendahara"}, Idempotency_Key="t-1")
    again = api.upload(path, {"note": "dari bendahara"}, Idempotency_Key="t-1")
    assert (first.status_code, first.json()) == (201, again.json())


def test_answers_are_kept_for_two_days(api: Api) -> None:
    api.post("usage", {"quantity": "175"}, Idempotency_Key="a-1")
    now = datetime.now(UTC)
    assert prune_requests(now=now + timedelta(hours=47)) == 0
    assert prune_requests(now=now + timedelta(hours=49)) == 1


# --- two at once, on connections of their own ----------------------------------------------------------------------


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Tenant, Api]]:
    """A school that other connections see too; removed afterwards with all that it left."""
    with django_db_blocker.unblock():
        tenant = make_tenant("serentak", "Sekolah Serentak", "xclass", 45, date(2025, 2, 1))
        Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=TODAY)
        try:
            yield tenant, program(host_of(tenant), tenant_secret(tenant))
        finally:
            drop_schema(tenant=tenant)
            with behind(Event) as events:
                events.filter(tenant=tenant).delete()
            Tenant.objects.filter(pk=tenant.pk).delete()
            IdempotentRequest.objects.all().delete()
            NumberSeries.objects.all().delete()
            connections.close_all()


def at_once(calls: int, work: Callable[[], Any]) -> list[Any]:
    """The answers of several calls that begin in the same instant."""
    start = Barrier(calls)

    def call(_: int) -> Any:
        start.wait(60)
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(calls) as pool:
        return list(pool.map(call, range(calls)))


@pytest.mark.slow
def test_two_concurrent_requests_under_one_key_are_one(committed: tuple[Tenant, Api]) -> None:
    """X8: 45 → 51 is billed 255.000 once; the later request waits and gets the first one's answer."""
    tenant, api = committed
    body = {"quantity": "51", "on": "2025-02-10"}
    answers = at_once(
        4, lambda: program(api.host).with_headers(**api.headers).post("usage", body, Idempotency_Key="sekali")
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["invoice"]["number"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3
    assert reports(tenant) == 1
    assert len(api.get("invoices").json()["items"]) == 1
