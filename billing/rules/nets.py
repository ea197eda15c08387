"""What a paper claims or takes back without tax, by what its lines bill: what an event says of it for the reports.

By kind of line, whole rupiah: {"period": 600000, "once": 5000000}. Of a debt that is given up `loss` is the rest.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

from billing.rules.deferral import BY_DAYS
from plans.rules.money import allocate

Net = dict[str, int]
LOSS = "loss"


class Billed(Protocol):
    """A line as far as this is concerned: its kind and its net amount in rupiah."""

    @property
    def kind(self) -> str:
        """`period`, `once`, …"""

    @property
    def amount(self) -> int:
        """Without tax."""


def net_of(lines: Iterable[Billed]) -> Net:
    """Of an invoice or a late fee. A month of 499.000 and 5.000.000 once → {"period": 499000, "once": 5000000}."""
    found = Counter[str]()
    for line in lines:
        found[line.kind] += line.amount
    return {kind: amount for kind, amount in sorted(found.items()) if amount}


def net_taken(kinds: Mapping[int, str], taken: Iterable[tuple[int, int]]) -> Net:
    """Of a credit note, by the kinds of the invoice's lines at each position: [(2, 99000)] of {2: "once"} → {"once": 99000}."""
    found = Counter[str]()
    for position, amount in taken:
        found[kinds[position]] += amount
    return {kind: amount for kind, amount in sorted(found.items()) if amount}


def net_given_up(claimed: Net, unearned: int, loss: int) -> Net:
    """Of a debt that is given up: `unearned` leaves the lines that pay for days, in proportion; the rest, tax with it, is lost.

    2.000.000 of a year of 2.920.000, all of it still to be earned → {"period": 2000000}.
    """
    by_days = {kind: claimed[kind] for kind in sorted(BY_DAYS & claimed.keys())}
    parts = allocate(unearned, list(by_days.values()))
    found = dict(zip(by_days, parts, strict=True)) | {LOSS: loss}
    return {kind: amount for kind, amount in found.items() if amount}
