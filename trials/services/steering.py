"""What staff do to a tenant's clock and to a sign-up that got stuck; each with a reason, each leaving an event."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from tenants.errors import Conflict
from tenants.models import Tenant
from tenants.services.steering import check_reason, record_staff_event
from trials.services.clock import check_move, move_clock
from trials.services.provisioning import provision_tenant


def steer_clock(*, tenant: Tenant, to: date, reason: str, progress: Callable[[date], None] | None = None) -> Tenant:
    """Let a test tenant live until `to`; each day is its own transaction, the days lived hold."""
    check_reason(reason)
    before = check_move(tenant, to)
    record_staff_event(
        tenant=tenant, name="staff.clock_moved", on=before, reason=reason, before=before.isoformat(), to=to.isoformat()
    )
    return move_clock(tenant=tenant, to=to, progress=progress)


def retry_provisioning(*, tenant: Tenant, reason: str, now: datetime, today: date) -> Tenant:
    """Make the schema of a failed sign-up again, now, whatever the number of attempts."""
    if tenant.provisioning != Tenant.ProvisioningState.FAILED:
        raise Conflict("Hanya pendaftaran yang gagal dapat diulangi.", code="not_failed")
    facts: dict[str, Any] = {"attempts": tenant.provisioning_attempts, "error": tenant.provisioning_error}
    record_staff_event(tenant=tenant, name="staff.provisioning_retried", on=today, reason=reason, **facts)
    return provision_tenant(tenant=tenant, now=now)
