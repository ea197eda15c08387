"""What a document shows, as values: every text made up, for page and PDF alike."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from billing.documents.explain import Row
from billing.documents.words import Words
from plans.rules.money import format_rupiah


@dataclass(frozen=True, slots=True)
class Party:
    """Issuer or customer: the name, then lines of address and contact, already in the order of print."""

    name: str
    lines: tuple[str, ...]
    npwp: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as `components/invoice_lines.html` takes it: `amount` in whole rupiah, the rest as text."""

    description: str
    quantity: str
    unit_price: str
    price_note: str  # "termasuk PPN" where the amount beside it is without
    amount: int
    explanation: tuple[Row, ...]
    reasons: str
    rule: str

    @property
    def amount_text(self) -> str:
        """ "Rp 750.000"."""
        return format_rupiah(self.amount)


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row under the lines; `total` marks the one that counts."""

    label: str
    amount: int
    total: bool = False

    @property
    def amount_text(self) -> str:
        """ "Rp 750.000", "-Rp 50.000" for what is taken off."""
        return format_rupiah(self.amount)


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where a transfer goes."""

    bank: str
    number: str
    holder: str
    holder_text: str  # "a.n. PT XClass Edukasi Nusantara"


@dataclass(frozen=True, slots=True)
class Stamp:
    """LUNAS or BATAL: the word, its day and, for a void document, what that means and why. `kind`: paid, void."""

    kind: str
    word: str
    on: str
    meaning: str = ""
    reason: str = ""

    @property
    def text(self) -> str:
        """ "Lunas, 5 Maret 2025"."""
        return ", ".join(filter(None, (self.word, self.on)))

    @property
    def detail(self) -> str:
        """What it means and why, as one paragraph."""
        return " ".join(filter(None, (self.meaning, self.reason)))


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """A document in one language, ready for print. Amounts are whole rupiah, days are spelled out ("1 Maret 2025").

    `headline` is the amount where the eye lands (what is left to pay; of a paid or void one the total) and `in_words`
    the same in words. A credit note names its invoice (`reference`) and is due on no day. `pay_url`, `qr` and
    `banks` are empty where there is nothing to pay.
    """

    template: ClassVar[str] = "documents/invoice.html"
    language: str
    words: Words
    kind: str
    title: str
    number: str
    slug: str
    issuer: Party
    brand: str
    customer: Party
    product: str
    issued_on: str
    issued_date: date
    due_on: str
    period: str
    reference: str
    lines: tuple[LineView, ...]
    totals: tuple[TotalRow, ...]
    subtotal: int
    tax: int
    total: int
    paid: int
    credit: int
    outstanding: int
    headline: TotalRow
    in_words: str
    due_by: str
    transfer_note: str
    banks: tuple[BankAccount, ...]
    pay_url: str
    qr: str
    stamp: Stamp | None
    note: str
    place_and_day: str
    signatory: str
    duty: str = ""
