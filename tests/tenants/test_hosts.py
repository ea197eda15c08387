"""From host to tenant: cached, and never older than the last change."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import redis
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenants.backend import cache as shared
from tenants.models import Domain, Tenant, User
from tenants.services.hosts import forget_hosts, identity_at, tenant_at
from tests.api.conftest import host_of, program, tenant_secret

D = date


@pytest.fixture(autouse=True)
def _cache_answers() -> Iterator[None]:
    yield
    shared.ask_again()


def asked(work: Callable[[], Any]) -> tuple[Any, int]:
    """What some work gives, and how many queries it needs."""
    with CaptureQueriesContext(connection) as seen:
        result = work()
    return result, len([query for query in seen if not query["sql"].startswith("SET")])


def test_who_a_host_belongs_to_is_looked_up_once(school: Tenant) -> None:
    host = host_of(school)
    assert asked(lambda: identity_at(host)) == (school, 1)
    found, queries = asked(lambda: identity_at(host))
    assert (found, queries) == (school, 0)
    assert (found.schema_name, found.database_alias) == ("t_sman1", "default")


def test_the_row_is_read_each_time_and_never_stale(school: Tenant) -> None:
    host = host_of(school)
    tenant_at(host)
    Tenant.objects.filter(pk=school.pk).update(has_access=False, billing_due_on=D(2031, 1, 1))
    found, queries = asked(lambda: tenant_at(host))
    assert (found.has_access, found.billing_due_on, queries) == (False, D(2031, 1, 1), 1)


def test_a_tenant_that_is_no_longer_ready_is_gone_at_once(school: Tenant) -> None:
    tenant_at(host_of(school))
    Tenant.objects.filter(pk=school.pk).update(provisioning=Tenant.ProvisioningState.FAILED)
    assert tenant_at(host_of(school)) is None


def test_a_changed_host_is_forgotten_when_the_change_commits(
    school: Tenant, complex_: Tenant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """The host goes over to another tenant."""
    host = host_of(school)
    assert identity_at(host) == school
    with django_capture_on_commit_callbacks(execute=True):
        forget_hosts(school)
        Domain.objects.filter(domain=host).update(tenant=complex_)
    assert identity_at(host) == complex_
    assert tenant_at(host) == complex_


def test_a_request_that_read_the_old_state_cannot_bring_it_back(
    school: Tenant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """It read before the change and writes the cache after it."""
    host = host_of(school)
    with django_capture_on_commit_callbacks(execute=True):
        forget_hosts(school)
    assert identity_at(host) == school  # this one would have cached it
    assert asked(lambda: identity_at(host)) == (school, 1)  # but it is not cached
    cache.delete(f"host:{host}")  # as after half a minute
    identity_at(host)
    assert asked(lambda: identity_at(host)) == (school, 0)


def test_an_unknown_host_is_not_kept(school: Tenant) -> None:
    """Anybody can invent them."""
    assert identity_at("nobody.localhost") is None
    assert cache.get("host:nobody.localhost") is None
    assert Client(headers={"host": "nobody.localhost"}).get("/").status_code == 404
    assert Client(headers={"host": "nobody.localhost"}).get("/api/v1/entitlements").status_code == 404


def test_requests_go_on_without_the_cache(
    school: Tenant, ayu: User, client_at: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is left alone for some seconds, so that a cache that hangs holds up one request and not all."""
    api, calls = program(host_of(school), tenant_secret(school)), []

    def broken(*args: Any, **named: Any) -> Any:
        calls.append(args)
        raise redis.ConnectionError("no route")

    for name in ("get", "add", "set", "set_many", "count"):
        monkeypatch.setattr(cache, name, broken)
    assert client_at(school, ayu).get("/").status_code == 200
    assert api.get("entitlements").status_code == 200
    assert len(calls) == 1
    shared.ask_again()
    assert api.get("entitlements").status_code == 200
    assert len(calls) == 2
