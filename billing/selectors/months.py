"""A tenant's months side by side, from its papers, payments and reports (N15)."""

from collections.abc import Sequence
from datetime import date

from billing.models import QuantityReport, Subscription
from billing.rules.months import Count, Month, months
from billing.selectors.statement_of_account import movements


def months_of(subscription: Subscription, firsts: Sequence[date], today: date, meter: str = "") -> list[Month]:
    """The months that begin on `firsts`; `meter` is the code of what is read besides the count. Four queries, or five."""
    return months(firsts, today, movements(), _counts(""), _counts(meter) if meter else [], subscription.quantity)


def _counts(measure: str) -> list[Count]:
    """Reports of the count (no measure) or of a meter, in the order in which they came."""
    rows = QuantityReport.objects.filter(measure=measure).order_by("created_at", "pk")
    return [Count(*row) for row in rows.values_list("on", "quantity", "previous")]
