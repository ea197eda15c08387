"""What the subscription that is worked on brings in a year, as its event keeps it."""

from datetime import date
from decimal import Decimal

from billing.models import Subscription
from billing.rules.agreement import Agreement
from billing.rules.lifecycle import BILLED
from billing.rules.recurring import Running, Untaxed, recurring
from billing.rules.tax_amounts import tax_on
from billing.selectors.sides import stand_of
from billing.selectors.taxing import taxation_of
from plans.rules.periods import Period

Stored = dict[str, list[str | int]]


def recurring_of(subscription: Subscription, on: date) -> Stored:
    """`{"units": ["main", 7200000, "200"]}`: kind, rupiah a year, and the count it is for; nothing while nothing is billed.

    A trial, a free plan, a pause, a suspension and an end bring nothing. Billing must have begun.
    """
    stand = stand_of(subscription)
    start, end = subscription.period_from, subscription.period_to
    if subscription.status not in BILLED or stand is None or start is None or end is None:
        return {}
    billed = Decimal(subscription.billed_quantity)
    running = Running(Period(start, end), billed, subscription.locked_prices, stand)
    agreement = subscription.terms
    return {item.charge: item.stored() for item in recurring(agreement, running, on, _untaxed(agreement, on))}


def _untaxed(agreement: Agreement, on: date) -> Untaxed:
    """Where prices have the tax in them, they are taken without."""
    taxation = taxation_of(agreement, on) if agreement.prices_include_tax else None
    return int if taxation is None else lambda amount: tax_on(amount, taxation).base
