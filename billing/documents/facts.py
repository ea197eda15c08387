"""What printing needs to know of a document; the tables of `billing.models` have it all, as has a test's own object."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol


class PaperFacts(Protocol):
    """What is read of whatever was issued, a receipt as well; the table `billing.models.Document` has it all."""

    @property
    def number(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def status(self) -> str: ...  # open, paid, void, closed
    @property
    def issued_on(self) -> date: ...
    @property
    def total(self) -> int: ...
    @property
    def paid_on(self) -> date | None: ...
    @property
    def voided_on(self) -> date | None: ...
    @property
    def void_reason(self) -> str: ...
    @property
    def issuer(self) -> Mapping[str, Any]: ...
    @property
    def customer(self) -> Mapping[str, Any]: ...


class DocumentFacts(PaperFacts, Protocol):
    """What is read of an invoice, a late fee or a credit note, beside that."""

    @property
    def kind(self) -> str: ...  # invoice, late_fee, credit
    @property
    def due_on(self) -> date: ...
    @property
    def period_from(self) -> date | None: ...
    @property
    def period_to(self) -> date | None: ...
    @property
    def subtotal(self) -> int: ...
    @property
    def tax(self) -> int: ...
    @property
    def paid(self) -> int: ...
    @property
    def credited(self) -> int: ...
    @property
    def note(self) -> str: ...
    @property
    def taxation(self) -> Mapping[str, Any] | None: ...


class LineFacts(Protocol):
    """What is read of a line."""

    @property
    def description(self) -> str: ...
    @property
    def description_en(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit_price(self) -> Decimal: ...
    @property
    def amount(self) -> int: ...
    @property
    def explanation(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Settlement:
    """What has been settled, in rupiah: by money (`paid`), by the customer's credit, and by credit notes (`credited`)."""

    paid: int = 0
    credit: int = 0
    credited: int = 0
