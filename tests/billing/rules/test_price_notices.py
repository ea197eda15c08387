"""X4: when a book is announced, which renewal meets it, and when the old price can be locked; no database."""

from datetime import date

import pytest

from billing.rules.lifecycle import Status
from billing.rules.price_notices import BookDays, first_renewal, lock_window
from billing.rules.renewals import Refusal, Situation, hindrance
from plans.rules.catalogue import AtRenewal
from plans.rules.periods import Period
from tests.billing.rules.agreements import complex_of, school

D = date
BOOKS = BookDays(3, (D(2025, 1, 1), D(2026, 1, 1), D(2027, 1, 1)))
YEARLY, MONTHLY = school(), complex_of()


@pytest.mark.parametrize(
    ("effective", "months", "day"),
    [
        (D(2026, 1, 1), 3, D(2025, 10, 1)),
        (D(2026, 5, 31), 3, D(2026, 2, 28)),
        (D(2026, 1, 15), 1, D(2025, 12, 15)),
    ],
)
def test_a_book_is_announced_so_many_calendar_months_ahead(effective: date, months: int, day: date) -> None:
    """X4: 1 October for 1 January."""
    assert BookDays(months, (effective,)).notice_day(effective) == day


def test_who_begins_is_told_of_later_books_alone_and_of_none_where_none_are_announced() -> None:
    """X4: begun in 2025, the next announcement is on 1 October 2025, then on 1 October 2026, then none."""
    told = BOOKS.begun(D(2025, 3, 1))
    assert (told, BOOKS.next_notice(told)) == (D(2025, 1, 1), D(2025, 10, 1))
    assert BOOKS.next_notice(D(2026, 1, 1)) == D(2026, 10, 1)
    assert BOOKS.next_notice(D(2027, 1, 1)) is None
    assert BookDays(None, BOOKS.days).next_notice(told) is None


@pytest.mark.parametrize(
    ("agreement", "starts", "unbilled", "renewal", "lock"),
    [
        # a year from 1 March: the renewal after New Year, locked until New Year
        (YEARLY, D(2025, 3, 1), D(2026, 3, 1), (D(2026, 3, 1), D(2027, 3, 1)), (D(2025, 3, 1), D(2026, 1, 1))),
        # a year from 15 November: that of 2025 still has the old price, that of 2026 is locked after it
        (
            YEARLY,
            D(2024, 11, 15),
            D(2025, 11, 15),
            (D(2026, 11, 15), D(2027, 11, 15)),
            (D(2025, 11, 15), D(2026, 1, 1)),
        ),
        # a renewal on the very day
        (YEARLY, D(2025, 1, 1), D(2026, 1, 1), (D(2026, 1, 1), D(2027, 1, 1)), (D(2025, 1, 1), D(2026, 1, 1))),
        # billed beyond the day already: nothing to lock, the term before begins after it
        (YEARLY, D(2025, 3, 1), D(2027, 3, 1), (D(2027, 3, 1), D(2028, 3, 1)), None),
        # by the month
        (MONTHLY, D(2025, 3, 10), D(2025, 11, 1), (D(2026, 1, 1), D(2026, 2, 1)), (D(2025, 12, 1), D(2026, 1, 1))),
    ],
)
def test_the_first_unbilled_period_after_the_day_meets_the_new_prices(
    agreement: object, starts: date, unbilled: date, renewal: tuple[date, date], lock: tuple[date, date] | None
) -> None:
    """X4: and it can be renewed early while the term before it runs and the old prices hold."""
    found = first_renewal(agreement, starts, starts.day, unbilled, D(2026, 1, 1))  # type: ignore[arg-type]
    assert found == Period(*renewal)
    window = lock_window(agreement, starts, starts.day, found, D(2026, 1, 1))  # type: ignore[arg-type]
    assert window == (Period(*lock) if lock else None)


@pytest.mark.parametrize(
    ("policy", "situation", "refusal"),
    [
        (AtRenewal.CURRENT_BOOK, Situation(Status.ACTIVE), None),
        (AtRenewal.KEEP_BOOK, Situation(Status.ACTIVE), Refusal.NOTHING_TO_LOCK),
        (AtRenewal.KEEP_PRICE, Situation(Status.ACTIVE), Refusal.NOTHING_TO_LOCK),
        (AtRenewal.CURRENT_BOOK, Situation(Status.ACTIVE, overdue=True), Refusal.PAY_FIRST),
        (AtRenewal.CURRENT_BOOK, Situation(Status.SUSPENDED), Refusal.PAY_FIRST),
        (AtRenewal.CURRENT_BOOK, Situation(Status.PAUSED), Refusal.RESUME_FIRST),
        (AtRenewal.CURRENT_BOOK, Situation(Status.CANCELLED, cancelling=True), Refusal.KEEP_FIRST),
        (AtRenewal.CURRENT_BOOK, Situation(Status.TRIALING), Refusal.NOT_RUNNING),
        (AtRenewal.CURRENT_BOOK, Situation(Status.FREE), Refusal.NOT_RUNNING),
        (AtRenewal.CURRENT_BOOK, Situation(Status.ACTIVE, renewed=True), Refusal.RENEWED),
        (AtRenewal.CURRENT_BOOK, Situation(Status.ACTIVE, waits=True), Refusal.WITHDRAW_FIRST),
        (AtRenewal.CURRENT_BOOK, Situation(Status.ACTIVE, behind=True), Refusal.BEHIND),
    ],
)
def test_who_may_renew_early(policy: AtRenewal, situation: Situation, refusal: Refusal | None) -> None:
    """X4: whose plan takes the current book at renewal, with a running term and nothing overdue."""
    assert hindrance(policy, situation) is refusal
