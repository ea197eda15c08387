"""Rises that wait for the next invoice (X8): kept on the subscription's row, billed with its next period or its end.

The caller holds the tenant's lock and saves the subscription.
"""

from collections.abc import Sequence
from datetime import date

from billing.models import Document, Subscription
from billing.rules.drafting import Line
from billing.rules.gathering import read_gathered, write_gathered
from billing.services.charges.sides import bill_lines
from plans.rules.periods import Period
from tenants.models import Tenant


def gather(subscription: Subscription, lines: Sequence[Line]) -> None:
    """Let lines wait beside those that do."""
    subscription.gathered = write_gathered((*read_gathered(subscription.gathered), *lines))


def take_gathered(subscription: Subscription) -> tuple[Line, ...]:
    """What has waited, to be billed now; nothing waits any more."""
    lines = read_gathered(subscription.gathered)
    subscription.gathered = None
    return lines


def bill_gathered(tenant: Tenant, subscription: Subscription, today: date) -> Document | None:
    """What has waited as an invoice of its own: there is no next period to put it on."""
    lines = take_gathered(subscription)
    if not lines:
        return None
    span = Period(min(line.period.start for line in lines), max(line.period.end for line in lines))
    return bill_lines(tenant, subscription, lines, span, today)
