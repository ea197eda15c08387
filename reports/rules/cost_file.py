"""A table of costs as staff send it: a line for each month, product, channel and kind; all of it, or every fault in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from billing.rules.banking.values import Fault
from reports.rules.costs import CostKinds, Entry, Key

COLUMNS = ("month", "product", "channel", "kind", "amount")
HEADINGS: Mapping[str, str] = {
    **dict.fromkeys(("month", "bulan"), "month"),
    **dict.fromkeys(("product", "produk"), "product"),
    **dict.fromkeys(("channel", "asal", "asalpelanggan", "saluran"), "channel"),
    **dict.fromkeys(("kind", "jenis", "jenisbiaya"), "kind"),
    **dict.fromkeys(("amount", "jumlah", "biaya", "rupiah"), "amount"),
}
ALL = frozenset({"", "-", "semua", "all"})
MOST_LINES, LARGEST = 2_000, 999_999_999_999
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-\d{1,2}(?:[ T]00:00:00)?)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{4})")
_AMOUNT = re.compile(r"(?:rp\.?\s*)?(\d{1,3}(?:\.\d{3})+|\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may name: products and channels as they are written (in small letters) → code, kinds, the last month."""

    products: Mapping[str, str]
    channels: Mapping[str, str]
    kinds: CostKinds
    latest: date

    def kind(self, said: str) -> str | None:
        """The code of a kind, by its code or its name in either language."""
        words = ((kind.code, (kind.code, kind.name.id.lower(), kind.name.en.lower())) for kind in self.kinds.kinds)
        return next((code for code, names in words if said in names), None)


@dataclass(slots=True)
class Reading:
    """What a file says. With any fault nothing of it is taken."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_costs(rows: Iterable[Sequence[str]], known: Known) -> Reading:
    """The entries of a file whose first filled row has the headings, in any order.

    "2026-10, klustera, , pemasaran, 1.500.000" → October's marketing of Klustera for all channels, 1.500.000.
    """
    filled = [(at, row) for at, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if len(filled) < 2:
        return Reading(faults=[Fault(0, "no_lines")])
    places = {HEADINGS.get(_plain(cell), ""): place for place, cell in enumerate(filled[0][1])}
    if missing := [name for name in COLUMNS if name not in places]:
        return Reading(faults=[Fault(filled[0][0], "header", name) for name in missing])
    if len(filled) > MOST_LINES + 1:
        return Reading(faults=[Fault(filled[MOST_LINES + 1][0], "too_many")])
    found = Reading()
    for at, row in filled[1:]:
        _take(found, at, {name: _cell(row, places[name]) for name in COLUMNS}, known)
    return _once(found, [at for at, _ in filled[1:]])


def _plain(heading: str) -> str:
    return "".join(letter for letter in heading.lower() if letter.isalpha())


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _take(found: Reading, at: int, said: Mapping[str, str], known: Known) -> None:
    """An entry, or a fault for each cell that cannot be read."""
    month, amount = month_of(said["month"]), amount_of(said["amount"])
    product = _named(said["product"], known.products)
    channel = _named(said["channel"], known.channels)
    kind = known.kind(said["kind"].lower())
    read = {"month": month, "product": product, "channel": channel, "kind": kind, "amount": amount}
    faults = [Fault(at, name, name, said[name]) for name, value in read.items() if value is None]
    if month is not None and month > known.latest:
        faults.append(Fault(at, "later", "month", said["month"]))
    if month is not None and kind is not None and known.kinds.role_in(kind, month) is None:
        faults.append(Fault(at, "not_then", "kind", said["kind"]))
    found.faults += faults
    # the last check is for the types: without a fault nothing of it is missing
    if not faults and month and product is not None and channel is not None and kind and amount is not None:
        found.entries.append(Entry(Key(month, product, channel, kind), amount))


def _named(said: str, known: Mapping[str, str]) -> str | None:
    return "" if said.lower() in ALL else known.get(said.lower())


def _once(found: Reading, lines: Sequence[int]) -> Reading:
    """The same thing twice in a file is a fault of the later line; told only where every line could be read."""
    first: dict[Key, int] = {}
    if not found.faults:
        for at, entry in zip(lines, found.entries, strict=True):
            if entry.key in first:
                found.faults.append(Fault(at, "twice", "", str(first[entry.key])))
            first.setdefault(entry.key, at)
    return found


def month_of(said: str) -> date | None:
    """ "2026-10", "10/2026" and a day of October as a spreadsheet gives it are its first day; None of anything else."""
    if match := _ISO.fullmatch(said):
        year, month = int(match[1]), int(match[2])
    elif match := _SLASHED.fullmatch(said):
        year, month = int(match[2]), int(match[1])
    else:
        return None
    return date(year, month, 1) if 2000 <= year <= 2100 and 1 <= month <= 12 else None


def amount_of(said: str) -> int | None:
    """ "1.500.000", "Rp 1.500.000" and "1500000" in whole rupiah; None of "-1", "1,5" and "1.5"."""
    match = _AMOUNT.fullmatch(said)
    amount = int(match[1].replace(".", "")) if match else None
    return amount if amount is not None and amount <= LARGEST else None
