"""What was bought in parts and is still to be billed (N3, N14)."""

from datetime import date

from billing.models import Subscription
from billing.rules.schedules import Scheduled, next_day, read_schedule


def parts_to_come(subscription: Subscription) -> tuple[Scheduled, ...]:
    """What is still to be billed: by day, then by milestone."""
    parts = read_schedule(subscription.schedule)
    return tuple(sorted(parts, key=lambda part: (part.on is None, part.on or date.max, part.key, part.part)))


def milestones_open(subscription: Subscription) -> tuple[Scheduled, ...]:
    """The milestones that are waited for, in the order of their contracts."""
    return tuple(part for part in parts_to_come(subscription) if part.milestone)


def schedule_day(subscription: Subscription) -> date | None:
    """The next day on which an instalment is billed."""
    return next_day(read_schedule(subscription.schedule)) if subscription.schedule else None
