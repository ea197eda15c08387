"""The rows of a statement's table, one after the other: bookings, the rest of long ones, totals, remarks."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from billing.rules.banking.figures import Figure, Span, Unreadable, read_amount, read_day, read_side
from billing.rules.banking.layouts import Columns, squeeze
from billing.rules.banking.tables import Row
from billing.rules.banking.totals import LABELS, OPENING, take_total
from billing.rules.banking.values import Fault, Line, Totals

PENDING = frozenset({"pend", "pending"})
LONGEST_TEXT = 500


@dataclass(slots=True)
class Bookings:
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
            self.lines[-1] = replace(last, description=f"{last.description} {self._text(row)}".strip()[:LONGEST_TEXT])
            return
        if take_total(row, self.totals) or (len(row.filled) == 1 and self.columns.names):
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
        return " ".join(" ".join(cell for cell in cells if cell).split())[:LONGEST_TEXT]

    def _fault(self, row: Row, code: str, role: str) -> Fault:
        place = self.columns.place(role)
        column = self.columns.name(place) if place is not None else ""
        return Fault(row.number, code, column, row.cell(place)[:60])
