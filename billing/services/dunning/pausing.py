"""Pausing, and going on: as after a suspension, but without a debt. Periods keep their days."""

from datetime import date

from django.utils.translation import gettext as _

from billing.errors import WrongState
from billing.models import Subscription
from billing.rules.lifecycle import Status, resting_status
from billing.rules.pausing import By
from billing.selectors.accounts import is_overdue, living_subscription, open_documents
from billing.selectors.pausing import pausing_of
from billing.services.dunning.steps import resume_billing
from billing.services.standing import move, record, refresh
from tenants.context import writing
from tenants.models import Tenant
from tenants.rows import keep


def pause_subscription(
    *, tenant: Tenant, today: date, until: date | None = None, reason: str = "", by: By = "customer"
) -> Subscription:
    """Close access from today, and bill nothing, until a day (the furthest the plan allows if none is named).

    What was paid for the running period is not refunded. Paused already, nothing changes. Raises `PauseRefused`.
    """
    with writing(tenant) as locked:
        subscription = living_subscription()
        if subscription.status == Status.PAUSED:
            return subscription
        pause = pausing_of(subscription, today, until, by)
        move(subscription, Status.PAUSED)
        subscription.paused_on, subscription.paused_until = today, pause.until
        keep(subscription)
        ends = pause.until.isoformat()
        record(locked, subscription, "subscription.paused", today, cause=reason, until=ends)
        refresh(locked, subscription, today)
    return subscription


def resume_subscription(*, tenant: Tenant, today: date, reason: str = "") -> Subscription:
    """Go on now: access opens, and the current period is billed in full on its old days, unless it is billed already."""
    with writing(tenant) as locked:
        subscription = living_subscription()
        if subscription.status != Status.PAUSED:
            raise WrongState(_("Langganan ini tidak sedang dijeda."))
        resume(locked, subscription, today, cause=reason)
        refresh(locked, subscription, today)
    return subscription


def resume(tenant: Tenant, subscription: Subscription, today: date, *, cause: str = "") -> None:
    """End a pause. The caller holds the tenant's lock."""
    overdue = is_overdue(open_documents(), today)
    move(subscription, resting_status(overdue=overdue, cancelling=subscription.cancel_on is not None))
    subscription.paused_on = subscription.paused_until = None
    keep(subscription)
    record(tenant, subscription, "subscription.resumed", today, cause=cause)
    resume_billing(tenant, subscription, today)
