"""Opening again what was settled: where a booking is taken back, and where money goes back."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, Sum

from billing.models import Allocation, CreditEntry, Document, DocumentKind, DocumentStatus, Payment, Subscription
from billing.rules import dunning
from billing.services.ledger import keep_allocation, keep_credit


def settled_by(payment: Payment | None, refunds: Sequence[Payment] = ()) -> list[tuple[Document, int]]:
    """Documents that stand and what a payment (None: the credit) has paid of them, the youngest first.

    A voided document holds nothing: its money went into the credit, as did what a credit note left beyond the rest: of 600.000
    paid and 200.000 taken off, 400.000. `refunds` are rows that gave part of it back.
    """
    rows = Q(payment__isnull=True) if payment is None else Q(payment__in=[payment, *refunds])
    paid = Allocation.objects.filter(rows).exclude(document__status=DocumentStatus.VOID)
    sums = dict(paid.order_by().values_list("document").annotate(total=Sum("amount")))
    documents = Document.objects.filter(pk__in=sums).order_by("-due_on", "-number")
    held = [(document, min(sums[document.pk], document.paid)) for document in documents]
    return [(document, amount) for document, amount in held if amount > 0]


def free_credit(subscription: Subscription, missing: int, today: date) -> list[Document]:
    """Take credit back from documents until enough is there; returns those that are open again."""
    opened: list[Document] = []
    for document, amount in settled_by(None):
        part = min(amount, missing)
        if part <= 0:
            break
        unsettle(subscription, document, part, today, None)
        cause = f"pembukuan dibatalkan: {document.number}"
        keep_credit(CreditEntry(amount=part, on=today, cause=cause[:200], document=document))
        missing -= part
        opened.append(document)
    return opened


def unsettle(
    subscription: Subscription, document: Document, amount: int, today: date, reversal: Payment | None
) -> None:
    """Take an amount off what a document was paid (None: by credit); it is open again, on its old dates."""
    keep_allocation(Allocation(document=document, payment=reversal, amount=-amount, on=today))
    if document.status in {DocumentStatus.PAID, DocumentStatus.CLOSED}:
        document.status, document.paid_on, document.overdue_on = DocumentStatus.OPEN, None, None
        if document.kind == DocumentKind.INVOICE and subscription.terms.terms.late_fee:
            document.next_fee_on = dunning.next_fee_day(document.due_on, today)
    document.paid -= amount
    document.save(update_fields=["status", "paid", "paid_on", "overdue_on", "next_fee_on"])
