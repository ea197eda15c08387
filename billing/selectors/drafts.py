"""What ought to be billed: the drafts behind preview, forecast and invoice."""

from datetime import date, timedelta
from decimal import Decimal

from billing.models import Subscription
from billing.rules import drafting, dunning
from billing.rules.agreement import Agreement, agree
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.seats import BILLS_NOW, Decision, Outcome
from billing.selectors.scheduled import as_scheduled
from plans.rules.catalogue import AtRenewal
from plans.rules.offer import make_offer
from plans.rules.periods import Period
from plans.selectors.catalogue import catalogue_of
from tenants.rows import remembered


def draft_next_period(
    subscription: Subscription, agreement: Agreement, issued_on: date
) -> tuple[Draft, dict[str, str]]:
    """The next period's invoice as it would be issued on a day, and the unit prices its term locks (X3)."""
    start = subscription.next_period_on or subscription.billing_starts_on or issued_on
    first = subscription.billing_starts_on or start
    period = drafting.period_on(agreement, first, subscription.anchor_day, start)
    keeps = agreement.at_renewal is AtRenewal.KEEP_PRICE and subscription.locked_prices
    locked = dict(subscription.locked_prices) if keeps else agreement.lock(subscription.quantity)
    draft = drafting.draft_period(agreement, subscription.quantity, period, subscription.anchor_day, issued_on, locked)
    return draft, locked


def draft_report(
    subscription: Subscription, agreement: Agreement, decision: Decision, quantity: Decimal, on: date, today: date
) -> Draft | None:
    """The invoice that a reported quantity causes now; None where it causes none (X8)."""
    if decision.outcome not in BILLS_NOW:
        return None
    if decision.outcome is Outcome.NEW_TERM:
        period = drafting.first_period(agreement, today, today.day)
        return drafting.draft_period(agreement, quantity, period, today.day, today, agreement.lock(quantity))
    if subscription.period_from is None or subscription.period_to is None:
        return None
    term = Period(subscription.period_from, subscription.period_to)
    return _dated_today(
        drafting.draft_rise(agreement, decision, subscription.billed_quantity, term, on, subscription.locked_prices),
        agreement,
        today,
    )


def _dated_today(draft: Draft, agreement: Agreement, today: date) -> Draft:
    """A rise reported late is priced from its own day and invoiced on the day of the report."""
    if draft.issued_on == today:
        return draft
    due = dunning.due_on(agreement.terms, today)
    return Draft(draft.lines, today, due, dunning.suspend_on(agreement.terms, today, due), draft.period)


def renewed_agreement(subscription: Subscription, agreement: Agreement, on: date) -> Agreement:
    """The agreement of the next term: the kept book, or the current one where the plan says so (X3)."""
    if agreement.at_renewal is not AtRenewal.CURRENT_BOOK or subscription.period_from is None:
        return agreement
    catalogue = remembered(("catalogue", agreement.product), lambda: catalogue_of(agreement.product))
    offer = make_offer(
        catalogue,
        plan=agreement.plan_for(subscription.quantity).code,
        quantity=subscription.quantity,
        interval_months=agreement.interval_months,
        on=on,
        terms=agreement.terms.code,
    )
    return agree(catalogue, offer)


def forecast(subscription: Subscription, today: date) -> Draft | None:
    """The next invoice as it looks today, a scheduled change of plan included; None where none is to come."""
    stopped = {Status.FREE, Status.SUSPENDED, Status.ENDED}
    start = subscription.next_period_on or subscription.trial_ends_on
    if subscription.status in stopped or start is None:
        return None
    if subscription.cancel_on is not None and subscription.cancel_on <= start:
        return None
    subscription = as_scheduled(subscription)
    agreement = renewed_agreement(subscription, subscription.terms, start)
    draft, _ = draft_next_period(subscription, agreement, max(start, today))
    return draft if draft.total else None


def last_day(period: Period) -> date:
    """The last day a person counts as within a period."""
    return period.end - timedelta(days=1)
