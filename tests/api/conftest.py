"""Programs that call the API: with a tenant's key, with a product's, with none."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tenants.models import Tenant
from tenants.services.keys import create_key

TODAY = date(2025, 2, 1)


@dataclass
class Api:
    """A program: where it calls, and the headers it sends."""

    host: str
    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    def get(self, path: str, **headers: str) -> Any:
        """GET /api/v1/…"""
        return self.client.get(f"/api/v1/{path}", headers=self._all(headers))

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        """POST a JSON body to /api/v1/…"""
        text = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        return self.client.post(
            f"/api/v1/{path}", data=text, content_type="application/json", headers=self._all(headers)
        )

    def upload(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        """POST a form with files."""
        return self.client.post(f"/api/v1/{path}", data=fields, headers=self._all(headers))

    def with_headers(self, **headers: str) -> "Api":
        """The same program with other headers; `X_Tenant` is X-Tenant."""
        return Api(self.host, self._all(headers) | {"host": self.host}, self.client)

    def _all(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"host": self.host} | self.headers | named


def program(host: str, secret: str | None = None, **headers: str) -> Api:
    """A program on a host, with a key if it has one."""
    shown = {"Authorization": f"Bearer {secret}"} if secret else {}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Api(host, shown | named)


def host_of(tenant: Tenant) -> str:
    """sman1.localhost"""
    return f"{tenant.subdomain}.{settings.BASE_DOMAIN}"


def tenant_secret(tenant: Tenant) -> str:
    """A new key of a tenant."""
    return create_key(name="Aplikasi rapor", user=None, today=TODAY, tenant=tenant)[1]


def product_secret(product: str) -> str:
    """A new key of a product."""
    return create_key(name=f"Aplikasi {product}", user=None, today=TODAY, product_code=product)[1]


@pytest.fixture
def public_api(db: None) -> Api:
    """A visitor's program, without a key."""
    return program(settings.BASE_DOMAIN)


@pytest.fixture
def school_api(school: Tenant) -> Api:
    """The school's own program on the school's host."""
    return program(host_of(school), tenant_secret(school))


@pytest.fixture
def product_api(school: Tenant) -> Api:
    """XClass's program on the public host, naming the school."""
    return program(settings.BASE_DOMAIN, product_secret("xclass"), X_Tenant=school.subdomain)


@pytest.fixture
def at_day() -> Callable[[Tenant, date], None]:
    """Put a tenant's own clock on a day."""

    def put(tenant: Tenant, day: date) -> None:
        Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=day)
        tenant.is_test, tenant.clock_on = True, day

    return put
