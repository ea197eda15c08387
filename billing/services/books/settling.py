"""Allocating money and credit to documents; the one place that changes what is paid."""

from collections.abc import Sequence, Set
from datetime import date
from uuid import UUID

from billing.models import Allocation, CreditEntry, Document, DocumentStatus, Payment
from billing.rules.ledger import ROUNDED
from billing.rules.settlement import Open, settle
from billing.selectors.accounts import credit_balance
from billing.services.books.ledger import keep_allocation, keep_credit
from tenants.rows import keep


def apply_payment(
    payment: Payment, documents: Sequence[Document], on: date, *, first: Set[UUID] = frozenset(), credit: int = 0
) -> list[Document]:
    """Spread a payment over documents and return those now paid in full.

    Those in `first` (what the payer meant) before the others, each group oldest due date first. `credit` of it, and what is
    left over, becomes the customer's credit. One allocation a document; the parts and the credit sum to the payment.
    """
    by_id = {document.pk: document for document in documents}
    spread = settle(payment.amount - credit, [as_open(document) for document in documents], first)
    paid = [by_id[key] for key, amount in spread.parts if allocate(by_id[key], amount, on, payment)]
    if spread.surplus + credit:
        cause = f"kelebihan bayar {payment.reference}"
        keep_credit(CreditEntry(amount=spread.surplus + credit, on=on, cause=cause[:200], payment=payment))
    return paid


def apply_credit(document: Document, on: date) -> int:
    """Use the customer's credit on a document; returns how much of it, in rupiah."""
    used = min(credit_balance(), document.outstanding)
    if used > 0:
        keep_credit(CreditEntry(amount=-used, on=on, cause=f"dipakai: {document.number}"[:200], document=document))
        allocate(document, used, on, None)
    return max(used, 0)


def round_off(document: Document, on: date, amount: int) -> None:
    """Settle what rounding left open of a document: credit of the account `rounding`, used at once."""
    keep_credit(CreditEntry(amount=amount, on=on, cause=ROUNDED))
    keep_credit(CreditEntry(amount=-amount, on=on, cause=f"dipakai: {document.number}"[:200], document=document))
    allocate(document, amount, on, None)


def use_credit(documents: Sequence[Document], on: date) -> list[Document]:
    """Use the customer's credit on open documents in their order, and return those now paid in full.

    600.000 of credit from a voided March, with April's 600.000 open → April is paid, nothing is left.
    """
    for document in documents:
        apply_credit(document, on)
    return [document for document in documents if document.status == DocumentStatus.PAID]


def allocate(document: Document, amount: int, on: date, payment: Payment | None) -> bool:
    """Write one allocation and the document's new state; True if it is paid in full now."""
    keep_allocation(Allocation(document=document, payment=payment, amount=amount, on=on))
    document.paid += amount
    if document.outstanding == 0:
        document.status, document.paid_on, document.next_fee_on = DocumentStatus.PAID, on, None
    keep(document, "paid", "status", "paid_on", "next_fee_on")
    return document.status == DocumentStatus.PAID


def as_open(document: Document) -> Open[UUID]:
    """The document as the settlement rule takes it."""
    return Open(id=document.pk, due_on=document.due_on, number=document.number, outstanding=document.outstanding)


def reduce(document: Document, amount: int, on: date, *, cause: str, closing: bool = False) -> None:
    """Take an amount off a claim; what was paid beyond the rest becomes credit. The caller saves the document.

    800.000 paid of 1.000.000, 300.000 taken back → nothing is open, 100.000 is credit. With nothing paid, or when it is
    given up (`closing`), a claim without a rest is closed, else paid.
    """
    surplus = max(0, document.paid + document.credited + amount - document.total)
    if surplus:
        keep_allocation(Allocation(document=document, amount=-surplus, on=on))
        keep_credit(CreditEntry(amount=surplus, on=on, cause=cause[:200], document=document))
        document.paid -= surplus
    document.credited += amount
    if document.outstanding == 0:
        document.next_fee_on = None
        if closing or document.paid == 0:
            document.status, document.paid_on = DocumentStatus.CLOSED, None
        elif document.status != DocumentStatus.PAID:
            document.status, document.paid_on = DocumentStatus.PAID, on
