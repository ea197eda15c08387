"""Revenue of prepaid terms: spread over the days it pays for, earned month by month.

A schedule maps months to what is earned in them: {"2026-03": 62000, …}. Parts always add up to the whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from plans.rules.money import allocate
from plans.rules.periods import Period

Schedule = Mapping[str, int]
ONE_DAY = timedelta(days=1)
# Lines that pay for days. Set-up fees, single charges, usage in arrears and late fees are earned when they are billed.
BY_DAYS = frozenset({"period", "rise", "change", "addon", "item"})


@dataclass(frozen=True, slots=True)
class Served:
    """A line of an invoice as far as this is concerned: its kind, its net amount in rupiah and the days it pays for."""

    kind: str
    amount: int
    period: Period


def schedule(lines: Iterable[Served], issued_on: date) -> dict[str, int]:
    """What of an invoice is earned in which month, from the month of its issue on; lines earned at once are not in it.

    365.000 for 2026-03-10 – 2027-03-10: 22.000 in March 2026, 30.000 in April …, 9.000 in March 2027. A month that was over
    when the invoice was issued is earned in the month of issue; a period that was over altogether is earned at once.
    """
    months: dict[str, int] = {}
    for line in lines:
        if line.kind in BY_DAYS and line.amount > 0 and line.period.end > issued_on + ONE_DAY:
            for served_in, amount in _by_month(line.amount, line.period):
                month = max(served_in, month_of(issued_on))
                months[month] = months.get(month, 0) + amount
    return {month: amount for month, amount in sorted(months.items()) if amount}


def _by_month(amount: int, period: Period) -> list[tuple[str, int]]:
    days: dict[str, int] = {}
    first = period.start
    while first < period.end:
        after = min(_after_month(first), period.end)
        days[month_of(first)] = (after - first).days
        first = after
    return list(zip(days, allocate(amount, list(days.values())), strict=True))


def earned(months: Schedule, before: date) -> list[tuple[date, int]]:
    """(last day of the month, amount) of the months that ended before a day."""
    return [(last_day_of(month), amount) for month, amount in sorted(months.items()) if month < month_of(before)]


def left(months: Schedule, before: date) -> dict[str, int]:
    """What is still deferred once `earned` is posted."""
    return {month: amount for month, amount in months.items() if month >= month_of(before)}


def reduced(months: Schedule, amount: int) -> dict[str, int]:
    """What is still deferred after a credit note took `amount` of it back: less in each month, in proportion."""
    parts = allocate(sum(months.values()) - amount, list(months.values()))
    return {month: part for month, part in zip(months, parts, strict=True) if part}


def given_up(months: Schedule, outstanding: int, net: int, tax: int) -> int:
    """What of an amount that nobody will pay has not been earned: what was paid has paid for what is earned first.

    `net` and `tax` are the whole invoice's: tax stays owed to the state and is never taken from what is deferred. 1.110.000
    with 110.000 of tax, nothing paid, nothing earned → 1.000.000; 610.000 of it open → 549.550.
    """
    return min(sum(months.values()), allocate(outstanding, [net, tax])[0])


def next_day(months: Schedule) -> date | None:
    """The day after the first month that is still to be earned; None where nothing is."""
    return last_day_of(min(months)) + ONE_DAY if months else None


def month_of(day: date) -> str:
    """`2026-03`."""
    return f"{day:%Y-%m}"


def last_day_of(month: str) -> date:
    """`2026-02` → 2026-02-28."""
    return _after_month(date.fromisoformat(f"{month}-01")) - ONE_DAY


def _after_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
