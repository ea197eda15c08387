"""What is planned to be said, from the facts of the account (X6, K6)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from billing.models import Document, DocumentKind, Subscription
from billing.rules import dunning
from billing.rules.agreement import Agreement
from billing.rules.dunning import Announced
from billing.rules.lifecycle import Status
from billing.selectors.endings import running_of
from billing.selectors.pausing import pause_of
from plans.rules.catalogue import Reminder
from plans.rules.periods import Period
from plans.selectors.holidays import holidays_of

RENEWAL_TASK = "renewal_task"  # a matter of its own: where both are late, the notice to the members must not replace it


def planned(subscription: Subscription, agreement: Agreement, documents: list[Document]) -> Iterator[Announced]:
    """As `_planned`, what falls on a day that the terms keep quiet moved to the first day after it."""
    calendar = holidays_of(agreement.terms)
    for item in _planned(subscription, agreement, documents):
        on = calendar.working_day(item.on)
        yield item if on == item.on else replace(item, on=on)


def _planned(subscription: Subscription, agreement: Agreement, documents: list[Document]) -> Iterator[Announced]:
    """All reminders that follow from how things stand, past and to come. A free tenant gets none.

    Nothing is planned for a day on or before the one on which its matter began: an invoice of today says its due date itself.
    """
    if subscription.status in {Status.FREE, Status.ENDED}:
        return
    if subscription.status == Status.SUSPENDED:
        yield from _before_the_end(subscription, agreement)
        return
    if subscription.status == Status.PAUSED:
        yield from _before_the_return(subscription)
    else:
        yield from _about_dates(subscription, agreement)
    for document in documents:
        if document.kind == DocumentKind.INVOICE:
            ahead = dunning.before("due", document.number, document.due_on, agreement.reminders.due)
            yield from (item for item in ahead if item.on > document.issued_on)
            yield from _after_due(agreement, document)


def _after_due(agreement: Agreement, document: Document) -> Iterator[Announced]:
    """While an invoice is overdue; not up to the day on which the customer promised to pay."""
    until = dunning.closes_on(agreement.terms, document.suspend_on, document.promised_on)
    for item in dunning.after_due(agreement.reminders, document.number, document.due_on, until):
        if document.promised_on is None or item.on > document.promised_on:
            yield item


def _about_dates(subscription: Subscription, agreement: Agreement) -> Iterator[Announced]:
    """Before a trial or a term ends; nothing where the customer has cancelled, or has renewed it already."""
    if subscription.cancel_on is not None or subscription.renewed_early is not None:
        return
    if subscription.status == Status.TRIALING and subscription.trial_ends_on:
        ahead = dunning.before("trial_end", "trial", subscription.trial_ends_on, agreement.reminders.trial_end)
        yield from (item for item in ahead if item.on > subscription.signed_up_on)
    elif subscription.period_from and subscription.period_to and not agreement.is_free(subscription.quantity):
        yield from _before_renewal(
            agreement, _term(subscription, Period(subscription.period_from, subscription.period_to))
        )


def _term(subscription: Subscription, period: Period) -> Period:
    """The contract that runs: the period itself, or what the terms agree on beyond it (C8)."""
    running = running_of(subscription)
    return period if running is None or not running.agreement.terms.contract.months else running.last_term


def _before_renewal(agreement: Agreement, term: Period) -> Iterator[Announced]:
    """The notices to the members (C8) and the task of staff (C9); none where the term is too short for it."""
    ahead = dunning.before("term_end", "term", term.end, agreement.reminders.term_end)
    yield from (item for item in ahead if item.on > term.start)
    task_days = agreement.terms.contract.renewal_task_days
    if task_days is not None and term.end - timedelta(days=task_days) > term.start:
        on = term.end - timedelta(days=task_days)
        yield Announced(on, RENEWAL_TASK, "term", term.end, task_days, ("task",))


def _before_the_end(subscription: Subscription, agreement: Agreement) -> Iterator[Announced]:
    """Notices before a suspended subscription ends (90 days, notice 30 and 7 days before)."""
    if subscription.suspended_on is not None:
        end = subscription.suspended_on + timedelta(days=agreement.terms.end_after_suspended_days)
        notices = [Reminder(days=days, channels=("email", "in_app")) for days in agreement.terms.end_notices]
        ahead = dunning.before("subscription_end", "suspended", end, notices)
        yield from (item for item in ahead if item.on > subscription.suspended_on)


def _before_the_return(subscription: Subscription) -> Iterator[Announced]:
    """Before a pause ends and billing goes on; nothing where it ends with the agreement."""
    rules, on, until = pause_of(subscription), subscription.paused_on, subscription.paused_until
    if rules is not None and on and until and (subscription.cancel_on is None or subscription.cancel_on > until):
        notices = [Reminder(days=days, channels=("email", "in_app")) for days in rules.reminders]
        yield from (item for item in dunning.before("pause_end", "pause", until, notices) if item.on > on)
