"""A customer's months side by side: what was billed and paid, what stood open, how many it had (N15)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billing.rules.account_statement import Movement
from plans.rules.periods import add_months

# A paper taken back, in part or whole, was not to be paid; money that went back was not paid in the end.
_BILLED, _UNBILLED = frozenset({"invoice", "late_fee"}), frozenset({"void", "credit", "write_off"})
_PAID, _GONE_BACK = "payment", frozenset({"reversal", "refund"})


@dataclass(frozen=True, slots=True)
class Count:
    """A reported count, or a reading of a meter; `previous` is what stood there before."""

    on: date
    quantity: Decimal
    previous: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """A month until its `last` day or today. `balance` is owed at its end (negative: credit), `count` was reported by then.

    `billed` is less what was taken back of bills, `paid` less what was given back; both in the month in which it happened.
    """

    first: date
    last: date
    billed: int
    paid: int
    balance: int
    count: Decimal
    used: Decimal


def months(
    firsts: Sequence[date],
    today: date,
    movements: Sequence[Movement],
    counts: Sequence[Count],
    readings: Sequence[Count],
    count: Decimal,
) -> list[Month]:
    """Each of the months that begin on `firsts`; `count` is that of today, `counts` are in the order in which they came.

    150 students, 750.000 billed on 1 March, 500.000 paid on the 10th, 200 reported on 5 April: March 750.000, 500.000, 250.000
    open, 150; April 0, 0, 250.000, 200.
    """
    return [_month(first, today, movements, counts, readings, count) for first in firsts]


def _month(
    first: date,
    today: date,
    movements: Sequence[Movement],
    counts: Sequence[Count],
    readings: Sequence[Count],
    count: Decimal,
) -> Month:
    last = min(add_months(first, 1) - timedelta(days=1), today)
    within = [item for item in movements if first <= item.on <= last]
    until = [item for item in movements if item.on <= last]
    return Month(
        first,
        last,
        billed=sum(_billed(item) for item in within),
        paid=sum(_paid(item) for item in within),
        balance=sum(item.charged - item.settled for item in until),
        count=_count_on(last, counts, count),
        used=sum((item.quantity - item.previous for item in readings if first <= item.on <= last), Decimal(0)),
    )


def _billed(movement: Movement) -> int:
    if movement.kind in _UNBILLED:
        return -movement.settled
    return movement.charged if movement.kind in _BILLED else 0


def _paid(movement: Movement) -> int:
    if movement.kind in _GONE_BACK:
        return -movement.charged
    return movement.settled if movement.kind == _PAID else 0


def _count_on(day: date, counts: Iterable[Count], now: Decimal) -> Decimal:
    """The last that was reported by a day; before the first report what that one found."""
    known = list(counts)
    told = [item.quantity for item in known if item.on <= day]
    if told:
        return told[-1]
    return known[0].previous if known else now
