"""Opening again what was settled: where a booking is taken back, and where money goes back."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Sum

from billing.models import Allocation, CreditEntry, Document, DocumentKind, DocumentStatus, Payment, Subscription
from billing.rules import dunning
from billing.services.books.ledger import keep_allocation, keep_credit


def settled_by(payment: Payment, refunds: Sequence[Payment] = ()) -> list[tuple[Document, int]]:
    """Documents that stand and what a payment has paid of them, the youngest first.

    A voided document holds nothing: its money went into the credit, as did what a credit note left beyond the rest: of 600.000
    paid and 200.000 taken off, 400.000. `refunds` are rows that gave part of it back.
    """
    paid = Allocation.objects.filter(payment__in=[payment, *refunds]).exclude(document__status=DocumentStatus.VOID)
    sums = dict(paid.order_by().values_list("document").annotate(total=Sum("amount")))
    documents = Document.objects.filter(pk__in=sums).order_by("-due_on", "-number")
    held = [(document, min(sums[document.pk], document.paid)) for document in documents]
    return [(document, amount) for document, amount in held if amount > 0]


def free_credit(subscription: Subscription, missing: int, today: date) -> list[Document]:
    """Take credit back from documents until enough is there; returns those that are open again.

    First from what no payment that stands has paid. Where a refund took the credit of another payment that is enough no
    more, and any paid document gives: 500.000 paid on an invoice, 500.000 of credit by a second payment, the first refunded
    out of that credit, the second taken back → the invoice is open again.
    """
    opened: dict[UUID, Document] = {}
    for held in (_paid_by_credit, _paid_documents):
        for document, amount in held():
            part = min(amount, missing)
            if part <= 0:
                continue
            unsettle(subscription, document, part, today, None)
            cause = f"pembukuan dibatalkan: {document.number}"
            keep_credit(CreditEntry(amount=part, on=today, cause=cause[:200], document=document))
            missing -= part
            opened[document.pk] = document
    return list(opened.values())


def _paid_documents() -> list[tuple[Document, int]]:
    """Documents that stand and what is paid of them, the youngest first."""
    found = Document.objects.filter(paid__gt=0).exclude(status=DocumentStatus.VOID)
    return [(document, document.paid) for document in found.order_by("-due_on", "-number")]


def _paid_by_credit() -> list[tuple[Document, int]]:
    """What of them no standing payment has paid.

    The allocations without a payment do not say it: a credit note takes what a payment had paid by one of them, so that
    600.000 paid, 300.000 credited and paid again out of credit add up to nothing.
    """
    reversals = Payment.objects.filter(reverses__in=Payment.objects.values("pk"))
    standing = Allocation.objects.exclude(payment=None).exclude(payment__in=reversals.values("pk"))
    standing = standing.exclude(payment__in=reversals.values("reverses")).order_by()
    sums = dict(standing.values_list("document").annotate(total=Sum("amount")))
    return [(document, paid - sums.get(document.pk, 0)) for document, paid in _paid_documents()]


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
