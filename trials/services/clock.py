"""The test clock of a tenant: its days are lived one by one by the production jobs."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from billing.gateways.midtrans import MidtransClient
from billing.services.gateway.debits import charge_today
from tenants.errors import Conflict, DomainError
from tenants.models import Tenant
from tenants.services.agenda import COLUMNS
from trials.services.daily import live_day

FURTHEST = 366 * 3
ONE_DAY = timedelta(days=1)


def move_clock(*, tenant: Tenant, to: date, progress: Callable[[date], None] | None = None) -> Tenant:
    """Let a test tenant live until `to`, that day's jobs included; a day that fails stops there, the days before it hold.

    Only forwards: what has happened cannot be unlived. Days on which the agenda has nothing are passed over, unless
    somebody wants to hear of each.
    """
    day = check_move(tenant, to)
    while day < to:
        day = day + ONE_DAY if progress is not None else _next_day(tenant, day, to)
        with transaction.atomic():
            Tenant.objects.filter(pk=tenant.pk, is_test=True).update(clock_on=day)
            tenant.clock_on = day
            live_day(tenant, day)
        if progress is not None:
            progress(day)
    return tenant


def _next_day(tenant: Tenant, day: date, to: date) -> date:
    """The next day on which a job is due, at the latest the last one: on 2 March with a reminder on the 10th, the 10th."""
    tenant.refresh_from_db(fields=list(COLUMNS.values()))
    due: list[date | None] = [getattr(tenant, column) for column in COLUMNS.values()]
    return min([to, *(max(on, day + ONE_DAY) for on in due if on is not None)])


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
