"""A bank's file read into lines, or into faults with line and column. Nothing is guessed that could be money."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from billing.rules.banking.figures import Figure, Span, Unreadable, read_amount, read_day, read_side
from billing.rules.banking.layouts import ChosenColumns, Columns, Layout, find_columns, find_mapped, squeeze
from billing.rules.banking.tables import NotText, Row, best_table, decode, read_table

PENDING = frozenset({"pend", "pending"})
OPENING = frozenset({"saldoawal", "startingbalance", "openingbalance", "beginningbalance"})
CLOSING = frozenset({"saldoakhir", "endingbalance", "closingbalance", "closebalance"})
TOTAL_IN = frozenset({"mutasikredit", "totalkredit", "totalmutasikredit", "kredit", "credit", "totalcredit", "cr"})
TOTAL_OUT = frozenset(
    {"mutasidebet", "mutasidebit", "totaldebet", "totaldebit", "totalmutasidebet", "debet", "debit", "db"}
)
LABELS = {
    **dict.fromkeys(OPENING, "opening"),
    **dict.fromkeys(CLOSING, "closing"),
    **dict.fromkeys(TOTAL_IN, "incoming"),
    **dict.fromkeys(TOTAL_OUT, "outgoing"),
}
_ACCOUNT = re.compile(
    r"(?:no\.?\s*rek\w*|nomor rekening|account\s*(?:no|number)\.?)\W*([\d][\d\- ]{5,20}\d)", re.IGNORECASE
)
_SPAN = re.compile(
    r"(\d{1,2}[/\-]\d{1,2}[/\-]\d{2,4})\s*(?:-|–|s/d|sd|to|sampai)\s*(\d{1,2}[/\-]\d{1,2}[/\-]\d{2,4})", re.IGNORECASE
)


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


def read_statement(raw: bytes, layout: Layout | ChosenColumns) -> Statement:
    """Read a statement of a known layout, or by the columns staff chose.

    `'01/03/2025,TRSF E-BANKING CR AYU,'0000,750137.00,CR,1750137.00` (BCA) → 1 March 2025, 75.013.700 sen in.
    """
    try:
        table = _table(decode(raw), layout)
    except NotText:
        return Statement(faults=(Fault(0, "not_text"),))
    except csv.Error:
        return Statement(faults=(Fault(0, "quotes"),))
    if table is None:
        return Statement(faults=(Fault(0, "header"),))
    before, rows, columns = table
    reading = _Reading(columns, _span(before), Totals())
    _labels(before, reading.totals)
    for row in rows:
        reading.take(row)
    faults = list(reading.faults)
    if not reading.lines and not faults:
        faults.append(Fault(0, "no_lines"))
    return Statement(tuple(reading.lines), tuple(faults), _account(before), reading.totals, reading.pending)


def _table(text: str, layout: Layout | ChosenColumns) -> tuple[list[Row], list[Row], Columns] | None:
    if isinstance(layout, ChosenColumns) and not layout.headings:
        return _headless(text, layout)

    def heading(row: Row) -> Columns | None:
        find = find_mapped if isinstance(layout, ChosenColumns) else find_columns
        return find(layout, row.cells)  # type: ignore[arg-type]  # each finder has its own kind

    found = best_table(text, heading)
    return None if found is None else (found[0][: found[1]], found[0][found[1] + 1 :], found[2])


def _headless(text: str, chosen: ChosenColumns) -> tuple[list[Row], list[Row], Columns] | None:
    """Without headings: everything is a line, under the separator that has enough columns."""
    columns = Columns(chosen.places, (), chosen.order, chosen.decimal)
    needed = 1 + max(place for places in chosen.places.values() for place in places)
    for separator in (",", ";", "\t", "|"):
        rows = read_table(text, separator)
        if rows and all(len(row.cells) >= needed for row in rows):
            return [], rows, columns
    return None


def _span(rows: Sequence[Row]) -> Span | None:
    """The period named above the table."""
    for row in rows:
        found = _SPAN.search(" ".join(row.filled))
        if found is not None:
            try:
                return Span(read_day(found[1]), read_day(found[2]))
            except Unreadable:
                return None
    return None


def _account(rows: Sequence[Row]) -> str:
    for row in rows:
        found = _ACCOUNT.search(" ".join(cell.strip("'=") for cell in row.filled))
        if found is not None:
            return "".join(letter for letter in found[1] if letter.isdigit())
    return ""


def _labels(rows: Sequence[Row], totals: Totals) -> None:
    for row in rows:
        _label(row, totals)


def _label(row: Row, totals: Totals) -> bool:
    """Take a row such as "Saldo Akhir : 1.750.137,00"; False if it is none."""
    first, *others = row.filled
    word, _, rest = first.partition(":")
    role = LABELS.get(squeeze(word.partition("=")[0]))
    if role is None:
        return False
    said = [cell.strip(" :='") for cell in (rest, *others)]
    said = [cell for cell in said if cell]
    # Nobody quotes these: "Saldo Akhir : 1,750,137.00" comes in three cells, and a count of bookings may follow.
    for length in range(len(said), 0, -1):
        with suppress(Unreadable):
            figure = read_amount(",".join(said[:length]))
            negative = figure.side == "out" and role in {"opening", "closing"}
            setattr(totals, role, -figure.sen if negative else figure.sen)
            return True
    return False


@dataclass(slots=True)
class _Reading:
    """A table being read, row by row."""

    columns: Columns
    span: Span | None
    totals: Totals
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    pending: int = 0
    _continues: bool = False

    def take(self, row: Row) -> None:
        """A booking, the rest of one, a total, or a remark."""
        day = row.cell(self.columns.place("date")).strip("'")
        if day.lower() in PENDING:
            self.pending += 1
            return
        if [squeeze(cell) for cell in row.cells] == [squeeze(cell) for cell in self.columns.names]:
            return  # the headings again, at the top of a page
        if self._is_rest(row, day):
            last = self.lines[-1]
            self.lines[-1] = Line(
                last.row,
                last.on,
                last.sen,
                last.incoming,
                f"{last.description} {self._text(row)}".strip(),
                last.reference,
                last.balance,
            )
            return
        if _label(row, self.totals) or (len(row.filled) == 1 and self.columns.names):
            return
        self._book(row, day)

    def _is_rest(self, row: Row, day: str) -> bool:
        """Text alone, below a booking: banks break long descriptions over several rows."""
        others = ("amount", "debit", "credit", "balance")
        said = any(row.cell(self.columns.place(role)) for role in others)
        known = squeeze(row.filled[0].partition(":")[0]) in LABELS
        return bool(self._continues and not day and not said and self._text(row) and not known)

    def _book(self, row: Row, day: str) -> None:
        self._continues = False
        faults = list(self._extra_cells(row))
        try:
            on = read_day(day, self.columns.order, self.span)
        except Unreadable as error:
            faults.append(self._fault(row, error.code, "date"))
            on = date.min
        figure = self._amount(row, faults)
        balance = self._balance(row, faults)
        if figure is None and not faults and squeeze(self._text(row)) in OPENING:
            self.totals.opening = balance
            return
        if figure is None and not faults:
            faults.append(self._fault(row, "no_amount", "credit" if "credit" in self.columns.places else "amount"))
        if faults or figure is None:
            self.faults += faults
            return
        reference = row.cell(self.columns.place("reference"))[:60]
        self.lines.append(Line(row.number, on, figure.sen, figure.side == "in", self._text(row), reference, balance))
        self._continues = True

    def _extra_cells(self, row: Row) -> Iterator[Fault]:
        """More cells than headings: an amount with a comma that nobody quoted, most likely."""
        extra = [cell for cell in row.cells[len(self.columns.names) :] if cell.strip()] if self.columns.names else []
        if extra:
            yield Fault(row.number, "columns", str(len(self.columns.names) + 1), extra[0].strip()[:60])

    def _amount(self, row: Row, faults: list[Fault]) -> Figure | None:
        """Money in or out; None where the row has none or says it wrongly (then there is a fault)."""
        sides = {"credit": "in", "debit": "out"}
        found: dict[str, Figure] = {}
        for role in ("amount", *sides):
            cell = row.cell(self.columns.place(role))
            try:
                figure = read_amount(cell, self.columns.decimal) if cell not in {"", "-"} else Figure(0)
                if figure.sen:
                    found[role] = Figure(figure.sen, sides.get(role, figure.side))
            except Unreadable as error:
                faults.append(self._fault(row, error.code, role))
        if len(found) > 1:
            faults.append(self._fault(row, "two_amounts", "credit"))
        if faults or len(found) != 1:
            return None
        [(role, figure)] = found.items()
        return self._marked(row, figure, faults) if role == "amount" else figure

    def _marked(self, row: Row, figure: Figure, faults: list[Fault]) -> Figure | None:
        """The side of an amount: its own mark or sign, else the mark's column; a bare amount needs one or a column."""
        try:
            mark = read_side(row.cell(self.columns.place("mark")))
        except Unreadable as error:
            faults.append(self._fault(row, error.code, "mark"))
            return None
        if mark and figure.side and mark != figure.side:
            faults.append(self._fault(row, "mark", "mark"))
            return None
        side = mark or figure.side or ("" if "mark" in self.columns.places else "in")
        if not side:
            faults.append(self._fault(row, "mark", "mark"))
            return None
        return Figure(figure.sen, side)

    def _balance(self, row: Row, faults: list[Fault]) -> int | None:
        cell = row.cell(self.columns.place("balance"))
        if cell in {"", "-"}:
            return None
        try:
            figure = read_amount(cell, self.columns.decimal)
        except Unreadable:
            faults.append(self._fault(row, "balance", "balance"))
            return None
        return -figure.sen if figure.side == "out" else figure.sen

    def _text(self, row: Row) -> str:
        cells = [row.cell(place) for place in self.columns.places.get("description", ())]
        return " ".join(" ".join(cell for cell in cells if cell).split())[:500]

    def _fault(self, row: Row, code: str, role: str) -> Fault:
        place = self.columns.place(role)
        column = self.columns.name(place) if place is not None else ""
        return Fault(row.number, code, column, row.cell(place)[:60])
