"""The test clock of a tenant: its days are lived one by one by the production jobs."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from billing.gateways.midtrans import MidtransClient
from billing.services.debits import charge_today
from tenants.errors import Conflict, DomainError
from tenants.models import Tenant
from trials.services.daily import live_day

FURTHEST = 366 * 3


def move_clock(*, tenant: Tenant, to: date, progress: Callable[[date], None] | None = None) -> Tenant:
    """Let a test tenant live until `to`, that day's jobs included; a day that fails stops there, the days before it hold.

    Only forwards: what has happened cannot be unlived.
    """
    day = check_move(tenant, to)
    while day < to:
        day += timedelta(days=1)
        with transaction.atomic():
            Tenant.objects.filter(pk=tenant.pk, is_test=True).update(clock_on=day)
            tenant.clock_on = day
            live_day(tenant, day)
        if progress is not None:
            progress(day)
    return tenant


def charging(tenant: Tenant, now: datetime, gateway: MidtransClient) -> Callable[[date], None]:
    """For `progress`: what auto-debit does on each day, outside of that day's transaction, as the network must be."""

    def charge(day: date) -> None:
        charge_today(tenant=tenant, today=day, now=now, gateway=gateway)

    return charge


def check_move(tenant: Tenant, to: date) -> date:
    """The day a test tenant's clock shows, if it may be moved to `to`; else a `DomainError` on field "to"."""
    if not tenant.is_test or tenant.clock_on is None:
        raise Conflict(_("Hanya tenant uji yang memiliki jam uji."), field="to", code="no_test_clock")
    if to <= tenant.clock_on:
        raise DomainError(_("Jam uji hanya dapat maju."), field="to", code="clock_backwards")
    if (to - tenant.clock_on).days > FURTHEST:
        raise DomainError(_("Paling jauh tiga tahun sekaligus."), field="to", code="clock_too_far")
    return tenant.clock_on
