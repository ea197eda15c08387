"""A statement of account (rekening koran): what was charged and what was settled in some days, with the balance after each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Movement:
    """One paper or payment. `charged` raises what the customer owes, `settled` lowers it; whole rupiah, one of them is 0.

    `kind`: invoice, late_fee, void, credit, write_off, payment, reversal, refund, allowance. `number` is the paper's
    number or, of a payment, how it came.
    """

    on: date
    kind: str
    number: str
    charged: int = 0
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A movement with what the customer owes after it (negative: credit)."""

    movement: Movement
    balance: int


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """The days from `first` to `last`, both included. `opening` and `closing` are negative where the customer has credit."""

    first: date
    last: date
    opening: int
    rows: tuple[Row, ...]
    closing: int

    @property
    def charged(self) -> int:
        """Charged in these days."""
        return sum(row.movement.charged for row in self.rows)

    @property
    def settled(self) -> int:
        """Settled in these days."""
        return sum(row.movement.settled for row in self.rows)


def statement(movements: Iterable[Movement], first: date, last: date) -> AccountStatement:
    """Put movements of all time in order and keep those of some days; what comes before them is the opening balance.

    750.000 charged on 1 March, 750.137 paid on the 10th: March opens with 0 and closes with −137.
    """
    rows, balance, opening = [], 0, 0
    for movement in sorted(movements, key=lambda item: item.on):
        if movement.on > last:
            continue
        balance += movement.charged - movement.settled
        if movement.on < first:
            opening = balance
        else:
            rows.append(Row(movement, balance))
    return AccountStatement(first, last, opening, tuple(rows), balance)
