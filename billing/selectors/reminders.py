"""What is planned to be said, from the facts of the account (X6, K6)."""

from collections.abc import Iterator
from datetime import timedelta

from billing.models import Document, DocumentKind, Subscription
from billing.rules import dunning
from billing.rules.agreement import Agreement
from billing.rules.dunning import Announced
from billing.rules.lifecycle import Status
from plans.rules.catalogue import Reminder


def planned(subscription: Subscription, agreement: Agreement, documents: list[Document]) -> Iterator[Announced]:
    """All reminders that follow from how things stand, past and to come. A free tenant gets none.

    Nothing is planned for a day on or before the one on which its matter began: an invoice of today says its due date itself.
    """
    if subscription.status in {Status.FREE, Status.ENDED}:
        return
    if subscription.status == Status.SUSPENDED:
        yield from _before_the_end(subscription, agreement)
        return
    yield from _about_dates(subscription, agreement)
    for document in documents:
        if document.kind == DocumentKind.INVOICE:
            ahead = dunning.before("due", document.number, document.due_on, agreement.reminders.due)
            yield from (item for item in ahead if item.on > document.issued_on)
            yield from dunning.after_due(agreement.reminders, document.number, document.due_on, document.suspend_on)


def _about_dates(subscription: Subscription, agreement: Agreement) -> Iterator[Announced]:
    """Before a trial or a term ends; nothing where the customer has cancelled."""
    if subscription.cancel_on is not None:
        return
    if subscription.status == Status.TRIALING and subscription.trial_ends_on:
        ahead = dunning.before("trial_end", "trial", subscription.trial_ends_on, agreement.reminders.trial_end)
        yield from (item for item in ahead if item.on > subscription.signed_up_on)
    elif subscription.period_from and subscription.period_to and not agreement.is_free(subscription.quantity):
        ahead = dunning.before("term_end", "term", subscription.period_to, agreement.reminders.term_end)
        yield from (item for item in ahead if item.on > subscription.period_from)


def _before_the_end(subscription: Subscription, agreement: Agreement) -> Iterator[Announced]:
    """Notices before a suspended subscription ends (90 days, notice 30 and 7 days before)."""
    if subscription.suspended_on is not None:
        end = subscription.suspended_on + timedelta(days=agreement.terms.end_after_suspended_days)
        notices = [Reminder(days=days, channels=("email", "in_app")) for days in agreement.terms.end_notices]
        ahead = dunning.before("subscription_end", "suspended", end, notices)
        yield from (item for item in ahead if item.on > subscription.suspended_on)
