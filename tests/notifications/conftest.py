"""A school that other connections see."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tenants.context import outside
from tenants.models import Membership, Role, Tenant
from tenants.services.schemas import drop_schema
from tests.conftest import make_tenant, make_user
from tests.notifications.stage import tell


@pytest.fixture
def committed_school(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Tenant]:
    """A school that other connections see, with forty events; taken away afterwards."""
    with django_db_blocker.unblock(), outside():
        tenant = make_tenant("serentak", "SMA Serentak", "xclass", 150, date(2025, 2, 1))
        user = make_user("serentak@example.test", "Ayu")
        Membership.objects.create(user=user, tenant=tenant, role=Role.OWNER)
        for _ in range(40):
            tell(tenant)
        try:
            yield tenant
        finally:
            drop_schema(tenant=tenant)
            user.delete()
            tenant.delete()
            connection.close()
