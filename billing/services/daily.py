"""What the daily jobs do for one tenant. Each is safe to run twice and catches up what was missed."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from billing.errors import NoSubscription
from billing.models import CreditEntry, Document, Subscription
from billing.rules import dunning
from billing.rules.contracts import notice_by
from billing.rules.dunning import Announced
from billing.rules.lifecycle import Status
from billing.selectors.accounts import living_subscription, open_documents
from billing.selectors.drafts import forecast
from billing.selectors.endings import running_of
from billing.selectors.reminders import RENEWAL_TASK, planned
from billing.selectors.schedules import schedule_day
from billing.services.charges.schedules import bill_due_parts
from billing.services.charges.sides import close_sides
from billing.services.dunning.pausing import resume
from billing.services.dunning.steps import work_off
from billing.services.standing import billing_day, record, refresh
from billing.services.subscriptions.life import bill_period, end_subscription
from billing.services.subscriptions.price_notices import announce_prices
from billing.services.subscriptions.renewals import open_renewal_task
from tenants.context import writing
from tenants.models import Membership, StaffTask, Tenant
from tenants.models.jobs import Job
from tenants.rows import Figure, Load, change_tenant, current_visit, keep_once, remembered
from tenants.services.agenda import set_agenda
from tenants.services.batches import Needs

# Channels that are optional (X6): said only where a member asked for them.
ASKED_FOR = frozenset({"sms", "whatsapp"})
# What the jobs read of a tenant, for a batch to load: see `billing.selectors.accounts`.
STANDING = Needs(
    loads=(
        Load(Subscription, "ended_on IS NULL"),
        Load(Document, "status = 'open'", known_empty=lambda tenant: tenant.balance == 0),
    ),
    series=lambda visit: next((item.terms.issuer for item in visit.rows(Subscription)), ""),
)
_NOTHING_IN_PARTS = frozenset({Status.PAUSED, Status.SUSPENDED})
CREDIT = Figure("credit", CreditEntry, "COALESCE(SUM(amount), 0)", known_zero=lambda tenant: not tenant.credited)
ACCOUNT = replace(STANDING, figures=(CREDIT,))


def run_billing(*, tenant: Tenant, today: date) -> None:
    """Bill every period due, in order; dunning due before or on a period's first day comes first."""
    with writing(tenant) as locked:
        subscription = _living(locked)
        if subscription is None:
            return
        while (day := billing_day(subscription)) is not None and day <= today:
            if not _bill_day(locked, subscription, day, today):
                break
        refresh(locked, subscription, today)


def _bill_day(tenant: Tenant, subscription: Subscription, day: date, today: date) -> bool:
    """What comes first on a day that is due; False where nothing follows it."""
    if schedule_day(subscription) == day and subscription.status not in _NOTHING_IN_PARTS:
        bill_due_parts(tenant, subscription, today)
        return True
    if subscription.status == Status.TRIALING:
        return False  # the trial's end belongs to the trials app, which comes first
    work_off(tenant, subscription, today, until=day)
    if billing_day(subscription) != day:
        return True
    if subscription.cancel_on == day:
        close_sides(tenant, subscription, today)
        end_subscription(tenant, subscription, today)
        return False
    if subscription.status == Status.PAUSED:
        resume(tenant, subscription, today)
    else:
        bill_period(tenant, subscription, today)
    return True


def run_suspensions(*, tenant: Tenant, today: date) -> None:
    """Overdue, late fees, suspension and the end of a suspension."""
    with writing(tenant) as locked:
        subscription = _living(locked)
        if subscription is not None:
            work_off(locked, subscription, today, until=today)
            refresh(locked, subscription, today)


def run_reminders(*, tenant: Tenant, today: date) -> None:
    """Say what is planned for today; of what was missed only the latest of each matter (X6, K6). Prices to come, too (X4)."""
    with writing(tenant) as locked:
        subscription = _living(locked)
        if subscription is None:
            return
        reminders = list(planned(subscription, subscription.terms, open_documents()))
        for reminder in dunning.to_say(reminders, subscription.reminded_through, today):
            if reminder.about == RENEWAL_TASK:
                open_renewal_task(locked, subscription, reminder, today)
            else:
                _say(locked, subscription, reminder, today)
        announce_prices(locked, subscription, today)
        subscription.reminded_through = max(subscription.reminded_through or today, today)
        refresh(locked, subscription, today, posted=False)


