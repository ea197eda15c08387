"""The duties of a pilot (C3): opened when it is granted, done by the customer or staff, opened again, reminded of once late."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from billing.errors import NoSubscription
from billing.models import Subscription
from billing.selectors.accounts import living_subscription
from billing.services.standing import record
from plans.models import PilotDuty
from plans.rules.catalogue import Duty
from tenants.context import current_actor, local_today, writing
from tenants.errors import NotFound
from tenants.models import Tenant
from tenants.services.steering import check_reason
from trials.errors import DutyDone


def open_duties(tenant: Tenant, subscription: Subscription, duties: Sequence[Duty], today: date) -> None:
    """Write the checklist of a pilot, each duty so many days from the day it was granted; within a write."""
    if not duties:
        return
    PilotDuty.objects.bulk_create(
        PilotDuty(
            tenant=tenant, code=duty.code, name=duty.name.model_dump(), due_on=today + timedelta(days=duty.due_days)
        )
        for duty in duties
    )
    record(tenant, subscription, "pilot.granted", today, duties=len(duties))


def finish_duty(*, tenant: Tenant, code: str, note: str, today: date) -> PilotDuty:
    """Say that a duty is done, and how; once. A duty of another tenant is not there."""
    said = check_reason(note)
    with writing(tenant) as locked:
        duty = _duty(locked, code)
        if duty.done_on is not None:
            raise DutyDone(_("Kewajiban ini sudah selesai."), field="code")
        duty.done_on, duty.note, duty.done_by = today, said[:500], current_actor().label[:200]
        duty.save()
        record(locked, living_subscription(), "pilot.duty_done", today, cause=said, **_facts(duty))
    return duty


def reopen_duty(*, tenant: Tenant, code: str, reason: str, today: date) -> PilotDuty:
    """Staff open a duty again that was not done, with a reason; repeating it changes nothing."""
    said = check_reason(reason)
    with writing(tenant) as locked:
        duty = _duty(locked, code)
        if duty.done_on is not None:
            duty.done_on, duty.done_by = None, ""
            duty.save()
            record(locked, living_subscription(), "pilot.duty_reopened", today, cause=said, reason=said, **_facts(duty))
    return duty


def remind_of_duties(*, now: datetime) -> int:
    """Tell each pilot once of each duty that is late; returns how many were told. Each tenant in its own transaction."""
    tomorrow = now.date() + timedelta(days=1)
    late = PilotDuty.objects.filter(done_on__isnull=True, due_on__lt=tomorrow).select_related("tenant")
    return sum(_remind(duty, now) for duty in late.order_by("pk").iterator())


def _remind(duty: PilotDuty, now: datetime) -> bool:
    today = local_today(duty.tenant, now)
    if duty.due_on >= today:
        return False
    with writing(duty.tenant) as locked:
        try:
            subscription = living_subscription()
        except NoSubscription:
            return False
        key = f"pilot.duty_late:{duty.code}"
        return record(locked, subscription, "pilot.duty_late", today, key=key, **_facts(duty)) is not None


def _duty(tenant: Tenant, code: str) -> PilotDuty:
    duty = PilotDuty.objects.select_for_update(of=("self",)).filter(tenant=tenant, code=code).first()
    if duty is None:
        raise NotFound(_("Kewajiban ini tidak ada."), field="code", code="duty_not_found")
    return duty


def _facts(duty: PilotDuty) -> dict[str, Any]:
    return {"duty": duty.code, "offer_name": duty.name, "due": duty.due_on.isoformat()}
