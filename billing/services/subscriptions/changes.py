"""Changing plan or interval: carried out, scheduled, and taken back (C11)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billing.errors import StalePreview, WrongState
from billing.models import Document, Subscription
from billing.rules.change_verdicts import WRITES, Outcome
from billing.rules.changes import Ledger
from billing.rules.lifecycle import Status
from billing.selectors.accounts import living_subscription
from billing.selectors.change_choices import Wanted
from billing.selectors.changes import ChangePreview, essence_of, preview_change
from billing.selectors.scheduled import Scheduled, put_on
from billing.services.documents.invoicing import issue_draft
from billing.services.standing import move, record, refresh
from billing.services.subscriptions.life import begin_billing, bill_period, first_term, turn_free
from billing.services.subscriptions.scheduling import PLAN, SCHEDULED, change_facts, drop_scheduled_change
from plans.rules.plan_changes import ChangeWhen
from tenants.context import writing
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Changed:
    """What was done: the preview that was carried out, and the invoice it caused, if it did."""

    preview: ChangePreview
    document: Document | None


def change_plan(*, tenant: Tenant, wanted: Wanted, today: date, agreed: str | None = None, reason: str = "") -> Changed:
    """Change plan or interval as the catalogue says: now, billed for the days left, or from the next period on.

    With `agreed` (`essence_of` a preview) only if it still does that, else `StalePreview`; the preview is made again under
    the tenant's lock. What is so already is left alone, so a repetition is harmless. Another change replaces a scheduled
    one. Writes the agreement, `subscription.changed`, and the net line's invoice. `ChangeRefused` says why not.
    """
    with writing(tenant) as locked:
        subscription = living_subscription()
        preview = preview_change(subscription=subscription, wanted=wanted, today=today)
        if agreed is not None and essence_of(preview) != agreed:
            raise StalePreview(_("Keadaan berubah sejak pratinjau. Periksa sekali lagi."), field="plan")
        document = None
        if preview.outcome in WRITES:
            document = _carry_out(locked, subscription, preview, today, reason)
            refresh(locked, subscription, today)
    return Changed(preview, document)


def withdraw_change(*, tenant: Tenant, today: date, reason: str = "") -> Subscription:
    """Take a scheduled change back: the plan goes on as it is. Possible until the day on which it takes effect."""
    with writing(tenant) as locked:
        subscription = living_subscription()
        if drop_scheduled_change(locked, subscription, today, cause=reason) is None:
            raise WrongState(_("Tidak ada perubahan paket yang dijadwalkan."))
        refresh(locked, subscription, today)
    return subscription


def _carry_out(
    tenant: Tenant, subscription: Subscription, preview: ChangePreview, today: date, reason: str
) -> Document | None:
    """Replace what was scheduled, then do what the outcome says."""
    outcome = preview.outcome
    drop_scheduled_change(tenant, subscription, today, cause=reason, told=outcome is Outcome.KEPT)
    if outcome is Outcome.PERIOD_END:
        _schedule(tenant, subscription, preview, today, reason)
    elif outcome is Outcome.NEW_TERM:
        return _new_term(tenant, subscription, preview, today, reason)
    elif outcome in {Outcome.TRIAL, Outcome.NOW}:
        return _switch(tenant, subscription, preview, today, reason)
    return None


def _schedule(tenant: Tenant, subscription: Subscription, preview: ChangePreview, today: date, reason: str) -> None:
    kind = preview.verdict.kind
    if kind is None:
        raise RuntimeError("A change at the end of the period has a kind.")
    subscription.scheduled_change = Scheduled(preview.on, kind, preview.new.place.plan, preview.new.agreement).stored()
    facts = _facts(subscription, preview, ChangeWhen.PERIOD_END) | {"change": SCHEDULED, "amount": 0}
    record(tenant, subscription, "subscription.changed", today, cause=reason, **facts)


def _switch(
    tenant: Tenant, subscription: Subscription, preview: ChangePreview, today: date, reason: str
) -> Document | None:
    """At once: the new plan's price and entitlements hold, the difference for the days left is invoiced.

    A plan that costs nothing ends a trial: there is nothing to try any more.
    """
    facts = _facts(subscription, preview, ChangeWhen.NOW)
    put_on(subscription, preview.new.agreement, today)
    ledger = preview.net.ledger if preview.net else Ledger(since=today)
    subscription.change_ledger = ledger.model_dump(mode="json")
    if subscription.period_from is not None:
        subscription.locked_prices = subscription.terms.lock(subscription.billed_quantity)
    subscription.save()
    if preview.outcome is Outcome.TRIAL and subscription.terms.is_free(subscription.quantity):
        turn_free(tenant, subscription, today)
        record(tenant, subscription, "trial.ended", today, outcome="free")
    record(tenant, subscription, "subscription.changed", today, cause=reason, change=PLAN, **facts)
    return issue_draft(tenant, subscription, preview.draft, cause=reason) if preview.draft else None


def _new_term(
    tenant: Tenant, subscription: Subscription, preview: ChangePreview, today: date, reason: str
) -> Document | None:
    """From a plan that costs nothing: a new term from today, for all, in full (as X8's free → paid)."""
    facts = _facts(subscription, preview, ChangeWhen.NOW)
    put_on(subscription, preview.new.agreement, today)
    subscription.change_ledger = Ledger(since=today).model_dump(mode="json")
    move(subscription, Status.ACTIVE)
    begin_billing(subscription, today, anchor_day=today.day)
    facts["period"] = first_term(subscription, today)
    record(tenant, subscription, "subscription.changed", today, cause=reason, change=PLAN, **facts)
    return bill_period(tenant, subscription, today)


def _facts(subscription: Subscription, preview: ChangePreview, when: ChangeWhen) -> dict[str, Any]:
    """What the event says: from, to, when, what is invoiced now, what the next invoice will be."""
    facts = change_facts(subscription.terms, preview.new.agreement, preview.verdict.kind, subscription.quantity)
    return facts | {
        "when": when.value,
        "price_before": preview.old.price,
        "price_after": preview.new.price,
        "effective": preview.on.isoformat(),
        "amount": preview.draft.total if preview.draft else 0,
        "next_amount": preview.upcoming.total if preview.upcoming else 0,
        "next_on": preview.upcoming.issued_on.isoformat() if preview.upcoming else None,
    }
