"""The gateway's settlement report: its rows read, and each compared with what we know of the payment.

The gateway's dashboard lets everyone choose the columns of the export, so a column is known by its heading, in English or
Indonesian, whatever its place; other gateways' files are read by headings that staff name once.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from billing.rules.banking.figures import SEN, Unreadable, read_amount, read_day
from billing.rules.banking.tables import NotText, Row, best_table, decode
from billing.rules.banking.values import Fault

ROLES = ("order", "transaction", "kind", "method", "amount", "fee", "tax", "net", "paid_on", "settled_on")
NEEDED = ("order", "amount", "fee", "settled_on")
HEADINGS: Mapping[str, Sequence[str]] = {
    "order": ("orderid", "nomorpesanan", "idpesanan"),
    "transaction": ("transactionid", "idtransaksi", "midtranstransactionid"),
    "kind": ("transactiontype", "type", "jenistransaksi", "tipetransaksi", "jenis"),
    "method": ("paymenttype", "paymentmethod", "channel", "metodepembayaran"),
    "amount": ("amount", "grossamount", "transactionamount", "jumlah", "nominal", "jumlahtransaksi"),
    "fee": ("fee", "mdr", "mdrfee", "transactionfee", "paymentfee", "merchantfee", "biaya", "biayatransaksi"),
    "tax": ("vat", "ppn", "tax", "vatfee", "feetax", "vatonfee", "ppnbiaya", "pajak"),
    "net": ("net", "netamount", "settlementamount", "nettamount", "jumlahbersih", "jumlahditerima"),
    "paid_on": ("transactiontime", "transactiondate", "transactiondatetime", "waktutransaksi", "tanggaltransaksi"),
    "settled_on": ("settlementtime", "settlementdate", "payoutdate", "waktusettlement", "tanggalsettlement"),
}


class RowKind(StrEnum):
    """What a row says happened."""

    PAYMENT = "payment"
    REFUND = "refund"
    CHARGEBACK = "chargeback"


_KINDS = {
    "": RowKind.PAYMENT, "payment": RowKind.PAYMENT, "settlement": RowKind.PAYMENT, "capture": RowKind.PAYMENT,
    "pembayaran": RowKind.PAYMENT, "refund": RowKind.REFUND, "partialrefund": RowKind.REFUND,
    "pengembalian": RowKind.REFUND, "chargeback": RowKind.CHARGEBACK, "partialchargeback": RowKind.CHARGEBACK,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row; rupiah, `amount` positive whatever it is. `fee` is the MDR the gateway kept, `tax` the PPN on it."""

    row: int
    order_id: str
    transaction_id: str
    kind: RowKind
    method: str
    amount: int
    fee: int
    tax: int
    paid_on: date | None
    settled_on: date

    @property
    def kept(self) -> int:
        """All that the gateway kept: 4.000 and 440 of PPN is 4.440."""
        return self.fee + self.tax


