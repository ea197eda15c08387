"""The tenant's statement of account, from its papers and payments."""

from collections.abc import Iterator
from datetime import date

from billing.models import CreditEntry, Document, DocumentKind, DocumentStatus, Payment
from billing.rules.account_statement import AccountStatement, Movement, statement


def statement_of_account(first: date, last: date) -> AccountStatement:
    """What was charged and settled from `first` to `last`, both included, with opening and closing balance; three queries.

    Its closing balance of today is what is outstanding less the customer's credit. A payment stands on the day it came.
    """
    return statement(movements(), first, last)


def movements() -> list[Movement]:
    """All that was ever charged and settled; three queries."""
    return [*_papers(), *_payments(), *_allowances()]


def _papers() -> Iterator[Movement]:
    """Claims, what became void of them, and the papers that took something off; a void credit note takes nothing off."""
    for paper in Document.papers.exclude(kind=DocumentKind.RECEIPT).order_by("issued_on", "created_at", "pk"):
        if paper.kind in {DocumentKind.CREDIT_NOTE, DocumentKind.WRITE_OFF}:
            if paper.status != DocumentStatus.VOID:
                yield Movement(paper.issued_on, paper.kind, paper.number, settled=paper.total)
            continue
        yield Movement(paper.issued_on, paper.kind, paper.number, charged=paper.total)
        if paper.voided_on is not None:
            yield Movement(paper.voided_on, "void", paper.number, settled=paper.total)


def _payments() -> Iterator[Movement]:
    for payment in Payment.objects.order_by("received_on", "created_at", "pk"):
        how = payment.method or payment.channel
        if payment.amount < 0:
            kind = "refund" if payment.reference.startswith("refund:") else "reversal"
            yield Movement(payment.received_on, kind, how, charged=-payment.amount)
        else:
            yield Movement(payment.received_on, "payment", how, settled=payment.amount)


def _allowances() -> Iterator[Movement]:
    """Credit that was given without money, such as a reward."""
    for entry in CreditEntry.objects.filter(payment__isnull=True, document__isnull=True).order_by("created_at", "pk"):
        charged, settled = max(0, -entry.amount), max(0, entry.amount)
        yield Movement(entry.on, "allowance", entry.cause, charged=charged, settled=settled)
