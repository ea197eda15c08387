"""How the charges beside a subscription's periods stand, from its own row."""

from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from billing.models import DocumentLine, LineKind, QuantityReport, Subscription
from billing.rules import side_rises, sides
from billing.rules.progress import read_progress
from billing.rules.sides import Stand
from plans.rules.catalogue import Charge
from plans.rules.periods import Period


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
        progress=read_progress(subscription.charged),
    )


def begun_anew(subscription: Subscription, on: date, quantity: Decimal) -> Stand:
    """As it stands on the day billing begins for a customer who had it free: what was paid once stays paid (C2)."""
    return Stand(on, on.day, quantity, held_addons(subscription), read_progress(subscription.charged))


def held_addons(subscription: Subscription) -> dict[str, Decimal]:
    """How many of each add-on the subscription holds."""
    return {code: Decimal(count) for code, count in subscription.addons.items()}


def billed_count(subscription: Subscription, on: date) -> Decimal:
    """The count that a rise is measured from (X8): the last billed one, the smallest where charges differ."""
    agreement, stand = subscription.terms, stand_of(subscription)
    if stand is None or not agreement.sides:
        return subscription.billed_quantity
    return side_rises.least_billed(agreement, stand, subscription.billed_quantity, on)


def usage_in(meter: str, period: Period) -> Decimal:
    """What was reported for the days of a period (C15)."""
    read = QuantityReport.objects.filter(measure=meter, on__gte=period.start, on__lt=period.end)
    return read.aggregate(total=Sum(F("quantity") - F("previous")))["total"] or Decimal(0)


def billed_usage_period(subscription: Subscription, stand: Stand, charge: Charge, on: date) -> Period | None:
    """The period of a metered charge that was billed and that a day lies in; None while the day is open, or was free.

    What its invoice says counts, for the charge may have been billed by other days before; a month without usage has none.
    """
    held = stand.progress.get(charge.code)
    if held is None or on >= held.to:
        return None
    lines = DocumentLine.objects.filter(
        subscription_key=subscription.pk, charge=charge.code, kind=LineKind.USAGE, voided=False, period_from__lte=on
    )
    line = lines.filter(period_to__gt=on).first()
    if line is not None and line.period_to is not None:
        return Period(line.period_from, line.period_to)
    return sides.billed_period(subscription.terms, charge, stand, on)