def recompute_agenda(*, tenant: Tenant, today: date) -> bool:
    """Recompute the tenant's days, what it owes and whether it had credit from its own tables; True if the public row was
    wrong. One that says "credited" of somebody who never was is not: it was there before this was kept, and is put right."""
    with writing(tenant) as locked:
        subscription = _living(locked)
        if subscription is None:
            return False
        before, credited = _copied(locked), CreditEntry.objects.exists()
        missed = credited and not locked.credited
        refresh(locked, subscription, today, posted=False)
        if credited != locked.credited:
            change_tenant(locked, credited=credited)
        locked.refresh_from_db()
        return missed or before != _copied(locked)


def _copied(tenant: Tenant) -> tuple[object, ...]:
    """What the daily jobs take from the public row: when to come, and whether any document is open (`STANDING`)."""
    return (tenant.billing_due_on, tenant.suspension_due_on, tenant.reminder_due_on, tenant.balance)


def _living(tenant: Tenant) -> Subscription | None:
    """The living agreement; a tenant without one has nothing due any more."""
    try:
        return living_subscription()
    except NoSubscription:
        set_agenda(tenant=tenant, days={Job.BILLING: None, Job.REMINDERS: None, Job.SUSPENSIONS: None})
        return None


def _say(tenant: Tenant, subscription: Subscription, reminder: Announced, today: date) -> None:
    """One event a channel; its key makes each happen once. The first one about a trial tells `trial.will_end`, too."""
    facts = _facts(subscription, reminder, today)
    if reminder.about == "trial_end":
        key = f"trial.will_end:{reminder.target}"
        record(tenant, subscription, "trial.will_end", today, key=key, **facts)
    for channel in reminder.channels:
        if channel in ASKED_FOR and tenant.pk not in _asking(tenant, channel):
            continue
        record(tenant, subscription, "reminder.sent", today, key=reminder.key(channel), channel=channel, **facts)
        if channel == "call":
            title, key = f"Telepon {tenant.name}"[:200], reminder.key(channel)
            keep_once(StaffTask(tenant=tenant, key=key, title=title, note=tenant.contact_phone, due_on=today))


def _asking(tenant: Tenant, channel: str) -> frozenset[UUID]:
    """Which tenants, of those visited together, have a member who asked for a channel."""
    visit = current_visit()
    visited = visit.batch.tenants if visit is not None else (tenant.pk,)

    def asked() -> frozenset[UUID]:
        asking = Membership.objects.filter(tenant__in=visited, **{f"by_{channel}": True})
        return frozenset(asking.values_list("tenant_id", flat=True))

    return remembered(("asking", channel), asked)


def _facts(subscription: Subscription, reminder: Announced, today: date) -> dict[str, Any]:
    """What a message needs: about what, which day, how many days, how much."""
    facts: dict[str, Any] = {
        "about": reminder.about,
        "days": (reminder.target - today).days,  # not those planned: said two days late, "in 7 days" would be a lie
        "target": reminder.target.isoformat(),
    }
    if reminder.about == "due":
        document = next(item for item in open_documents() if item.number == reminder.ref)
        suspend = document.suspend_on.isoformat() if document.suspend_on else None
        return facts | {"invoice": document.number, "amount": document.outstanding, "suspend": suspend}
    if reminder.about == "term_end":
        facts |= _notice(subscription, today)
    draft = forecast(subscription, today)
    if draft is not None:
        line = draft.lines[0]
        facts |= {"amount": draft.total, "unit_price": str(line.explanation.get("unit_price") or "")}
    return facts


def _notice(subscription: Subscription, today: date) -> dict[str, str]:
    """The last day to cancel for this end of the contract, where the terms ask for notice and it has not passed (C8)."""
    running = running_of(subscription)
    if running is None or not running.agreement.terms.contract.notice_days:
        return {}
    last = notice_by(running)
    return {"notice_by": last.isoformat()} if last >= today else {}
