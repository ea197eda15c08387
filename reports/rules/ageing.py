"""How old receivables are: 0, 1–30, 31–60, 61–90 and more than 90 days after the due day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

BUCKETS = ("current", "1-30", "31-60", "61-90", "90+")
_LAST_DAYS = (0, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed on one document on a day, in rupiah; `group` is what the report is by."""

    group: str
    due_on: date
    amount: int


@dataclass(slots=True)
class Aged:
    """What a group owes, by age; `oldest` is its first due day."""

    group: str
    amounts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    documents: int = 0
    oldest: date | None = None

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.amounts.values())

    @property
    def overdue(self) -> int:
        """What should have been paid."""
        return self.total - self.amounts["current"]


def bucket_of(due_on: date, on: date) -> str:
    """Due 17 March: current on the 17th, 1-30 from the 18th, 31-60 on 17 April, 90+ from 16 June on."""
    late = (on - due_on).days
    return next((name for name, last in zip(BUCKETS, _LAST_DAYS, strict=False) if late <= last), BUCKETS[-1])


def aged(owed: Iterable[Owed], on: date) -> list[Aged]:
    """By group, the largest overdue amount first."""
    groups: dict[str, Aged] = {}
    for item in owed:
        row = groups.setdefault(item.group, Aged(item.group))
        row.amounts[bucket_of(item.due_on, on)] += item.amount
        row.documents += 1
        row.oldest = min(row.oldest or item.due_on, item.due_on)
    return sorted(groups.values(), key=lambda row: (-row.overdue, -row.total, row.group))


def sum_of(rows: Iterable[Aged]) -> Aged:
    """All groups together."""
    total = Aged("")
    for row in rows:
        total.documents += row.documents
        for name, amount in row.amounts.items():
            total.amounts[name] += amount
        total.oldest = min((day for day in (total.oldest, row.oldest) if day), default=None)
    return total
