"""A statement as the rules hand it on: lines, faults, totals. Amounts in sen."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Line:
    """One booking of the bank. `sen` is positive; `balance` (sen, may be negative) is what the bank says stands after it."""

    row: int
    on: date
    sen: int
    incoming: bool
    description: str
    reference: str = ""
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be taken as it is: its line in the file (0: the whole file), the column, and what stood there.

    Codes: not_text, header, quotes, no_lines, account, columns, date, year, amount, no_amount, two_amounts, mark, balance,
    incoming, outgoing, closing.
    """

    row: int
    code: str
    column: str = ""
    found: str = ""


@dataclass(slots=True)
class Totals:
    """What the file itself says, in sen."""

    opening: int | None = None
    closing: int | None = None
    incoming: int | None = None
    outgoing: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A file read: lines in its own order, faults, the account it names, and how many bookings are still pending."""

    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    account: str = ""
    totals: Totals = field(default_factory=Totals)
    pending: int = 0
