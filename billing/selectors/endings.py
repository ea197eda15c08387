"""When a subscription would end if it were cancelled today."""

from datetime import date

from billing.models import Subscription
from billing.rules.lifecycle import Status


def ending_day(subscription: Subscription, today: date) -> date:
    """The end of the paid period (K15), of the trial; today where nothing is left: free, or suspended."""
    if subscription.status == Status.SUSPENDED:
        return today
    return subscription.trial_ends_on or subscription.period_to or today
