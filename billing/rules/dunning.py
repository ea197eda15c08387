"""Due dates, late fees, suspension, and what is said before and after (X6, X7, K3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from plans.rules.catalogue import PaymentTerms, Reminder, ReminderPlan
from plans.rules.money import round_half_up
from plans.rules.periods import add_months

ONE_DAY = timedelta(days=1)


def due_on(terms: PaymentTerms, issued_on: date, regular_on: date | None = None) -> date:
    """When an invoice is due.

    X7: issued 2025-03-01, 16 days → 2025-03-17. K3: issued on its regular day 2026-03-01 → the 15th of that month; issued
    on another day (mid-month start, late run, reactivation) → 14 days later.
    """
    if terms.due.day_of_month is not None and issued_on == regular_on and issued_on.day == 1:
        return issued_on.replace(day=terms.due.day_of_month)
    return issued_on + timedelta(days=terms.due.days)


def suspend_on(terms: PaymentTerms, issued_on: date, due: date) -> date | None:
    """The day access closes if the invoice is still unpaid.

    X7: 2025-03-01 + 30 → 2025-03-31. K3: 1 March + 45 → 15 April; net 30: due 31 March + 61 → 31 May.
    """
    if terms.suspend is None:
        return None
    if terms.suspend.days_after_issue is not None:
        return max(issued_on + timedelta(days=terms.suspend.days_after_issue), due + ONE_DAY)
    return due + timedelta(days=terms.suspend.days_after_due or 0)


def closes_on(terms: PaymentTerms, suspend: date | None, promised: date | None) -> date | None:
    """The day access closes where the customer promised to pay on a day: not before the day after it, if the terms wait.

    Suspension on 31 March, promised for 5 April: 6 April; promised for 20 March, or terms that do not wait: 31 March.
    """
    if suspend is None or promised is None or not terms.promise.suspension_waits:
        return suspend
    return max(suspend, promised + ONE_DAY)


def fee_day(due: date, nth: int) -> date:
    """The day of the nth late fee (0 the first): the day after the due date, then every further month (K3).

    Due 15 March → 16 March, 16 April, 16 May. Due 30 January → 31 January, 28 February, 31 March.
    """
    first = due + ONE_DAY
    return add_months(first, nth, first.day)


def next_fee_day(due: date, after: date | None) -> date:
    """The first fee day later than `after`, or the very first."""
    nth = 0
    while after is not None and fee_day(due, nth) <= after:
        nth += 1
    return fee_day(due, nth)


def late_fee(percent: Decimal, unpaid_principal: int) -> int:
    """K3: 10 % of the unpaid principal, never of a fee: 600.000 → 60.000."""
    return round_half_up(Fraction(unpaid_principal) * Fraction(percent) / 100)


@dataclass(frozen=True, slots=True)
class Announced:
    """A reminder in the plan: said on `on`, about a day, so many days before it (negative after it), on these channels.

    `ref` tells apart what it is about: the subscription's trial, a term, or a document's number.
    """

    on: date
    about: str
    ref: str
    target: date
    days: int
    channels: tuple[str, ...]

    def key(self, channel: str) -> str:
        """What makes this message happen once."""
        return f"reminder:{self.about}:{self.ref}:{self.target}:{self.days}:{channel}"


def before(about: str, ref: str, target: date, reminders: Iterable[Reminder]) -> Iterator[Announced]:
    """Reminders ahead of a day. X6: 7 days before 2025-03-01 is 2025-02-22."""
    for item in reminders:
        yield Announced(target - timedelta(days=item.days), about, ref, target, item.days, item.channels)


def after_due(plan: ReminderPlan, ref: str, due: date, until: date | None) -> Iterator[Announced]:
    """Reminders of an overdue invoice: first the day after the due date, last the day before suspension (X6).

    Due 2025-03-17, suspended 2025-03-31, daily: 2025-03-18 … 2025-03-30, thirteen of them.
    """
    if plan.overdue is None:
        return
    day, last = due + ONE_DAY, (until or due + timedelta(days=90)) - ONE_DAY
    while day <= last:
        yield Announced(day, "due", ref, due, (due - day).days, plan.overdue.channels)
        day += timedelta(days=plan.overdue.every_days)


def to_say(planned: Iterable[Announced], through: date | None, today: date) -> list[Announced]:
    """What to say today: everything planned since `through` (the last day worked off), but of each matter only the latest.

    A job that did not run for ten days must not send ten mails at once, nor "in 7 days" when 2 are left.
    """
    latest: dict[tuple[str, str], Announced] = {}
    for item in planned:
        if item.on <= today and (through is None or item.on > through):
            matter = (item.about, item.ref)
            if matter not in latest or latest[matter].on <= item.on:
                latest[matter] = item
    return sorted(latest.values(), key=lambda item: (item.on, item.about, item.ref))


def next_day(planned: Iterable[Announced], today: date) -> date | None:
    """The next day after today on which something is planned to be said."""
    return min((item.on for item in planned if item.on > today), default=None)
