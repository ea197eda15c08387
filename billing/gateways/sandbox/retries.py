"""When Midtrans sends a notification again, by what we answered."""

from datetime import timedelta

INTERVALS = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 90, 210))
_ALLOWED = {500: 1, 503: 4, 400: 2, 404: 2}


def retries_allowed(answer: int | None) -> int:
    """How often it is sent again after this HTTP status; None is no answer in time.

    200 → 0, 500 → 1, 503 → 4, 400 and 404 → 2, 302 → 0, anything else and silence → 5.
    """
    if answer is not None and (200 <= answer < 300 or (300 <= answer < 400 and answer not in (307, 308))):
        return 0
    return _ALLOWED.get(answer or 0, len(INTERVALS))


def wait_before_retry(answer: int | None, sent: int) -> timedelta | None:
    """How long until the next sending, `sent` being how often it has gone out; None is never again.

    503 after the first sending → 2 minutes; after the fifth → never.
    """
    retries_made = sent - 1
    return INTERVALS[retries_made] if retries_made < retries_allowed(answer) else None
