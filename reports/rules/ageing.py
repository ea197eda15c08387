"""How old receivables are: 0, 1–30, 31–60, 61–90 and more than 90 days after the due day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

BUCKETS = ("current", "1-30", "31-60", "61-90", "90+")
_LAST_DAYS = (0, 30, 60, 90)


class Owed(NamedTuple):
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

    def add(self, owed: Owed, on: date) -> None:
        """One document more, by its age on that day."""
        self.amounts[bucket_of(owed.due_on, on)] += owed.amount
        self.documents += 1
        if self.oldest is None or owed.due_on < self.oldest:
            self.oldest = owed.due_on


@dataclass(frozen=True, slots=True)
class Ageing:
    """What is owed on a day, document by document. Groups are aged when they are asked for: a page shows fifty of 25.000."""

    on: date
    owed: Sequence[Owed]

    def groups(self) -> list[str]:
        """All of them, the largest overdue amount first."""
        totals, overdue = dict[str, int](), dict[str, int]()
        for group, due_on, amount in self.owed:
            totals[group] = totals.get(group, 0) + amount
            if due_on < self.on:
                overdue[group] = overdue.get(group, 0) + amount
        return sorted(totals, key=lambda group: (-overdue.get(group, 0), -totals[group], group))

    def rows(self, groups: Iterable[str]) -> list[Aged]:
        """These groups by age, in the same order."""
        wanted = set(groups)
        return aged((item for item in self.owed if item.group in wanted), self.on)

    def total(self) -> Aged:
        """All groups together."""
        whole = Aged("")
        for item in self.owed:
            whole.add(item, self.on)
        return whole


@lru_cache(maxsize=1_000)  # many documents are due on few days
def bucket_of(due_on: date, on: date) -> str:
    """Due 17 March: current on the 17th, 1-30 from the 18th, 31-60 on 17 April, 90+ from 16 June on."""
    late = (on - due_on).days
    return next((name for name, last in zip(BUCKETS, _LAST_DAYS, strict=False) if late <= last), BUCKETS[-1])


def aged(owed: Iterable[Owed], on: date) -> list[Aged]:
    """By group, the largest overdue amount first."""
    groups: dict[str, Aged] = {}
    for item in owed:
        row = groups.get(item.group) or groups.setdefault(item.group, Aged(item.group))
        row.add(item, on)
    return sorted(groups.values(), key=lambda row: (-row.overdue, -row.total, row.group))
