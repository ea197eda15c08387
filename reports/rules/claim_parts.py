"""What of a claim is without tax, by what it bills: what recurs, and what stands beside it (B1, C2, C15, K3, N3).

Above zero what is claimed, below zero what is taken back of it, in whole rupiah.
"""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum


class PartKind(StrEnum):
    """What a part of a claim is for; `loss` is what was earned, with its tax, of a debt that was given up."""

    RECURRING = "recurring"
    SETUP = "once"
    PURCHASE = "item"
    ONE_OFF = "one_off"
    USAGE = "usage"
    LATE_FEE = "late_fee"
    LOSS = "loss"


# Kinds of lines under another name. A plan that changes, a rise and an add-on are parts of what recurs.
_SAME = {
    "period": PartKind.RECURRING,
    "rise": PartKind.RECURRING,
    "change": PartKind.RECURRING,
    "addon": PartKind.RECURRING,
    "correct": PartKind.USAGE,
}


def part_of(kind: str) -> PartKind:
    """What a line of this kind is a part of. ValueError for a kind nobody has told of."""
    return _SAME.get(kind) or PartKind(kind)


def parts_of(net: Iterable[tuple[str, int]]) -> dict[PartKind, int]:
    """By part: (("once", 5000000), ("period", 400000), ("rise", 99000)) → 5.000.000 once and 499.000 that recur."""
    found = Counter[PartKind]()
    for kind, amount in net:
        found[part_of(kind)] += amount
    return {part: amount for part, amount in found.items() if amount}
