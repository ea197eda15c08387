"""How often and when a message that failed is tried again."""

from datetime import datetime, timedelta

# After the first, second … failure; then it is given up.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)


def next_try(attempts: int, now: datetime, *, retryable: bool) -> datetime | None:
    """When to try again after `attempts` failures; None when it is given up.

    Failed once at 08.00 → 08.01; five times → twelve hours later; the sixth time → given up. What can never succeed
    (no such mailbox) is given up at once.
    """
    if not retryable or attempts > len(WAITS):
        return None
    return now + WAITS[max(attempts, 1) - 1]
