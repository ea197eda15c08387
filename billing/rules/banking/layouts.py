"""Which columns the statements of the banks have. A column is known by its heading, whatever its place.

Headings are compared by their letters and digits alone: "Tgl. Transaksi" is `tgltransaksi`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ROLES = ("date", "description", "amount", "mark", "debit", "credit", "balance", "reference")


@dataclass(frozen=True, slots=True)
class Layout:
    """Headings of each role, the preferred first. All columns headed as descriptions are read, of the others the first."""

    code: str
    title: str
    headings: Mapping[str, Sequence[str]]
    order: str = "dmy"
    decimal: str = ""


@dataclass(frozen=True, slots=True)
class ChosenColumns:
    """The columns staff chose for an account: the headings as they stood then, and the place of each role.

    `headings` finds the heading row again and proves that the bank has not moved its columns; empty for a file without.
    """

    headings: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    order: str = "dmy"
    decimal: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each role stands in this file; `names` heads a fault."""

    places: Mapping[str, tuple[int, ...]]
    names: tuple[str, ...]
    order: str = "dmy"
    decimal: str = ""

    def place(self, role: str) -> int | None:
        """The column of a role, if the file has one."""
        found = self.places.get(role, ())
        return found[0] if found else None

    def name(self, place: int) -> str:
        """The column as a person finds it: its heading, or its number."""
        heading = self.names[place].strip() if place < len(self.names) else ""
        return heading or str(place + 1)


_DAY = (
    "tanggaltransaksi",
    "tgltransaksi",
    "tgltran",
    "postdate",
    "postingdate",
    "transactiondate",
    "tanggal",
    "date",
    "tgl",
)
_TEXT = ("keterangan", "description", "uraian", "uraiantransaksi", "transactiondescription", "remarks", "remark")
_DEBIT = ("debet", "debit", "debitamount", "mutasidebet", "mutasidebit")
_CREDIT = ("kredit", "credit", "creditamount", "mutasikredit")
_MARK = ("dbcr", "dk", "drcr", "debitcredit", "debetkredit", "jenis", "tipe", "type")
_BALANCE = ("saldo", "balance", "saldoakhir", "closebalance", "closingbalance")

LAYOUTS: dict[str, Layout] = {
    layout.code: layout
    for layout in (
        # KlikBCA (Individual and Bisnis): amount and mark in one cell, or the mark in an unnamed column after it.
        Layout(
            "bca",
            "BCA",
            {
                "date": _DAY,
                "description": (*_TEXT, "keterangantambahan"),
                "amount": ("jumlah", "amount", "mutasi", "nominal"),
                "mark": _MARK,
                "debit": _DEBIT,
                "credit": _CREDIT,
                "balance": _BALANCE,
            },
        ),
        # Mandiri (MCM, Kopra): debit and credit columns, the description in two columns.
        Layout(
            "mandiri",
            "Mandiri",
            {
                "date": ("postdate", "date", *_DAY),
                "description": (*_TEXT, "additionaldesc", "additionaldescription", "rinciantransaksi"),
                "amount": ("amount", "nominal", "jumlah"),
                "mark": _MARK,
                "debit": _DEBIT,
                "credit": _CREDIT,
                "balance": _BALANCE,
                "reference": ("referenceno", "noreferensi", "noref"),
            },
        ),
        # BRI (CMS, Qlola, IBBIZ): TGL_TRAN, DESK_TRAN, MUTASI_DEBET, MUTASI_KREDIT, SALDO_AKHIR_MUTASI.
        Layout(
            "bri",
            "BRI",
            {
                "date": ("tgltran", *_DAY),
                "description": ("desktran", "trremk", *_TEXT),
                "amount": ("nominal", "jumlah", "amount"),
                "mark": ("glsign", *_MARK),
                "debit": _DEBIT,
                "credit": _CREDIT,
                "balance": ("saldoakhirmutasi", *_BALANCE),
                "reference": ("seq", "noreferensi"),
            },
        ),
        # BNI (BNIDirect): one amount with a column that says D or C, or debit and credit.
        Layout(
            "bni",
            "BNI",
            {
                "date": ("postdate", "postingdate", *_DAY),
                "description": _TEXT,
                "amount": ("amount", "nominal", "jumlah"),
                "mark": _MARK,
                "debit": _DEBIT,
                "credit": _CREDIT,
                "balance": _BALANCE,
                "reference": ("journalno", "journal", "nojurnal", "referenceno"),
            },
        ),
    )
}


def squeeze(heading: str) -> str:
    """Letters and digits alone, small: "Tgl. Transaksi" → `tgltransaksi`."""
    return "".join(letter for letter in heading.lower() if letter.isalnum())


def find_columns(layout: Layout, cells: Sequence[str]) -> Columns | None:
    """The columns of a row that is this layout's heading row; None if it is not (no day, text or amount)."""
    known = [squeeze(cell) for cell in cells]
    places: dict[str, tuple[int, ...]] = {}
    for role, headings in layout.headings.items():
        found = [known.index(heading) for heading in headings if heading in known]
        if found:
            places[role] = tuple(sorted(found)) if role == "description" else (found[0],)
    if "description" in places:
        places["description"] = tuple(
            place for place in range(len(known)) if known[place] in layout.headings["description"]
        )
    if "amount" in places and "mark" not in places:
        following = places["amount"][0] + 1
        if following < len(known) and not known[following]:
            places["mark"] = (following,)
    return Columns(places, tuple(cells), layout.order, layout.decimal) if _enough(places) else None


def find_mapped(mapping: ChosenColumns, cells: Sequence[str]) -> Columns | None:
    """The chosen columns, if this row has the headings they were chosen by."""
    wanted = [squeeze(heading) for heading in mapping.headings]
    if [squeeze(cell) for cell in cells][: len(wanted)] != wanted:
        return None
    return Columns(mapping.places, mapping.headings, mapping.order, mapping.decimal)


def _enough(places: Mapping[str, object]) -> bool:
    return "date" in places and "description" in places and ("amount" in places or "credit" in places)


def check_mapping(mapping: ChosenColumns) -> str:
    """What a mapping lacks: the name of a role, or nothing."""
    for role in ("date", "description"):
        if not mapping.places.get(role):
            return role
    return "" if mapping.places.get("amount") or mapping.places.get("credit") else "amount"


def guess_places(headings: Sequence[str]) -> dict[str, int]:
    """Which column is likely what, by the headings banks use: ("Tgl", "Uraian", "Kredit") → date 0, description 1, credit 2."""
    known = [squeeze(heading) for heading in headings]
    found: dict[str, int] = {}
    for layout in LAYOUTS.values():
        for role, names in layout.headings.items():
            place = next((known.index(name) for name in names if name in known), None)
            if place is not None:
                found.setdefault(role, place)
    return found
