"""What a page and a call cost: few queries, few tables."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tenants.models import Membership, Role, Tenant, User
from tests.api.conftest import Api

D = date
_TABLE = re.compile(r'(?:FROM|JOIN|INTO|UPDATE) "(\w+)"')


@pytest.fixture
def billed(school: Tenant, pass_days: Callable[[Tenant, date, date], None]) -> Tenant:
    """A school with an invoice."""
    pass_days(school, D(2025, 3, 1), D(2025, 3, 1))
    return school


def costs(ask: Callable[[], Any]) -> tuple[int, set[str]]:
    """Statements and tables of a request, the second of its kind: what is cached is cached."""
    assert ask().status_code == 200
    with CaptureQueriesContext(connection) as seen:
        assert ask().status_code == 200
    return len(seen), {name for query in seen for name in _TABLE.findall(query["sql"])}


@pytest.mark.parametrize(
    ("path", "most_statements", "most_tables"), [("/", 14, 12), ("/tagihan/", 11, 8), ("/langganan/", 19, 12)]
)
def test_a_page(
    billed: Tenant,
    ayu: User,
    client_at: Callable[..., Client],
    path: str,
    most_statements: int,
    most_tables: int,
) -> None:
    """Session, person, membership and tenant; then the page's own tables. What is on sale is four rows of the catalogue."""
    client = client_at(billed, ayu)
    statements, tables = costs(lambda: client.get(path))
    assert statements <= most_statements, statements
    assert len(tables) <= most_tables, tables


@pytest.mark.parametrize(
    ("path", "most_statements", "most_tables"),
    [("entitlements", 1, 3), ("invoices", 4, 4), ("subscription", 10, 7)],
)
def test_a_call(billed: Tenant, school_api: Api, path: str, most_statements: int, most_tables: int) -> None:
    """The key with its tenant and whether the host is its; then the tables it is about."""
    statements, tables = costs(lambda: school_api.get(path))
    assert statements <= most_statements, statements
    assert len(tables) <= most_tables, tables


def test_the_list_of_invoices_costs_the_same_however_long(
    billed: Tenant, school_api: Api, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    school_api.get("invoices")
    with django_assert_max_num_queries(4):
        assert len(school_api.get("invoices").json()["items"]) == 1


def test_a_developer_of_many_complexes_pays_for_a_short_list(
    billed: Tenant, ayu: User, client_at: Callable[..., Client]
) -> None:
    """K16: the switcher names this tenant and eight others, whatever their number; the rest is one click away."""
    others = [
        Tenant(
            schema_name=f"t_k{number}",
            name=f"Komplek {number:03}",
            product_code="klustera",
            provisioning=Tenant.ProvisioningState.READY,
        )
        for number in range(40)
    ]
    Tenant.objects.bulk_create(others)
    Membership.objects.bulk_create([Membership(user=ayu, tenant=other, role=Role.OWNER) for other in others])
    page = client_at(billed, ayu).get("/")
    names = [choice["name"] for choice in page.context["tenant_choices"]()]
    assert len(names) == 9
    assert {"SMAN 1", "Komplek 000"} <= set(names)
    assert b"Semua lembaga Anda" in page.content
