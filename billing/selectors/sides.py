"""How the charges beside a subscription's periods stand, from its own row."""

from datetime import date
from decimal import Decimal

from billing.models import Subscription
from billing.rules import sides
from billing.rules.sides import Stand


def stand_of(subscription: Subscription, starts_on: date | None = None) -> Stand | None:
    """From the subscription's own row, without a query; None before billing has begun, unless a day is supposed."""
    first = subscription.billing_starts_on or starts_on
    if first is None:
        return None
    return Stand(
        starts_on=first,
        anchor_day=subscription.anchor_day,
        quantity=Decimal(subscription.quantity),
        addons=held_addons(subscription),
        progress=sides.read_progress(subscription.charged),
    )


def held_addons(subscription: Subscription) -> dict[str, Decimal]:
    """How many of each add-on the subscription holds."""
    return {code: Decimal(count) for code, count in subscription.addons.items()}


def billed_count(subscription: Subscription, on: date) -> Decimal:
    """The count that a rise is measured from (X8): the last billed one, the smallest where charges differ."""
    agreement, stand = subscription.terms, stand_of(subscription)
    if stand is None or not agreement.sides:
        return subscription.billed_quantity
    return sides.least_billed(agreement, stand, subscription.billed_quantity, on)
