"""Printed documents: rendered once, kept for good."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from billing.documents.invoice_pdf import Printable, render_pdf
from billing.documents.receipt import receipt_view
from billing.documents.words import language_of
from billing.models import Document, DocumentKind, DocumentStatus
from billing.models.documents import CLAIMS
from billing.selectors.documents import issued_view_of, view_of
from billing.services.standing import record
from tenants.context import inside, local_today, writing
from tenants.models import Tenant

REPLACED = "replaced"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A printed document: its bytes and the name to save it under."""

    name: str
    content: bytes


def pdf_of(*, tenant: Tenant, document: Document, language: str, now: datetime) -> PdfFile:
    """The PDF of a document: rendered on first request, the same bytes ever after. `PdfUnavailable` where none can be.

    The first print of an open document is *the* invoice and stays as it was issued, whatever is paid later. A paid one
    (marked LUNAS) and a void one (BATAL) are prints of their own beside it, named for their day; no file is ever
    overwritten.

    The recorded hash proves which bytes the customer got. A file that is lost or changed is therefore never served: it
    is made again, and since a print follows from the issued document alone it is usually the very same, which is then
    put back. If not (another version of the printer), the new print gets an entry, the old one's path and hash move to
    `pdf["replaced"]`. Either way the error log and the event `document.pdf_replaced` say so, for somebody has touched
    the archive.
    """
    language = language_of(language)
    key = _key(document, language)
    kept = _read(document.pdf.get(key))
    if kept is None:
        with inside(tenant):
            made = render_pdf(_view(tenant, document, language))
        kept = _keep(tenant, document, key, made, now)
    return PdfFile(name=f"{document.slug}-{key}.pdf", content=kept)


def _view(tenant: Tenant, document: Document, language: str) -> Printable:
    if document.kind == DocumentKind.RECEIPT:
        return receipt_view(document, language)
    view = issued_view_of if document.status == DocumentStatus.OPEN else view_of
    return view(tenant, document, language)


def _key(document: Document, language: str) -> str:
    """Which print it is: "id", "id-paid-2025-03-05", "en-void-2025-04-01"."""
    born_settled = document.kind not in CLAIMS and document.status != DocumentStatus.VOID
    if born_settled or document.status == DocumentStatus.OPEN:
        return language
    day = document.voided_on if document.status == DocumentStatus.VOID else document.paid_on
    return "-".join(filter(None, (language, document.status, day.isoformat() if day else "")))


def _read(entry: Mapping[str, str] | None) -> bytes | None:
    """The bytes of an entry; None if there is no entry, no file, or the file is not the one that was written."""
    if entry is None:
        return None
    try:
        with default_storage.open(entry["path"]) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    return content if _sha256(content) == entry["sha256"] else None


def _keep(tenant: Tenant, document: Document, key: str, made: bytes, now: datetime) -> bytes:
    """Store a print under the tenant's lock, unless another request has done so meanwhile: then its bytes count.

    It was rendered before the lock was taken, so that nobody's payment waits for a printer.
    """
    with writing(tenant) as locked:
        current = Document.papers.get(pk=document.pk)
        entry = current.pdf.get(key)
        kept = _read(entry)
        if kept is None:
            if entry is not None:
                _report_damage(locked, current, key, entry, made, now)
            current.pdf |= {key: _store(locked, current, key, made)}
            current.save(update_fields=["pdf"])
            kept = made
    document.pdf = current.pdf
    return kept


def _store(tenant: Tenant, document: Document, key: str, content: bytes) -> dict[str, str]:
    """The storage gives a taken name a suffix of its own, so an earlier file stays as it is."""
    name = f"invoices/{tenant.schema_name}/{document.slug}-{key}.pdf"
    return {"path": default_storage.save(name, ContentFile(content)), "sha256": _sha256(content)}


def _report_damage(
    tenant: Tenant, document: Document, key: str, entry: Mapping[str, str], made: bytes, now: datetime
) -> None:
    same = entry["sha256"] == _sha256(made)
    found = "changed" if default_storage.exists(entry["path"]) else "missing"
    if not same:
        document.pdf[REPLACED] = [*document.pdf.get(REPLACED, []), {"print": key, "found": found, **entry}]
    log.error("document_pdf_replaced", number=document.number, print=key, found=found, same_bytes=same)
    if document.subscription is not None:
        record(
            tenant,
            document.subscription,
            "document.pdf_replaced",
            local_today(tenant, now),
            invoice=document.number,
            print=key,
            found=found,
            same_bytes=same,
        )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
