"""Which documents an amount settles."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Open(Generic[Key]):
    """A document with something left to pay; `id` is whatever its keeper knows it by."""

    id: Key
    due_on: date
    number: str
    outstanding: int


@dataclass(frozen=True, slots=True)
class Settled(Generic[Key]):
    """How an amount is spread: (document, amount) pairs, and the surplus that becomes the customer's credit."""

    parts: tuple[tuple[Key, int], ...]
    surplus: int


def settle(amount: int, documents: Sequence[Open[Key]], first: Set[Key] = frozenset()) -> Settled[Key]:
    """Those in `first`, then the others; oldest due date first, then by number; what is left over is surplus.

    1.000.000 on invoices of 600.000 (due 15 March) and 600.000 (due 15 April) → 600.000 + 400.000, nothing over.
    """
    if amount < 0:
        raise ValueError("an amount to settle with is not negative")
    parts, left = [], amount
    for document in sorted(documents, key=lambda item: (item.id not in first, item.due_on, item.number)):
        part = min(left, document.outstanding)
        if part > 0:
            parts.append((document.id, part))
            left -= part
    return Settled(tuple(parts), left)
