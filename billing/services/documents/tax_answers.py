"""What the tax office answers to the tax invoices it was given: numbers and states, as a list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from billing.rules.banking.figures import Unreadable, read_day
from tenants.models import TaxInvoice, TaxInvoiceState

DIGITS = 17
STATES = {
    "approved": TaxInvoiceState.APPROVED,
    "disetujui": TaxInvoiceState.APPROVED,
    "rejected": TaxInvoiceState.REJECTED,
    "ditolak": TaxInvoiceState.REJECTED,
    "cancelled": TaxInvoiceState.CANCELLED,
    "canceled": TaxInvoiceState.CANCELLED,
    "batal": TaxInvoiceState.CANCELLED,
}
Row = Mapping[str, str]


@dataclass(slots=True)
class Answered:
    """What came of an import: how many were taken over, and what was not, by row."""

    taken: int = 0
    faults: list[str] = field(default_factory=list)


def take_answers(rows: Sequence[Row]) -> Answered:
    """Numbers and states as the tax office sent them back, by our invoice number: all rows or, with any fault, none.

    Columns: `number`, `state`, and where approved `tax_number` (17 digits) and `date`; `note` is kept as it is. The first row
    stands on line 2 of the file; empty ones are passed over.
    """
    given = [(at, row) for at, row in enumerate(rows, start=2) if any(row.values())]
    with transaction.atomic():
        reading = _Reading(given)
        changes = list(reading.changes())
        if reading.faults or not given:
            return Answered(faults=reading.faults or [_("Berkas ini tidak berisi satu faktur pajak pun.")])
        for change in changes:
            change.save(update_fields=["state", "tax_number", "tax_on", "told"])
    return Answered(len(changes))


class _Reading:
    """The rows of a file beside the tax invoices they name, which stay locked until all of it is taken over."""

    def __init__(self, rows: Sequence[tuple[int, Row]]) -> None:
        self._rows, self.faults = rows, list[str]()
        self._lines: dict[str, int] = {}
        named = TaxInvoice.objects.select_for_update().filter(number__in=[_cell(row, "number") for _at, row in rows])
        self._found = {invoice.number: invoice for invoice in named.order_by("pk")}
        taken = TaxInvoice.objects.filter(tax_number__in=[tax_number(row) for _at, row in rows]).exclude(tax_number="")
        self._owners = dict(taken.values_list("tax_number", "number"))

    def changes(self) -> Iterator[TaxInvoice]:
        """What each row makes of its tax invoice, unsaved; what is wrong goes to `faults`, with its line."""
        for at, row in self._rows:
            try:
                yield self._read(at, row)
            except ValueError as error:
                self.faults.append(_("Baris %(row)d: %(reason)s") % {"row": at, "reason": error})

    def _read(self, at: int, row: Row) -> TaxInvoice:
        number = _cell(row, "number")
        if number not in self._found:
            raise ValueError(_("tagihan “%(number)s” tidak ada") % {"number": number[:60]})
        if (first := self._lines.setdefault(number, at)) != at:
            raise ValueError(_("tagihan %(number)s sudah ada di baris %(first)d") % {"number": number, "first": first})
        state = STATES.get(_cell(row, "state").lower())
        if state is None:
            raise ValueError(_("status “%(state)s” tidak dikenal") % {"state": _cell(row, "state")[:40]})
        found = self._found[number]
        if state == TaxInvoiceState.APPROVED:
            found.tax_number, found.tax_on = self._number(row, number), _day(row)
        found.state, found.told = state, row.get("note", "")[:200]
        return found

    def _number(self, row: Row, invoice: str) -> str:
        number = tax_number(row)
        if not (number.isascii() and number.isdigit() and len(number) == DIGITS):
            raise ValueError(_("nomor faktur pajak terdiri dari 17 angka"))
        if (owner := self._owners.setdefault(number, invoice)) != invoice:
            facts = {"number": number, "owner": owner}
            raise ValueError(_("nomor faktur pajak %(number)s sudah dipakai tagihan %(owner)s") % facts)
        return number


def tax_number(row: Row) -> str:
    """Of "0400.2600-0000.00017" the digits."""
    return _cell(row, "tax_number").replace(".", "").replace("-", "")


def _day(row: Row) -> date:
    try:
        return read_day(_cell(row, "date"))
    except Unreadable as error:
        raise ValueError(_("tulis tanggal faktur pajak seperti 2026-11-20 atau 20/11/2026")) from error


def _cell(row: Row, column: str) -> str:
    return row.get(column, "").strip()
