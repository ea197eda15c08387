"""Staff of every role, and a school that was billed."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from billing.models import Document
from tenants.context import inside
from tenants.models import Tenant, User
from tests.conftest import make_user

NOW = datetime(2025, 3, 5, 3, 0, tzinfo=UTC)
StaffAs = Callable[..., Client]


@pytest.fixture
def now() -> "time_machine.travel":
    """Wednesday 5 March 2025, ten in the morning in Jakarta."""
    return time_machine.travel(NOW, tick=False)


@pytest.fixture
def at_noon(now: "time_machine.travel") -> object:
    """The clock of the whole test."""
    with now:
        yield NOW


@pytest.fixture
def member_of_staff(db: None) -> Callable[[str], User]:
    """`member_of_staff("finance")`: Rina in that role."""

    def made(role: str) -> User:
        call_command("make_staff_roles")
        user = make_user(f"{role}@example.test", f"Rina {role}", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        return user

    return made


@pytest.fixture
def staff_as(member_of_staff: Callable[[str], User], client_at: Callable[..., Client]) -> StaffAs:
    """`staff_as("finance")`: a browser on the public host, logged in in that role."""

    def made(role: str) -> Client:
        return client_at(None, member_of_staff(role))

    return made


@pytest.fixture
def billed(school: Tenant, pass_days: Callable[[Tenant, date, date], None]) -> Tenant:
    """SMAN 1 on 2025-03-05: 150 students, 750.000 issued on the 1st, due on the 17th, suspended on the 31st."""
    pass_days(school, date(2025, 2, 2), date(2025, 3, 5))
    return school


@pytest.fixture
def invoice(billed: Tenant) -> Document:
    """The school's invoice."""
    with inside(billed):
        return Document.objects.get()
