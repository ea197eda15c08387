"""Where the gateway and we do not agree: noted once, closed by staff with a reason, each step kept."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billing.errors import DifferenceClosed
from billing.gateways.statements.gateway_models import (
    DifferenceAct,
    DifferenceState,
    GatewayDifference,
    GatewayDifferenceStep,
)
from tenants.context import current_actor
from tenants.services.steering import check_reason


def note_difference(difference: GatewayDifference) -> bool:
    """Put a difference into the queue unless it is known by its key, open or closed; True if it is news."""
    facts = {
        field.attname: getattr(difference, field.attname)
        for field in GatewayDifference._meta.concrete_fields
        if field.attname not in {"id", "key"}
    }
    with transaction.atomic():
        kept, is_new = GatewayDifference.objects.get_or_create(key=difference.key, defaults=facts)
        if is_new:
            _step(kept, DifferenceAct.FOUND, kept.note, kept.found_at)
    return is_new


def close_difference(*, difference: GatewayDifference, reason: str, now: datetime) -> GatewayDifference:
    """Staff have settled it, or a later fact has; the reason says how. DifferenceClosed if a colleague was faster."""
    return _turn(difference, DifferenceState.OPEN, DifferenceAct.CLOSED, reason, now)


def close_open(found: "QuerySet[GatewayDifference]", reason: str, now: datetime) -> None:
    """A later fact has settled all of these that are still open."""
    for difference in found.filter(state=DifferenceState.OPEN):
        close_difference(difference=difference, reason=reason, now=now)


def reopen_closed(found: "QuerySet[GatewayDifference]", reason: str, now: datetime) -> None:
    """A later fact has undone what settled all of these that are closed."""
    for difference in found.filter(state=DifferenceState.CLOSED):
        reopen_difference(difference=difference, reason=reason, now=now)


def reopen_difference(*, difference: GatewayDifference, reason: str, now: datetime) -> GatewayDifference:
    """It was closed too early."""
    return _turn(difference, DifferenceState.CLOSED, DifferenceAct.REOPENED, reason, now)


@transaction.atomic
def _turn(
    difference: GatewayDifference, expected: DifferenceState, act: DifferenceAct, reason: str, now: datetime
) -> GatewayDifference:
    cause = check_reason(reason)
    current = GatewayDifference.objects.select_for_update(of=("self",)).get(pk=difference.pk)
    if current.state != expected:
        raise DifferenceClosed(_("Selisih ini sudah diubah orang lain; muat ulang halamannya."))
    current.state = DifferenceState.CLOSED if act == DifferenceAct.CLOSED else DifferenceState.OPEN
    current.save(update_fields=["state"])
    _step(current, act, cause, now)
    return current


def _step(difference: GatewayDifference, act: DifferenceAct, reason: str, now: datetime) -> None:
    GatewayDifferenceStep.objects.create(
        difference=difference, at=now, act=act, actor=current_actor().label[:200], reason=reason[:300]
    )