@dataclass(frozen=True, slots=True)
class Report:
    """A file read: rows in its own order, and why others could not be."""

    rows: tuple[ReportRow, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_report(raw: bytes, chosen: Mapping[str, str] | None = None) -> Report:
    """Rows of a file. `chosen` names the heading of each role where the usual ones do not fit.

    Faults of row 0 are of the whole file: not_text, quotes, header (with the role that has no column), no_lines; others name
    the line and column: amount, date, kind, net (amount less fee and tax is something else), no_order, twice.
    """
    headings = {role: (plain(name),) for role, name in (chosen or {}).items() if name.strip()} or HEADINGS
    try:
        table = best_table(decode(raw), lambda row: _places(row, headings))
    except NotText:
        return Report(faults=(Fault(0, "not_text"),))
    except csv.Error:
        return Report(faults=(Fault(0, "quotes"),))
    if table is None:
        return Report(faults=(Fault(0, "header"),))
    rows, heading, places = table
    return _read(rows[heading + 1 :], rows[heading], places)


def plain(heading: str) -> str:
    """A heading by its letters and digits alone: "Order ID" is `orderid`."""
    return "".join(letter for letter in heading.lower() if letter.isalnum())


def _places(row: Row, headings: Mapping[str, Sequence[str]]) -> dict[str, int] | None:
    """Where each role stands, if this is the heading row: all that is needed is there."""
    cells = [plain(cell) for cell in row.cells]
    found = {}
    for role in ROLES:
        place = next((cells.index(name) for name in headings.get(role, ()) if name in cells), None)
        if place is not None:
            found[role] = place
    return found if all(role in found for role in NEEDED) else None


def _read(rows: Sequence[Row], heading: Row, places: Mapping[str, int]) -> Report:
    found, faults = [], []
    for row in rows:
        try:
            found.append(_row(row, places))
        except _Unusable as problem:
            place = places.get(problem.role)
            faults.append(Fault(row.number, problem.code, heading.cell(place), row.cell(place)[:60]))
    if not found and not faults:
        faults.append(Fault(0, "no_lines"))
    return Report(tuple(found), tuple(faults))


class _Unusable(ValueError):
    def __init__(self, code: str, role: str) -> None:
        super().__init__(code)
        self.code, self.role = code, role


def _row(row: Row, places: Mapping[str, int]) -> ReportRow:
    cells = {role: row.cell(places.get(role)) for role in ROLES}
    kind = _KINDS.get(plain(cells["kind"]))
    if kind is None:
        raise _Unusable("kind", "kind")
    if not cells["order"] and not cells["transaction"]:
        raise _Unusable("no_order", "order")
    amount, fee, tax = _sums(kind, cells)
    paid = _day(cells["paid_on"], "paid_on") if cells["paid_on"] else None
    order, transaction = cells["order"][:80], cells["transaction"][:60]
    settled = _day(cells["settled_on"], "settled_on")
    return ReportRow(row.number, order, transaction, kind, cells["method"][:40], amount, fee, tax, paid, settled)


def _sums(kind: RowKind, cells: Mapping[str, str]) -> tuple[int, int, int]:
    """Amount, fee and its PPN in whole rupiah. Fees have fractions: what was kept is rounded half up as one sum, so that it is
    not a rupiah more than the gateway took (5.250,50 and 577,50 are 5.828: 5.251 and 577), and the row adds up to the sen.
    """
    amount, fee, tax = (_sen(cells[role], role) for role in ("amount", "fee", "tax"))
    if not _whole(amount):
        raise _Unusable("amount", "amount")
    if kind is RowKind.PAYMENT and cells["net"] and _off(_sen(cells["net"], "net"), amount - fee - tax):
        raise _Unusable("net", "net")
    return _whole(amount), _whole(fee), _whole(fee + tax) - _whole(fee)


def _off(net: int, expected: int) -> bool:
    """Whether a net sum, in sen, is another; one that the report gives in whole rupiah may be rounded."""
    return net != expected and (net % SEN != 0 or abs(net - expected) >= SEN)


def _whole(sen: int) -> int:
    return (sen + SEN // 2) // SEN


def _sen(text: str, role: str) -> int:
    """Without the sign; an empty cell is 0."""
    try:
        return read_amount(text).sen if text else 0
    except Unreadable as problem:
        raise _Unusable("amount", role) from problem


def _day(text: str, role: str) -> date:
    try:
        return read_day(text)
    except Unreadable as problem:
        raise _Unusable("date", role) from problem


def fingerprints(rows: Iterable[ReportRow]) -> list[str]:
    """A name for each row that it has in every file; rows that are alike are counted, so that neither is lost."""
    seen: Counter[str] = Counter()
    found = []
    for row in rows:
        facts = (row.transaction_id or row.order_id, row.kind, row.settled_on.isoformat(), row.amount, row.fee, row.tax)
        name = "|".join(map(str, facts))
        seen[name] += 1
        found.append(hashlib.sha256(f"{name}|{seen[name]}".encode()).hexdigest())
    return found


class Differs(StrEnum):
    """How the gateway and we do not agree."""

    MISSING = "missing"  # the gateway has money that we never booked
    SURPLUS = "surplus"  # we booked money that no report has
    AMOUNT = "amount"
    FEE = "fee"
    BACK = "back"  # money that went back at the gateway and not with us
    STATE = "state"  # the gateway's status says something else


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of a row's attempt: whether money was `paid`, how much (`gross`), what the gateway should keep by its price
    list (`fee`, None where there is no price), what it was found to keep before (`kept`), and rupiah that went `back`.
    """

    paid: bool
    gross: int
    fee: int | None = None
    kept: int | None = None
    back: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference: `ours` beside `theirs`, in rupiah."""

    kind: Differs
    ours: int
    theirs: int


def compare(row: ReportRow, known: Known | None) -> list[Finding]:
    """What of a row does not agree; empty: all does.

    750.000 by BCA VA, fee 4.000 and PPN 440, with us 750.000 and 4.440: nothing. A fee of 5.000 and 550: fee 4.440 / 5.550.
    The gateway rounds PPN its own way: one rupiah is no difference. Where there is no price, what was told before is held
    against it: 3.000 and now 2.500.
    """
    if row.kind is not RowKind.PAYMENT:
        back = known.back if known is not None else 0
        return [Finding(Differs.BACK, back, row.amount)] if back < row.amount else []
    if known is None or not known.paid:
        return [Finding(Differs.MISSING, 0, row.amount)]
    found = [] if known.gross == row.amount else [Finding(Differs.AMOUNT, known.gross, row.amount)]
    expected = known.kept if known.fee is None else known.fee
    if expected is not None and abs(expected - row.kept) > 1:
        found.append(Finding(Differs.FEE, expected, row.kept))
    return found
