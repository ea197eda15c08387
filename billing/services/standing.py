"""What every write ends with: the event, the public row's copy of the standing, and the agenda."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.models import Document, DocumentKind, Subscription
from billing.rules import dunning
from billing.rules.agreement import Agreement
from billing.rules.lifecycle import BILLED, Status, has_access, may_move
from billing.selectors.accounts import balance_of, open_documents
from billing.selectors.recurring import recurring_of
from billing.selectors.reminders import planned
from billing.selectors.schedules import schedule_day
from plans.rules.money import plain
from plans.selectors.holidays import holidays_of
from tenants.models import Event, Tenant
from tenants.models.jobs import Job
from tenants.rows import keep
from tenants.services.agenda import set_agenda
from tenants.services.events import record_event

# After these the account stands as it will be billed; what it brings in a year is kept with them, for the reports.
MEASURED = frozenset(
    {
        "invoice.issued",
        "invoice.skipped",
        "subscription.changed",
        "subscription.renewed",
        "subscription.reactivated",
        "subscription.resumed",
        "subscription.suspended",
        "subscription.paused",
        "subscription.cancelled",
    }
)


def record(
    tenant: Tenant,
    subscription: Subscription,
    name: str,
    on: date,
    *,
    key: str | None = None,
    cause: str = "",
    **data: Any,
) -> Event | None:
    """Write an event that says how the account stands after it: status, access, plan, quantity and what is owed."""
    status = Status(subscription.status)
    facts = {
        "status": status.value,
        "access": has_access(status),
        "balance": balance_of(open_documents()),
        "product": subscription.product_code,
        "plan": subscription.plan_code,
        "quantity": plain(subscription.quantity),
    }
    brings = recurring_of(subscription, on) if name in MEASURED else None
    return record_event(tenant=tenant, name=name, on=on, data=facts | data, key=key, cause=cause, recurring=brings)


def move(subscription: Subscription, status: Status) -> None:
    """Change the state along the table of moves; a wrong move is a programming error and stops the transaction."""
    old = Status(subscription.status)
    if not may_move(old, status):
        raise RuntimeError(f"A subscription cannot go from {old} to {status}.")
    subscription.status = status


def refresh(tenant: Tenant, subscription: Subscription, today: date, *, posted: bool = True) -> None:
    """Save the subscription, then rewrite the public copy of its standing and the days of the agenda.

    The caller holds the tenant's lock, so the days are exact, not only pulled forward. `posted` has the books checked.
    """
    keep(subscription)
    agreement, documents = subscription.terms, open_documents()
    status = Status(subscription.status)
    set_agenda(
        tenant=tenant,
        days={
            Job.BILLING: billing_day(subscription),
            Job.SUSPENSIONS: dunning_day(tenant, subscription, documents),
            Job.REMINDERS: reminder_day(subscription, agreement, documents, today),
        },
        status=status.value,
        has_access=has_access(status),
        plan_code=subscription.plan_code,
        quantity=Decimal(subscription.quantity),
        balance=balance_of(documents),
        next_due_on=min((document.due_on for document in documents), default=None),
        facts_changed=True,
        entitlements=agreement.entitlements_of(subscription.plan_code, subscription.addons).model_dump(mode="json"),
        **({"books_changed": True} if posted else {}),
    )


def billing_day(subscription: Subscription) -> date | None:
    """The next day on which something is to be billed, or a trial, a pause or a cancelled subscription ends."""
    if subscription.status in {Status.SUSPENDED, Status.ENDED}:
        return subscription.cancel_on if subscription.status == Status.SUSPENDED else None
    if subscription.status == Status.PAUSED:
        ends = (subscription.paused_until, subscription.cancel_on)
        return min((day for day in ends if day is not None), default=None)
    days = (
        subscription.trial_ends_on,
        subscription.next_period_on,
        subscription.side_due_on,
        subscription.cancel_on,
        schedule_day(subscription),
    )
    return min((day for day in days if day is not None), default=None)


def dunning_day(tenant: Tenant, subscription: Subscription, documents: list[Document]) -> date | None:
    """The next day on which an invoice becomes overdue, costs a fee, closes access, or a suspension ends in the end.

    Never one of the days that the terms keep quiet: what was due on these is done on the day after them.
    """
    terms = subscription.terms.terms
    if subscription.status == Status.ENDED:
        return None
    if subscription.status == Status.SUSPENDED and subscription.suspended_on is not None:
        return subscription.suspended_on + timedelta(days=terms.end_after_suspended_days)
    days = _dunning_days(tenant, subscription, documents)
    first = min((day for day in days if day is not None), default=None)
    return None if first is None else holidays_of(terms).working_day(first)


def _dunning_days(tenant: Tenant, subscription: Subscription, documents: list[Document]) -> list[date | None]:
    billed, days = subscription.status in BILLED, list[date | None]()
    for document in documents:
        if document.kind == DocumentKind.INVOICE:
            days.append(None if document.overdue_on else document.due_on + dunning.ONE_DAY)
            days += [document.next_fee_on, closing_day(tenant, subscription, document) if billed else None]
        if document.promised_on is not None:
            days.append(document.promised_on + dunning.ONE_DAY)
    return days


def closing_day(tenant: Tenant, subscription: Subscription, document: Document) -> date | None:
    """The day on which an unpaid document closes access; none where the tenant is never closed automatically (BOS)."""
    if tenant.never_suspend:
        return None
    return dunning.closes_on(subscription.terms.terms, document.suspend_on, document.promised_on)


def reminder_day(
    subscription: Subscription, agreement: Agreement, documents: list[Document], today: date
) -> date | None:
    """The next day on which something is to be said; a day in the past where that was missed and is still to be said."""
    floor = subscription.reminded_through or today - dunning.ONE_DAY
    days = (dunning.next_day(planned(subscription, agreement, documents), floor), subscription.price_notice_on)
    return min((day for day in days if day is not None), default=None)
