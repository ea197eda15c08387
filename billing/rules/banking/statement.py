"""A bank's file read into lines, or into faults with line and column. Nothing is guessed that could be money."""

import csv
import re
from collections.abc import Sequence

from billing.rules.banking.bookings import Bookings
from billing.rules.banking.figures import Span, Unreadable, read_day
from billing.rules.banking.layouts import ChosenColumns, Columns, Layout, find_columns, find_mapped
from billing.rules.banking.tables import SEPARATORS, NotText, Row, best_table, decode, read_table
from billing.rules.banking.totals import take_total
from billing.rules.banking.values import Fault, Statement, Totals

_ACCOUNT = re.compile(
    r"(?:no\.?\s*rek\w*|nomor rekening|account\s*(?:no|number)\.?)\W*([\d][\d\- ]{5,20}\d)", re.IGNORECASE
)
_SPAN = re.compile(
    r"(\d{1,2}[/\-]\d{1,2}[/\-]\d{2,4})\s*(?:-|–|s/d|sd|to|sampai)\s*(\d{1,2}[/\-]\d{1,2}[/\-]\d{2,4})", re.IGNORECASE
)


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
    reading = Bookings(columns, _span(before), Totals())
    for row in before:
        take_total(row, reading.totals)
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
    for separator in SEPARATORS:
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
