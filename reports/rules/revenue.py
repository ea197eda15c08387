"""Movements of recurring revenue: what an event changed in what a customer brings in a year.

Everything is kept in rupiah a year, which is exact; a month's figure is a twelfth of the sum, rounded once at the end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class MoveKind(StrEnum):
    """Why recurring revenue changed. `moved` goes from one plan (or province) to another and is nothing in all."""

    NEW = "new"
    REACTIVATION = "reactivation"
    EXPANSION = "expansion"
    PRICE = "price"
    CONTRACTION = "contraction"
    CHURN = "churn"
    MOVED = "moved"


LESS = (MoveKind.CHURN, MoveKind.CONTRACTION, MoveKind.PRICE)  # what those of before may bring less by


@dataclass(frozen=True, slots=True)
class Place:
    """What a figure can be asked by, as it was then."""

    product: str
    plan: str = ""
    province: str = ""
    channel: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """Rupiah a year of all charges of a kind (main, side, addon), and the counts they are for: "200", "1+40"."""

    yearly: int
    counted: str


Charges = Mapping[str, Brought]


@dataclass(frozen=True, slots=True)
class Stand:
    """What a customer brings, where, and since when it ever did."""

    place: Place
    charges: Charges
    first_on: date | None = None

    @property
    def yearly(self) -> int:
        """Rupiah a year."""
        return sum(item.yearly for item in self.charges.values())

    def after(self, place: Place, charges: Charges, on: date) -> "Stand":
        """As it is after an event of a day. The cohort is that of the first rupiah, whatever came between."""
        stand = replace(self, place=place, charges=charges)
        return replace(stand, first_on=on) if self.first_on is None and stand.yearly else stand


@dataclass(frozen=True, slots=True)
class Move:
    """A change of `yearly` rupiah in charges of a kind, at a place."""

    kind: MoveKind
    charges: str
    yearly: int
    place: Place


def by_kind(recurring: Mapping[str, tuple[str, int, str]]) -> dict[str, Brought]:
    """An event's charges summed up by their kind: platform 6.000.000 for 1, seats 4.800.000 for 40 → "1+40"."""
    found: dict[str, Brought] = {}
    for code in sorted(recurring):
        kind, yearly, counted = recurring[code]
        known = found.get(kind)
        found[kind] = (
            Brought(known.yearly + yearly, f"{known.counted}+{counted}") if known else Brought(yearly, counted)
        )
    return found


def moves(before: Stand, place: Place, charges: Charges) -> tuple[Move, ...]:
    """What changed, so that all movements of a customer always sum to what it brings.

    Nothing → something is new, or a reactivation where it ever brought something; something → nothing is churn. Between:
    the same plan and the same count at another amount is a price (a new book, an offer that ends, another interval);
    otherwise more is expansion and less is contraction. 99 → 100 units at K1 is less, and says so.
    """
    after = sum(item.yearly for item in charges.values())
    if not before.yearly:
        kind = MoveKind.NEW if before.first_on is None else MoveKind.REACTIVATION
        return tuple(Move(kind, name, item.yearly, place) for name, item in charges.items() if item.yearly)
    if not after:
        return tuple(
            Move(MoveKind.CHURN, name, -item.yearly, before.place)
            for name, item in before.charges.items()
            if item.yearly
        )
    return (*_carried(before, place), *_changed(before, place, charges))


def _carried(before: Stand, place: Place) -> Iterator[Move]:
    """What it brought goes with it to another plan or province."""
    if place != before.place:
        for name, item in before.charges.items():
            yield Move(MoveKind.MOVED, name, -item.yearly, before.place)
            yield Move(MoveKind.MOVED, name, item.yearly, place)


def _changed(before: Stand, place: Place, charges: Charges) -> Iterator[Move]:
    none = Brought(0, "")
    for name in sorted({*before.charges, *charges}):
        old, new = before.charges.get(name, none), charges.get(name, none)
        if difference := new.yearly - old.yearly:
            same = old.counted == new.counted and place.plan == before.place.plan
            more = MoveKind.EXPANSION if difference > 0 else MoveKind.CONTRACTION
            yield Move(MoveKind.PRICE if same else more, name, difference, place)
