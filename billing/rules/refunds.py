"""Money back: what it is taken from, how much of a payment can still go back, and whether a second person must agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Spread(Generic[Key]):
    """Where a refund comes from, in whole rupiah: the customer's credit, documents that are open again by it,

    and what of the payment was credit once and has been used elsewhere.
    """

    credit: int
    documents: tuple[tuple[Key, int], ...]
    elsewhere: int


def spread_refund(amount: int, credit: int, settled: Sequence[tuple[Key, int]]) -> Spread[Key]:
    """Credit first, because nothing opens by it; then what the payment settled, in the order given; then the rest.

    300.000 back of 1.000.000, 250.000 of it still credit → 250.000 of credit, and 50.000 open on the invoice it paid.
    """
    if amount <= 0:
        raise ValueError("a refund is more than zero")
    from_credit = min(max(credit, 0), amount)
    left, parts = amount - from_credit, []
    for key, paid in settled:
        part = min(left, paid)
        if part > 0:
            parts.append((key, part))
            left -= part
    return Spread(from_credit, tuple(parts), left)


def refundable(paid: int, given_back: Sequence[int]) -> int:
    """What of a payment can still go back: 750.000 less 100.000 and 50.000 is 600.000. Never below zero."""
    return max(paid - sum(given_back), 0)


def needs_second_person(amount: int, limit: int) -> bool:
    """Whether another member of staff must approve: only above the limit, 1.000.000 itself is one person's."""
    return amount > limit
