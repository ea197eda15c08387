"""The term that was billed before it begins, as the subscription keeps it (X4)."""

import copy
from datetime import date

from billing.models import Subscription
from billing.rules.renewals import Renewed
from billing.selectors.accounts import open_documents


def renewed_of(subscription: Subscription) -> Renewed | None:
    """The term that was billed ahead, if there is one."""
    return None if subscription.renewed_early is None else Renewed.model_validate(subscription.renewed_early)


def as_renewed(subscription: Subscription) -> Subscription:
    """The subscription within the term that was billed ahead: itself, or a copy to look at."""
    renewed = renewed_of(subscription)
    if renewed is None:
        return subscription
    found = copy.copy(subscription)
    put_on(found, renewed)
    return found


def put_on(subscription: Subscription, renewed: Renewed) -> None:
    """Set what the term brings, without saving. Payment terms and offers are those of today: staff may have changed them."""
    now = subscription.terms
    agreement = renewed.agreement.model_copy(update={"terms": now.terms, "discounts": now.discounts})
    subscription.agreement, subscription.book_code = agreement, agreement.book
    subscription.plan_code = agreement.plan_for(renewed.quantity).code
    subscription.locked_prices = dict(renewed.locked)
    subscription.billed_quantity = renewed.quantity
    subscription.period_from, subscription.period_to = renewed.from_, renewed.to
    subscription.next_period_on, subscription.renewed_early = renewed.to, None


def paid_ahead_to(subscription: Subscription) -> date | None:
    """The end of what was billed: of a term renewed early once it is paid, else of the running period."""
    kept = subscription.renewed_early
    if kept is not None and all(document.number != kept["number"] for document in open_documents()):
        return date.fromisoformat(kept["to"])
    return subscription.period_to
