"""Counting an uploaded list: CSV or XLSX, a row for each student or unit, or a single total.

Spreadsheets are untrusted: their size when unpacked is checked before they are opened, XML is read through defusedxml
(which openpyxl uses by itself), only the first sheet and at most `MAX_ROWS` rows are looked at.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 100_000
MAX_COLUMNS = 60
MOST_ERRORS = 8

NUMBER, NAME, TOTAL = "nomor", "nama", "jumlah"
# How people head their columns. Spaces, dots and underscores make no difference.
COLUMNS = {
    **dict.fromkeys(("nomor", "no", "nis", "nisn", "nipd", "unit", "nomorunit", "nounit", "blok", "norumah"), NUMBER),
    **dict.fromkeys(("nama", "name", "namasiswa", "namalengkap", "penghuni", "namapenghuni", "pemilik"), NAME),
    **dict.fromkeys(("jumlah", "total", "quantity", "jumlahsiswa", "jumlahunit", "totalsiswa", "totalunit"), TOTAL),
}
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """What a file says: the total, and whether it was `listed` row by row or stated as one number."""

    total: Decimal
    listed: bool


class FileRefused(ValueError):
    """The file cannot be counted; `messages` say why, by row and column where they can."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


def read_count(name: str, content: bytes) -> Count:
    """Count a file by its content, whatever its name says; `FileRefused` otherwise.

    A list of 152 filled rows under "nis;nama" → 152. A single row "150" under "jumlah" → 150.
    """
    return _count(read_rows(name, content))


def read_rows(name: str, content: bytes) -> Iterator[Row]:
    """The rows of the first sheet or of a CSV, every cell as text; `FileRefused` where it is neither."""
    if content.startswith(b"PK\x03\x04"):
        return _xlsx_rows(content)
    if name.lower().endswith((".csv", ".txt")):
        return _csv_rows(content)
    raise FileRefused([_("Berkas ini bukan CSV atau XLSX. Simpan daftar Anda sebagai salah satunya.")])


def _csv_rows(content: bytes) -> Iterator[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused([_("Huruf di berkas ini tidak terbaca. Simpan sebagai “CSV UTF-8”.")]) from error
    if "\x00" in text:
        raise FileRefused([_("Berkas ini bukan CSV. Simpan ulang sebagai “CSV UTF-8” atau XLSX.")])
    head = text.split("\n", 1)[0]
    # Excel in Indonesian separates by semicolons, because the comma is its decimal sign.
    delimiter = max((",", ";", "\t"), key=head.count)
    try:
        yield from (tuple(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise FileRefused([_("Susunan berkas CSV ini rusak. Simpan ulang, lalu kirim lagi.")]) from error


def _xlsx_rows(content: bytes) -> Iterator[Row]:
    broken = _("Berkas XLSX ini rusak atau terkunci. Simpan ulang tanpa kata sandi, lalu kirim lagi.")
    try:
        _check_unpacked(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True):
            yield tuple(_text(cell) for cell in row)
    except (zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError) as error:
        raise FileRefused([broken]) from error
    except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
        # openpyxl meets a damaged workbook with any of these
        if isinstance(error, FileRefused):
            raise
        raise FileRefused([broken]) from error


def _check_unpacked(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise FileRefused([_("Isi berkas ini terlalu besar. Kirim hanya satu lembar dengan nomor dan nama.")])
        if "xl/workbook.xml" not in archive.namelist():
            raise FileRefused([_("Berkas ini bukan XLSX. Simpan daftar Anda sebagai CSV atau XLSX.")])


def _text(cell: Any) -> str:
    """A cell as typed: numbers of students come back from Excel as 150.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _count(rows: Iterable[Row]) -> Count:
    numbered = enumerate(islice(rows, MAX_ROWS + 2), start=1)
    filled = [(at, row) for at, row in numbered if any(row)]
    if not filled:
        raise FileRefused([_("Berkas ini kosong.")])
    if len(filled) > MAX_ROWS + 1:
        raise FileRefused([_("Lebih dari 100.000 baris. Hubungi kami untuk jumlah sebesar itu.")])
    columns, body = _columns(filled[0][1]), filled[1:]
    if not body:
        raise FileRefused([_("Di bawah judul kolom belum ada baris.")])
    if TOTAL in columns and NUMBER not in columns and NAME not in columns:
        return Count(_stated(columns[TOTAL], body), listed=False)
    return Count(_listed(columns, body), listed=True)


def _columns(head: Row) -> dict[str, tuple[int, str]]:
    """Known columns: their place, and the heading as the person wrote it."""
    found: dict[str, tuple[int, str]] = {}
    for place, heading in enumerate(head):
        known = COLUMNS.get("".join(letter for letter in heading.lower() if letter.isalnum()))
        if known is not None:
            found.setdefault(known, (place, heading))
    if not found:
        raise FileRefused([_("Baris 1: judul kolom tidak dikenal. Pakai “nomor” dan “nama”, atau “jumlah”.")])
    return found


def _stated(column: tuple[int, str], body: list[tuple[int, Row]]) -> Decimal:
    place, heading = column
    if len(body) > 1:
        raise FileRefused(
            [_("Baris %(row)d: kolom “%(column)s” hanya boleh berisi satu angka.") % at_cell(body[1][0], heading)]
        )
    at, row = body[0]
    said = row[place] if place < len(row) else ""
    try:
        number = Decimal(said)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0 or number != number.to_integral_value() or number > 10_000_000:
        raise FileRefused(
            [
                _("Baris %(row)d, kolom “%(column)s”: “%(said)s” bukan bilangan bulat.")
                % (at_cell(at, heading) | {"said": said[:40]})
            ]
        )
    return number


def _listed(columns: dict[str, tuple[int, str]], body: list[tuple[int, Row]]) -> Decimal:
    """Rows with something in them; a number that stands twice, or is missing, is an error: it would be billed."""
    place, heading = columns.get(NUMBER) or columns.get(NAME) or columns[TOTAL]
    problems: list[str] = []
    first_seen: dict[str, int] = {}
    for at, row in body:
        value = row[place] if place < len(row) else ""
        if not value:
            problems.append(_("Baris %(row)d, kolom “%(column)s”: kosong.") % at_cell(at, heading))
        elif NUMBER in columns and value in first_seen:
            facts = at_cell(at, heading) | {"said": value[:40], "first": first_seen[value]}
            problems.append(_("Baris %(row)d, kolom “%(column)s”: “%(said)s” sudah ada di baris %(first)d.") % facts)
        first_seen.setdefault(value, at)
    if problems:
        raise FileRefused(shortened(problems))
    return Decimal(len(body))


def at_cell(row: int, heading: str) -> dict[str, Any]:
    """Where something is wrong, for a message."""
    return {"row": row, "column": heading[:40]}


def shortened(problems: list[str]) -> list[str]:
    """The first few, and how many more there are."""
    rest = len(problems) - MOST_ERRORS
    return problems if rest <= 0 else [*problems[:MOST_ERRORS], _("Dan %(count)d lagi seperti ini.") % {"count": rest}]
