"""Telling existing customers of a book with higher prices, three calendar months ahead and once (X4)."""

from datetime import date
from typing import Any

from billing.models import Subscription
from billing.rules.price_notices import Rise
from billing.selectors.price_books import book_days, notice_of, rise_of
from billing.services.standing import record
from tenants.models import Tenant


def watch_prices(subscription: Subscription, on: date) -> None:
    """Billing begins: the books of earlier days are no news. Sets the day of the next announcement; the caller saves it."""
    days = book_days(subscription.product_code)
    subscription.price_told_to = days.begun(on)
    subscription.price_notice_on = days.next_notice(days.begun(on))


def announce_prices(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """Announce what is to be announced by today, each book once, and set the day of the next; the caller saves it.

    Those who pay more are told even when they signed up after the day of the announcement: the day after. Nobody is told who
    is not billed, or who leaves before.
    """
    if subscription.billing_starts_on is None:
        subscription.price_notice_on = None
        return
    days = book_days(subscription.product_code)
    told_to = subscription.price_told_to or days.begun(today)
    for effective in days.untold(told_to):
        notice = days.notice_day(effective)
        if notice > today:
            break
        told_to = effective
        rise = rise_of(subscription, effective)
        if rise is not None and _concerns(subscription, rise, notice, today):
            _announce(tenant, subscription, rise, today)
    subscription.price_told_to, subscription.price_notice_on = told_to, days.next_notice(told_to)


def _concerns(subscription: Subscription, rise: Rise, notice: date, today: date) -> bool:
    """Whether a rise is news for a customer. Whose price is kept was one on the day of the announcement, or chose the book."""
    leaves = subscription.cancel_on
    if rise.renewal is None:
        return subscription.signed_up_on <= notice and today < rise.effective_on and leaves is None
    return leaves is None or leaves > rise.renewal.start


def _announce(tenant: Tenant, subscription: Subscription, rise: Rise, today: date) -> None:
    notice = notice_of(subscription.product_code)
    facts: dict[str, Any] = {
        "book": rise.book,
        "effective": rise.effective_on.isoformat(),
        "kept": rise.kept,
        "amount": rise.before if rise.kept else rise.after,
        "amount_before": rise.before,
        "channels": list(notice.kept if rise.kept else notice.channels),
    }
    if rise.renewal is not None:
        facts["renews"] = rise.renewal.start.isoformat()
    if rise.lock is not None and rise.lock.end > today:
        facts |= {"lock_from": max(rise.lock.start, today).isoformat(), "lock_before": rise.lock.end.isoformat()}
    key = f"price.announced:{subscription.pk}:{rise.book}"
    record(tenant, subscription, "price.announced", today, key=key, **facts)
