"""What of an invoice has been taken back, and what is left."""

from collections import Counter

from billing.models import Document, DocumentKind, DocumentLine, DocumentStatus
from billing.rules.credit_notes import Left


def credit_notes_of(document: Document) -> list[Document]:
    """The credit notes and the write-off of a claim, oldest first."""
    papers = Document.papers.filter(parent=document, kind__in=[DocumentKind.CREDIT_NOTE, DocumentKind.WRITE_OFF])
    return list(papers.exclude(status=DocumentStatus.VOID).order_by("issued_on", "number"))


def lines_left(invoice: Document) -> tuple[Left, ...]:
    """Each line of an invoice with what no credit note has taken back yet, in the order of the lines."""
    net, tax = Counter[int](), Counter[int]()
    notes = Document.papers.filter(parent=invoice, kind=DocumentKind.CREDIT_NOTE)
    for line in DocumentLine.objects.filter(document__in=notes):
        net[line.explanation["line"]] += line.amount
        tax[line.explanation["line"]] += line.tax
    return tuple(
        Left(line.position, line.amount - net[line.position], line.tax - tax[line.position])
        for line in invoice.lines.order_by("position")
    )
