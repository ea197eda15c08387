"""Rows as CSV or XLSX, written as they come. What a customer typed can start no formula."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | Decimal | date
MEASURED, WIDEST = 200, 60  # rows that say how wide a column is; characters
THOUSANDS = "#,##0"  # Excel writes it with the separators of its own language
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would take for a formula gets an apostrophe: "=1+1" → "'=1+1"."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


class _Line:
    """What csv writes to: it gives back what it is given."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]], separator: str = ",") -> Iterator[str]:
    """Lines of a CSV with a byte order mark, so that Excel reads its letters right. Excel set to Indonesian splits at ";"."""
    writer = csv.writer(_Line(), delimiter=separator)
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


def xlsx_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """A workbook of one sheet in a temporary file, written row by row: its head stays in sight, days are days, whole numbers
    show their thousands, and columns are as wide as what the first rows hold.
    """
    waiting = iter(rows)
    first = list(islice(waiting, MEASURED))
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for at, width in enumerate(_widths([columns, *first]), start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.append([_headed(sheet, column) for column in columns])
    pens = [_Pen(sheet) for _column in columns]
    for row in chain(first, waiting):
        sheet.append([pen.write(cell) for pen, cell in zip(pens, row, strict=True)])
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    book.save(file)
    file.seek(0)
    return file


def _widths(rows: Iterable[Sequence[Cell]]) -> list[int]:
    """Of each column in characters: the widest of some rows and a little air, within bounds."""
    return [min(max(len(_shown(cell)) for cell in column) + 2, WIDEST) for column in zip(*rows, strict=True)]


def _shown(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _headed(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


class _Pen:
    """Writes a column: its whole numbers with their thousands, and what looks like a formula as the text it is. A cell of each
    kind serves all rows, for each row is written before the next is made."""

    def __init__(self, sheet: Any) -> None:
        self._number, self._text = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
        self._number.number_format = THOUSANDS
        self._text.quotePrefix = True

    def write(self, cell: Cell) -> Any:
        """What the sheet is given for a value."""
        if isinstance(cell, int):
            self._number.value = cell
            return self._number
        if isinstance(cell, str) and cell.startswith(_FORMULA):
            self._text.value = cell
            self._text.data_type = "s"
            return self._text
        return cell
