"""Reading turnover from a file: CSV or XLSX, a row for each report (C15)."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import islice

from django.utils.translation import gettext as _

from billing.forms.count_file import FileRefused, Row, at_cell, read_rows, shortened

MOST_ROWS = 1000
DAY, AMOUNT, KEY, CORRECTS = "tanggal", "jumlah", "id", "koreksi"
# How people head their columns. Spaces, dots and underscores make no difference.
COLUMNS = {
    **dict.fromkeys(("tanggal", "tgl", "hari", "date", "on"), DAY),
    **dict.fromkeys(("jumlah", "omzet", "nilai", "total", "quantity", "turnover"), AMOUNT),
    **dict.fromkeys(("id", "nomor", "no", "referensi", "externalid"), KEY),
    **dict.fromkeys(("koreksi", "koreksiuntuk", "corrects"), CORRECTS),
}
_DAYS = (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"))


@dataclass(frozen=True, slots=True)
class UsageRow:
    """A report as a file says it: `corrects` is the id of an earlier one, or empty."""

    on: date
    quantity: Decimal
    key: str
    corrects: str = ""


def read_usage(name: str, content: bytes) -> list[UsageRow]:
    """The reports of a file; a row without an id has one made of the file's content, so that the same file counts once.

    "tanggal;omzet;id" / "11/05/2026;1.250.000;TRX-1" → 1.250.000 on 11 May 2026. `FileRefused` names row and column.
    """
    numbered = enumerate(islice(read_rows(name, content), MOST_ROWS + 2), start=1)
    filled = [(at, row) for at, row in numbered if any(row)]
    if len(filled) < 2:
        raise FileRefused([_("Berkas ini kosong.")])
    if len(filled) > MOST_ROWS + 1:
        raise FileRefused([_("Lebih dari 1.000 baris. Bagi menjadi beberapa berkas.")])
    columns, made = _columns(filled[0][1]), f"file:{sha256(content).hexdigest()[:24]}"
    problems: list[str] = []
    rows = [_row(columns, at, row, f"{made}:{at}", problems) for at, row in filled[1:]]
    problems += _twice(columns, filled[1:])
    if problems:
        raise FileRefused(shortened(problems))
    return [row for row in rows if row is not None]


def _columns(head: Row) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for place, heading in enumerate(head):
        known = COLUMNS.get("".join(letter for letter in heading.lower() if letter.isalnum()))
        if known is not None:
            found.setdefault(known, (place, heading))
    if DAY not in found or AMOUNT not in found:
        raise FileRefused([_("Baris 1: judul kolom “tanggal” dan “jumlah” diperlukan.")])
    return found


def _row(columns: dict[str, tuple[int, str]], at: int, row: Row, made_key: str, problems: list[str]) -> UsageRow | None:
    said = {name: row[place] if place < len(row) else "" for name, (place, _heading) in columns.items()}
    on, quantity = _day(said[DAY]), _amount(said[AMOUNT])
    for name, value in ((DAY, on), (AMOUNT, quantity)):
        if value is None:
            facts = at_cell(at, columns[name][1]) | {"said": said[name][:40]}
            wrong = (
                _("Baris %(row)d, kolom “%(column)s”: “%(said)s” bukan tanggal seperti 17/03/2026.")
                if name == DAY
                else _("Baris %(row)d, kolom “%(column)s”: “%(said)s” bukan bilangan bulat.")
            )
            problems.append(wrong % facts)
    if on is None or quantity is None:
        return None
    return UsageRow(on, quantity, said.get(KEY, "")[:120] or made_key, said.get(CORRECTS, "")[:120])


def _day(said: str) -> date | None:
    """2026-03-17 (also with a time behind it, as Excel has it), 17/03/2026, 17.3.2026."""
    iso, local = (pattern.match(said) for pattern in _DAYS)
    found = iso.groups() if iso else tuple(reversed(local.groups())) if local else None
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found))
    except ValueError:
        return None


def _amount(said: str) -> Decimal | None:
    """1250000, 1.250.000, Rp 1.250.000."""
    plain = said.removeprefix("Rp").strip()
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    return Decimal(plain) if re.fullmatch(r"\d{1,15}", plain) else None


def _twice(columns: dict[str, tuple[int, str]], body: list[tuple[int, Row]]) -> list[str]:
    """An id that stands twice: the second would be taken for the first sent again."""
    if KEY not in columns:
        return []
    (place, heading), seen, problems = columns[KEY], dict[str, int](), list[str]()
    for at, row in body:
        value = row[place] if place < len(row) else ""
        if value and value in seen:
            facts = at_cell(at, heading) | {"said": value[:40], "first": seen[value]}
            problems.append(_("Baris %(row)d, kolom “%(column)s”: “%(said)s” sudah ada di baris %(first)d.") % facts)
        seen.setdefault(value, at)
    return problems
