"""Money that staff booked out of suspense before notices remembered to whom: found by its event, else named by staff.

Until the tenant is known, what the gateway kept of it is in nobody's books.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from billing.errors import DifferenceClosed
from billing.gateways.models import Notice
from billing.gateways.statements.gateway_models import DifferenceKind, DifferenceState, GatewayDifference
from billing.models import Payment
from billing.rules.gateway_references import CHANNEL, gateway_reference
from billing.selectors.order_payments import unplaced_notice, unplaced_notices
from tenants.context import inside
from tenants.models import Event, Tenant

# Events are many and have no index for this: the search is made while the difference is new, afterwards staff are asked.
SEARCHED_FOR = timedelta(days=2)


def place_notices(*, now: datetime) -> int:
    """Keep with resolved notices whose fee waits which tenant's books have their money. How many were found.

    Booking it told an event with the same reason and amount; the tenant's own payment, by its reference, is the proof.
    """
    waiting = GatewayDifference.objects.filter(
        kind=DifferenceKind.MISSING, state=DifferenceState.OPEN, row__isnull=False, found_at__gte=now - SEARCHED_FOR
    )
    notices = unplaced_notices([one.row for one in waiting.select_related("row") if one.row is not None])
    return sum(_place(notice, tenants) for notice, tenants in _told(notices))


def place_notice(*, difference: GatewayDifference, tenant: Tenant) -> None:
    """Staff say to whom the money was booked. DifferenceClosed names `tenant` where its books do not have it."""
    notice = None if difference.row is None else unplaced_notice(difference.row)
    if notice is None or not _place(notice, [tenant]):
        message = _("Pembukuan %(tenant)s tidak memiliki uang ini.") % {"tenant": tenant.name}
        raise DifferenceClosed(message, field="tenant", code="not_booked_there")


def _told(notices: Sequence[Notice]) -> Iterable[tuple[Notice, list[Tenant]]]:
    """Each notice with the tenants that it may have been booked to; one query."""
    if not notices:
        return
    since, causes = min(notice.received_at for notice in notices), {notice.resolution for notice in notices}
    booked = Event.objects.filter(name="payment.received", recorded_at__gte=since, cause__in=causes)
    events = list(booked.filter(data__channel=CHANNEL).select_related("tenant").order_by("id"))
    for notice in notices:
        yield (
            notice,
            [
                event.tenant
                for event in events
                if (event.cause, event.data.get("amount")) == (notice.resolution, notice.amount)
            ],
        )


def _place(notice: Notice, tenants: Iterable[Tenant]) -> bool:
    for tenant in tenants:
        reference = gateway_reference(notice.transaction_id, tenant.schema_name)
        with inside(tenant):
            is_there = Payment.objects.filter(reference=reference).exists()
        if is_there:
            notice.tenant = tenant
            notice.save(update_fields=["tenant"])
            return True
    return False
