"""Documents of the tenant: one by its address, many by kind and state, and how they are shown."""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet, Sum, Value
from django.db.models.functions import Replace

from billing.documents.facts import Settlement
from billing.documents.shown import InvoiceView
from billing.documents.view import invoice_view
from billing.errors import DocumentNotFound
from billing.models import Allocation, Document, DocumentKind, DocumentStatus
from tenants.errors import DomainError
from tenants.models import TaxInvoice, Tenant
from tenants.selectors.addresses import tenant_address

OVERDUE = "overdue"
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some documents, newest first, and the cursors of the pages beside them (empty at either end)."""

    documents: tuple[Document, ...]
    older: str
    newer: str


def document_by_slug(slug: str) -> Document:
    """A document of this tenant by its number as it stands in addresses; `DocumentNotFound` if there is none."""
    found = _at(slug)
    if found is None:
        raise DocumentNotFound("Tagihan dengan nomor ini tidak ada.", field="number")
    return found


def document_by_token(slug: str, token: str) -> Document:
    """The document of a link that needs no login; `DocumentNotFound` for a wrong number and a wrong token alike.

    The tokens are compared in constant time, and a number that does not exist costs the same comparison.
    """
    found = _at(slug)
    expected = found.access_token if found is not None else "-" * 43
    if not secrets.compare_digest(expected.encode(), token.encode()) or found is None:
        raise DocumentNotFound("Tautan ini tidak berlaku. Mintalah tautan baru kepada pengirimnya.", field="number")
    return found


def public_path(document: Document) -> str:
    """Where a document is seen and paid without a login, on the tenant's own host."""
    return f"/i/{document.slug}/{document.access_token}/"


def documents_of(
    *, kind: str = "", status: str = "", cursor: str = "", today: date, size: int = PAGE_SIZE
) -> DocumentPage:
    """A page of documents, newest first. `status`: open, paid, void, closed, overdue (open, due before today); empty is all.

    The cursor is the place of a document, not a count: what is issued meanwhile moves nothing. One that was tampered
    with is a `DomainError` naming `cursor`.
    """
    wanted = _wanted(kind, status, today)
    if not cursor:
        return _page(wanted, None, older=True, size=size)
    place, older = _read_cursor(cursor)
    return _page(wanted, place, older=older, size=size)


def badge_of(document: Document, today: date) -> str:
    """Its state as `components/badge.html` names it: open, partly_paid, overdue, paid, void, closed."""
    if document.status != DocumentStatus.OPEN:
        return document.status
    if document.due_on < today:
        return OVERDUE
    return "partly_paid" if document.paid else "open"


def view_of(tenant: Tenant, document: Document, language: str) -> InvoiceView:
    """The document as it stands now, for a page."""
    credit = credit_used(document)
    settlement = Settlement(paid=document.paid - credit, credit=credit, credited=document.credited)
    return invoice_view(document, document.lines.all(), language, pay_address(tenant, document), settlement)


def issued_view_of(tenant: Tenant, document: Document, language: str) -> InvoiceView:
    """An open document as it was issued: what was settled by credit on that day is off, later payments are not.

    The first print is the invoice for good, so it must not depend on the day somebody first asked for it.
    """
    settlement = Settlement(credit=credit_used(document, on=document.issued_on))
    return invoice_view(document, document.lines.all(), language, pay_address(tenant, document), settlement)


def pay_address(tenant: Tenant, document: Document) -> str:
    """The link printed on a document and behind its QR code."""
    return tenant_address(tenant, public_path(document))


def credit_used(document: Document, on: date | None = None) -> int:
    """How much of it the customer's credit settled (on a day, if named), in rupiah; nothing on a void one."""
    if document.status == DocumentStatus.VOID:
        return 0
    used = Allocation.objects.filter(document=document, payment__isnull=True)
    used = used if on is None else used.filter(on=on)
    return used.aggregate(total=Sum("amount"))["total"] or 0


def paper_by_slug(slug: str) -> Document:
    """A credit note or receipt of this tenant by its number as it stands in addresses; `DocumentNotFound` otherwise."""
    papers = Document.papers.filter(kind__in=[DocumentKind.CREDIT_NOTE, DocumentKind.RECEIPT])
    found = papers.annotate(address=Replace("number", Value("/"), Value("-"))).filter(address=slug).first()
    if found is None:
        raise DocumentNotFound("Dokumen dengan nomor ini tidak ada.", field="number")
    return found


def _at(slug: str) -> Document | None:
    """By comparing addresses, not by turning one back into a number: a number may hold dashes of its own."""
    return Document.objects.annotate(address=Replace("number", Value("/"), Value("-"))).filter(address=slug).first()


def _wanted(kind: str, status: str, today: date) -> QuerySet[Document]:
    wanted = Document.objects.all()
    if kind:
        wanted = wanted.filter(kind=kind)
    if status == OVERDUE:
        return wanted.filter(status=DocumentStatus.OPEN, due_on__lt=today)
    return wanted.filter(status=status) if status else wanted


def _page(wanted: QuerySet[Document], place: tuple[date, UUID] | None, *, older: bool, size: int) -> DocumentPage:
    """One row more than the page is read, to know whether there is a next one."""
    order = ("-issued_on", "-id") if older else ("issued_on", "id")
    rows = list((wanted.filter(_beyond(place, older=older)) if place else wanted).order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if not older:
        rows.reverse()
    has_older, has_newer = (more, place is not None) if older else (place is not None, more)
    return DocumentPage(
        documents=tuple(rows),
        older=_write_cursor(rows[-1], older=True) if rows and has_older else "",
        newer=_write_cursor(rows[0], older=False) if rows and has_newer else "",
    )


def _beyond(place: tuple[date, UUID], *, older: bool) -> Q:
    on, key = place
    if older:
        return Q(issued_on__lt=on) | Q(issued_on=on, pk__lt=key)
    return Q(issued_on__gt=on) | Q(issued_on=on, pk__gt=key)


def _write_cursor(document: Document, *, older: bool) -> str:
    text = f"{'<' if older else '>'}{document.issued_on.isoformat()}{document.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[tuple[date, UUID], bool]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        return (date.fromisoformat(text[1:11]), UUID(text[11:])), {"<": True, ">": False}[text[:1]]
    except (binascii.Error, ValueError, KeyError) as error:
        raise DomainError("Halaman ini tidak ada. Mulailah dari awal.", field="cursor", code="bad_cursor") from error


def tax_invoice_of(tenant: Tenant, document: Document) -> TaxInvoice | None:
    """The tax invoice of a document that the tax office has given a number; None where there is none (yet)."""
    if not document.taxation:
        return None
    return TaxInvoice.objects.filter(tenant=tenant, number=document.number).exclude(tax_number="").first()
