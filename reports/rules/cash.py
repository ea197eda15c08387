"""Money as facts: what was claimed and taken back, what came in and went back.

Amounts are whole rupiah: above zero what is claimed or comes in, below zero what is taken back or goes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median_low
from typing import Any

WITHHELD = "withholding"  # the channel of slips of tax: nothing came in, the state owes it
HABIT_OF, HABIT_FROM = 12, 3


class CashKind(StrEnum):
    """What became of a claim, or of money."""

    INVOICED = "invoiced"
    VOIDED = "voided"
    CREDITED = "credited"
    WRITTEN_OFF = "written_off"
    COLLECTED = "collected"
    REVERSED = "reversed"
    REFUNDED = "refunded"


CLAIMED = (CashKind.INVOICED, CashKind.VOIDED, CashKind.CREDITED, CashKind.WRITTEN_OFF)
RECEIVED = (CashKind.COLLECTED, CashKind.REVERSED)
TAKEN_BACK = (CashKind.VOIDED, CashKind.CREDITED, CashKind.WRITTEN_OFF)
# An event's name: what it is, where it says which row of the tenant's it is about, and the sign of its amount.
TOLD_BY: Mapping[str, tuple[CashKind, str, int]] = {
    "invoice.issued": (CashKind.INVOICED, "document", 1),
    "late_fee.charged": (CashKind.INVOICED, "document", 1),
    "invoice.voided": (CashKind.VOIDED, "document", -1),
    "late_fee.waived": (CashKind.VOIDED, "document", -1),
    "credit_note.issued": (CashKind.CREDITED, "document", -1),
    "invoice.written_off": (CashKind.WRITTEN_OFF, "document", -1),
    "payment.received": (CashKind.COLLECTED, "payment", 1),
    "payment.reversed": (CashKind.REVERSED, "payment", -1),
    "payment.refunded": (CashKind.REFUNDED, "refund", -1),
}
BY_TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class CashFact:
    """A fact, named by its kind and the row it is about. `fee` was paid on top for the method (K8); `number` is the claim's.

    `net` is what of a claim is without tax, by kind of line, with the amount's sign: (("once", 5000000), ("period", 499000)).
    """

    kind: CashKind
    source: str
    on: date
    amount: int
    fee: int = 0
    channel: str = ""
    method: str = ""
    number: str = ""
    net: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """The same for the same fact, whether an event told it or the tenant's own tables."""
        return f"{self.kind}:{self.source}"


def paid_by(data: Mapping[str, Any]) -> str:
    """The fact of the payment that an event about money refers to."""
    return f"{CashKind.COLLECTED}:{data.get('payment', '')}"


def claimed_by(data: Mapping[str, Any]) -> str:
    """The fact of the claim that is void."""
    return f"{CashKind.INVOICED}:{data.get('document', '')}"


def fact_of(name: str, on: date, data: Mapping[str, Any], known: Mapping[str, CashFact]) -> CashFact | None:
    """What an event says of money; None where it says nothing, or is older than the words needed.

    A booking taken back takes the method's fee along, a refund does not (the gateway keeps it): 754.000 paid by virtual account
    with a fee of 4.000 is collected 750.000, fee 4.000; reversed it is −750.000, −4.000; refunded −750.000, 0. `known` are
    the payments and claims it may refer to: void is all that was claimed.
    """
    if name not in TOLD_BY:
        return None
    kind, where, sign = TOLD_BY[name]
    if not data.get(where) or "amount" not in data:
        return None
    about = CashFact(kind, str(data[where]), on, sign * int(data["amount"]))
    if kind in CLAIMED:
        return _claim(about, data, known.get(claimed_by(data)))
    return _money(about, data, known.get(paid_by(data)))


def _claim(about: CashFact, data: Mapping[str, Any], claim: CashFact | None) -> CashFact:
    if about.kind is CashKind.VOIDED:
        net = tuple((kind, -amount) for kind, amount in claim.net) if claim else ()
    else:
        sign = 1 if about.kind is CashKind.INVOICED else -1
        net = tuple((str(kind), sign * int(amount)) for kind, amount in data.get("net", {}).items())
    return CashFact(about.kind, about.source, about.on, about.amount, number=str(data.get("invoice", "")), net=net)


