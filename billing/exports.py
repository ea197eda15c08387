"""A tenant's data as files anybody can open: a ZIP with one CSV a table, and everything once more as JSON."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

Table = Sequence[Mapping[str, Any]]
IN_MEMORY = 5 * 1024 * 1024


def write_archive(tables: Mapping[str, Table], read_me: str, files: Iterable[tuple[str, bytes]] = ()) -> IO[bytes]:
    """Write the ZIP to a temporary file (in memory while small) and rewind it; it is gone when closed.

    `files` are (name, content), taken one by one.
    """
    # The caller streams it: a context manager here would close it first.
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(target, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", read_me)
        for name, rows in tables.items():
            archive.writestr(f"{name}.csv", csv_text(rows))
        for name, content in files:
            archive.writestr(name, content)
        archive.writestr("data.json", json.dumps(tables, default=plain_value, ensure_ascii=False, indent=1))
    target.seek(0)
    return target


def csv_text(rows: Table) -> str:
    """Comma-separated with a byte order mark, so that Excel reads it as UTF-8. Without rows it is empty."""
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return "\ufeff" + out.getvalue()


def cell(value: Any) -> str:
    """A value as text. What a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, default=plain_value, ensure_ascii=False)
    text = "" if value is None else str(plain_value(value))
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and isinstance(value, str) else text


def plain_value(value: Any) -> Any:
    """Dates as ISO text, decimals as plain digits, ids as text."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize() if value else Decimal(0), "f")
    if isinstance(value, UUID):
        return str(value)
    return value
