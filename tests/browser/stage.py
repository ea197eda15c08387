"""What stands when a walk begins: the day it is for the server, and customers whose lives the services have lived so far."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import time_machine
from django.db import connection
from django.utils import timezone

from billing.services.payments.receiving import Received, record_payment
from notifications.services.consuming import notify
from tenants.models import Membership, Role, Tenant, User
from tests.browser.walk import PASSWORD
from tests.conftest import make_tenant
from trials.services.clock import move_clock

Made = TypeVar("Made")
AYU = "ayu@walk.test"
NOON = time(12)
# Of walks that are about no day in particular.
TODAY = date(2026, 11, 20)


@contextmanager
def it_is(day: date, at: time = NOON) -> Iterator[None]:
    """For the server, too, it is that time in Jakarta: the tests share its process, and nothing outside them can."""
    with time_machine.travel(datetime.combine(day, at, ZoneInfo("Asia/Jakarta"))):
        yield


def committed(work: Callable[[], Made]) -> Made:
    """Done on a connection of its own and kept: of the test's own transaction the server sees nothing."""

    def run() -> Made:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(run).result()


def customer(
    subdomain: str, product: str, quantity: int, signup: date, *, until: date | None = None, paid: int = 0, **wish: Any
) -> Tenant:
    """A customer that Ayu owns, on a test clock that stands on `until` (else the day of sign-up); `paid` on that day."""

    def made() -> Tenant:
        tenant = make_tenant(subdomain, subdomain.title(), product, quantity, signup, **wish)
        Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=signup)
        tenant.refresh_from_db()
        if until is not None:
            move_clock(tenant=tenant, to=until)
        if paid:
            received = Received(paid, "transfer", f"walk-{subdomain}", until or signup)
            record_payment(tenant=tenant, received=received)
        Membership.objects.create(user=_ayu(), tenant=tenant, role=Role.OWNER)
        return tenant

    return committed(made)


def staff_member(email: str) -> User:
    """Somebody of the operator who may do everything."""
    return committed(
        lambda: User.objects.create_user(email, PASSWORD, first_name="Dewi", is_staff=True, is_superuser=True)
    )


def deliver_all() -> None:
    """Make messages of all that happened, as the worker does every few seconds."""
    committed(lambda: notify(now=timezone.now()))


def _ayu() -> User:
    found = User.objects.filter(email=AYU).first()
    return found or User.objects.create_user(AYU, PASSWORD, first_name="Ayu")
