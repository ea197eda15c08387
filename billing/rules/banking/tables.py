"""A file as rows of cells: encoding and separator found out, the place in the file kept."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

SEPARATORS = (",", ";", "\t", "|")
Found = TypeVar("Found")


class NotText(ValueError):
    """The file is not a text file: a spreadsheet, a PDF, a picture."""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one record; `number` is the line of the file on which it begins, the first being 1."""

    number: int
    cells: tuple[str, ...]

    def cell(self, place: int | None) -> str:
        """A cell without the blanks around it; empty where the row ends before it."""
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""

    @property
    def filled(self) -> list[str]:
        """The cells that say something."""
        return [cell.strip() for cell in self.cells if cell.strip()]


def decode(raw: bytes) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM, else Windows' Western letters."""
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = raw.decode("utf-16", errors="replace")
        if "\x00" in text:
            raise NotText
        return text
    if b"\x00" in raw or raw[:2] == b"PK" or raw[:4] in {b"%PDF", b"\xd0\xcf\x11\xe0"}:
        raise NotText
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def read_table(text: str, separator: str) -> list[Row]:
    """Rows that have anything in them. A cell that never ends (a lost quotation mark) raises `csv.Error`."""
    lines = text.splitlines(keepends=True)
    skip = 1 if lines and lines[0].lower().startswith("sep=") else 0
    reader = csv.reader(lines[skip:], delimiter=separator, skipinitialspace=True)
    rows, begins = [], 1 + skip
    for cells in reader:
        row = Row(begins, tuple(cells))
        begins = reader.line_num + 1 + skip
        if row.filled:
            rows.append(row)
    return rows


def best_table(text: str, heading: Callable[[Row], Found | None]) -> tuple[list[Row], int, Found] | None:
    """The rows under the separator that shows a heading row, its place among them, and what `heading` made of it."""
    for separator in SEPARATORS:
        rows = read_table(text, separator)
        for place, row in enumerate(rows):
            found = heading(row)
            if found is not None:
                return rows, place, found
    return None


def widest_table(text: str) -> list[Row]:
    """The rows under the separator that gives most cells, for a person to name the columns of."""
    tables = [read_table(text, separator) for separator in SEPARATORS]
    return max(tables, key=lambda rows: sum(len(row.filled) - 1 for row in rows))