def _money(about: CashFact, data: Mapping[str, Any], payment: CashFact | None) -> CashFact:
    channel, method, fee = str(data.get("channel", "")), str(data.get("method", "")), int(data.get("fee", 0))
    if about.kind is not CashKind.COLLECTED and payment is not None:
        method = "" if data.get("way") == BY_TRANSFER else payment.method
        fee = -payment.fee if about.kind is CashKind.REVERSED else 0
    return CashFact(about.kind, about.source, about.on, about.amount, fee, channel, method)


def settled_on(days: Iterable[tuple[date, int]]) -> date | None:
    """The day at whose end nothing was owed any more and has not been since; None while something is.

    `days`: what was added to and taken off a document on each day. 750.000 issued on the 1st, paid on the 5th, 200.000 refunded
    on the 9th and paid again on the 12th → the 12th. A credit note on the 20th of what was paid gives it back and leaves it.
    """
    owed, found = 0, None
    for on, amount in sorted(days):
        owed += amount
        found = None if owed else found or on
    return found


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer pays: days from issue to payment, and after the due day (below zero: before it)."""

    days: int
    late: int


def habit(paid: Sequence[Habit]) -> Habit | None:
    """The lower median of the last twelve paid, newest first; of fewer than three there is no habit.

    Late by 0, 9 and 4 days → 4.
    """
    last = paid[:HABIT_OF]
    if len(last) < HABIT_FROM:
        return None
    return Habit(median_low(item.days for item in last), median_low(item.late for item in last))


def middle(counts: Mapping[int, int]) -> int:
    """The lower median of values that occur so often: twice 0, once 4, once 9 → 0; once 0, 4 and 9 → 4."""
    half, seen = (sum(counts.values()) + 1) // 2, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= half:
            return value
    raise ValueError("nothing has no middle")


@dataclass(frozen=True, slots=True)
class Paid:
    """Bills that were paid: how many, and the lower medians of days from issue and after due."""

    count: int
    habit: Habit


def paid_of(found: Iterable[tuple[int, int, int]]) -> Paid | None:
    """Of so many bills (last) that took so many days from issue and after due; None of none."""
    days, late = Counter[int](), Counter[int]()
    for after_issue, after_due, count in found:
        days[after_issue] += count
        late[after_due] += count
    return Paid(days.total(), Habit(middle(days), middle(late))) if days else None


@dataclass(slots=True)
class Sums:
    """Some days' money, rupiah; `taken_back` and `refunded` are below zero, `collected` is less what was booked wrongly."""

    invoiced: int = 0
    taken_back: int = 0
    collected: int = 0
    refunded: int = 0
    withheld: int = 0
    fees: int = 0
    payments: int = 0

    @property
    def claimed(self) -> int:
        """What stands of what was invoiced."""
        return self.invoiced + self.taken_back

    @property
    def net(self) -> int:
        """What came in and stayed."""
        return self.collected + self.refunded

    def add(self, part: "Part") -> None:
        """One more part."""
        if part.kind is CashKind.INVOICED:
            self.invoiced += part.amount
        elif part.kind in TAKEN_BACK:
            self.taken_back += part.amount
        elif part.channel == WITHHELD:
            self.withheld += part.amount
        elif part.kind is CashKind.REFUNDED:
            self.refunded += part.amount
        else:
            self.collected += part.amount
            self.payments += part.count if part.kind is CashKind.COLLECTED else -part.count
        self.fees += part.fee


@dataclass(frozen=True, slots=True)
class Part:
    """All facts of a kind in a month, of a product and a way to pay."""

    month: date
    kind: CashKind
    product: str
    channel: str
    method: str
    amount: int
    fee: int
    count: int


def summed(parts: Iterable[Part], by: str) -> dict[Any, Sums]:
    """By a field of the parts: month, product, channel; `way` is channel and method, which some payments repeat."""
    found: dict[Any, Sums] = {}
    for part in parts:
        method = "" if part.method == part.channel else part.method
        key = (part.channel, method) if by == "way" else getattr(part, by)
        found.setdefault(key, Sums()).add(part)
    return found
