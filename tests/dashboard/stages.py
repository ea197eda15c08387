"""How far a tenant's life has come when a test begins: its test clock is set and each day is lived by the real jobs."""

from datetime import date

from tenants.models import Tenant
from trials.services.clock import move_clock


def at_day(tenant: Tenant, day: date, start: date = date(2025, 2, 1)) -> Tenant:
    """Let a tenant live from `start` until `day` on a test clock."""
    if tenant.clock_on is None:
        Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=start)
        tenant.refresh_from_db()
    if tenant.clock_on is not None and day > tenant.clock_on:
        move_clock(tenant=tenant, to=day)
    tenant.refresh_from_db()
    return tenant
