"""What ought to be billed: the drafts behind preview, forecast and invoice."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from billing.models import Subscription
from billing.rules import drafting, dunning, readings, side_rises, sides
from billing.rules.agreement import Agreement
from billing.rules.causes import caused_by
from billing.rules.drafting import Draft
from billing.rules.gathering import read_gathered
from billing.rules.lifecycle import Status
from billing.rules.seats import PRICED, Decision, Outcome
from billing.rules.sides import Stand
from billing.selectors.price_books import renewed_agreement
from billing.selectors.renewed import as_renewed
from billing.selectors.scheduled import as_scheduled, leaving_lines, scheduled_change
from billing.selectors.sides import begun_anew, stand_of
from billing.selectors.taxing import taxed
from plans.rules.catalogue import AtRenewal
from plans.rules.periods import Period


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
    """The invoice that a reported quantity causes, now or with the next one; None where it causes none (X8)."""
    draft = _draft_report(subscription, agreement, decision, quantity, on, today)
    return None if draft is None else taxed(draft, agreement)


def _draft_report(
    subscription: Subscription, agreement: Agreement, decision: Decision, quantity: Decimal, on: date, today: date
) -> Draft | None:
    if decision.outcome not in PRICED:
        return None
    if decision.outcome is Outcome.NEW_TERM:
        period = drafting.first_period(agreement, today, today.day)
        draft = drafting.draft_period(agreement, quantity, period, today.day, today, agreement.lock(quantity))
        draft = caused_by(draft, agreement, "new_term")
        return first_with_sides(agreement, draft, begun_anew(subscription, today, quantity))
    if subscription.period_from is None or subscription.period_to is None:
        return None
    term = Period(subscription.period_from, subscription.period_to)
    stand = stand_of(subscription)
    if stand is not None and agreement.sides:
        return _draft_rises(subscription, agreement, stand, decision, quantity, term, on, today)
    return _dated_today(
        drafting.draft_rise(agreement, decision, subscription.billed_quantity, term, on, subscription.locked_prices),
        agreement,
        today,
    )


def _draft_rises(
    subscription: Subscription,
    agreement: Agreement,
    stand: Stand,
    decision: Decision,
    quantity: Decimal,
    term: Period,
    on: date,
    today: date,
) -> Draft | None:
    """Each charge from what it was billed for to the new count, for the days left of its own period (N4, N6)."""
    billed, lines = subscription.billed_quantity, list[drafting.Line]()
    if quantity > billed and any(charge.quantity == "reported" for charge in agreement.main):
        rise = replace(decision, added=quantity - billed)
        lines += drafting.draft_rise(agreement, rise, billed, term, on, subscription.locked_prices).lines
    lines += side_rises.rise_lines(agreement, stand, quantity, on)
    if not lines:
        return None
    span = Period(on, max(line.period.end for line in lines))
    return drafting.dated(agreement, tuple(lines), today, span)


def first_with_sides(agreement: Agreement, draft: Draft, stand: Stand) -> Draft:
    """The first period's draft with all that is due with it: set-up fee, other rhythms, add-ons (C2, N6)."""
    if not agreement.sides:
        return draft
    lines = (*draft.lines, *sides.lines_of(agreement, sides.due_parts(agreement, stand, draft.period.start)))
    return replace(draft, lines=sides.in_order(agreement, lines))


def _dated_today(draft: Draft, agreement: Agreement, today: date) -> Draft:
    """A rise reported late is priced from its own day and invoiced on the day of the report."""
    if draft.issued_on == today:
        return draft
    due = dunning.due_on(agreement.terms, today)
    return Draft(draft.lines, today, due, dunning.suspend_on(agreement.terms, today, due), draft.period)


def forecast(subscription: Subscription, today: date) -> Draft | None:
    """The next invoice as it looks today, a scheduled change of plan included; None where none is to come.

    Where the next term was renewed early (X4) it is the one after that.
    """
    subscription = as_renewed(subscription)
    stopped = {Status.FREE, Status.SUSPENDED, Status.PAUSED, Status.ENDED}
    start = subscription.next_period_on or subscription.trial_ends_on
    if subscription.status in stopped or start is None:
        return None
    if subscription.cancel_on is not None and subscription.cancel_on <= start:
        return None
    more = waiting_lines(subscription, start)
    subscription = as_scheduled(subscription)
    agreement = renewed_agreement(subscription, subscription.terms, start)
    if agreement.sides:
        return _forecast_with_sides(subscription, agreement, start, today, more)
    draft, _ = draft_next_period(subscription, agreement, max(start, today))
    draft = replace(draft, lines=(*draft.lines, *more))
    return taxed(draft, agreement) if draft.total else None


def waiting_lines(subscription: Subscription, start: date) -> tuple[drafting.Line, ...]:
    """What waits for the invoice of the period from `start` on: rises that were gathered, and what the running plan bills
    afterwards when a scheduled change takes effect (C15)."""
    change = scheduled_change(subscription)
    leaving = leaving_lines(subscription, change.agreement, start) if change is not None else ()
    return (*read_gathered(subscription.gathered), *leaving)


def _forecast_with_sides(
    subscription: Subscription, agreement: Agreement, start: date, today: date, more: tuple[drafting.Line, ...]
) -> Draft | None:
    """The earliest of the next period, with what waits for it (`more`), and what is due beside it; usage as far as it was
    reported until today."""
    due = subscription.side_due_on
    stand = stand_of(subscription, start)
    if stand is None:
        return None
    day = start if due is None else min(due, start)
    parts = readings.read_meters(agreement, sides.due_parts(agreement, stand, day), subscription.read)
    lines = sides.lines_of(agreement, parts)
    if day < start:
        span = Period(min(part.period.start for part in parts), max(part.period.end for part in parts))
        draft = drafting.dated(agreement, lines, max(day, today), span)
    else:
        draft, _ = draft_next_period(subscription, agreement, max(start, today))
        draft = replace(draft, lines=(*sides.in_order(agreement, (*draft.lines, *lines)), *more))
    return taxed(draft, agreement) if draft.total else None


def last_day(period: Period) -> date:
    """The last day a person counts as within a period."""
    return period.end - timedelta(days=1)
