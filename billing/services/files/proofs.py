"""Proofs of transfer and other papers as uploaded: judged by what they are, not by what they are called."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from billing.errors import ProofRefused
from billing.services.files.uploads import plain_name, too_large

_HEAD = 16
FIELD = "proof"
DOCUMENT = "document"
SLIP = "paper"
EVIDENCE = "papers"


@dataclass(frozen=True, slots=True)
class StoredProof:
    """A stored file: its unguessable `path` in the media store, what it is, and what the sender called it."""

    path: str
    content_type: str
    name: str


def sniff(head: bytes) -> tuple[str, str] | None:
    """Content type and suffix of a file by its first 16 bytes; None for anything but JPEG, PNG, WebP and PDF.

    `sniff(b"%PDF-1.7…")` is ("application/pdf", "pdf"), whatever the file is named.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", "png"
    if head.startswith(b"%PDF-"):
        return "application/pdf", "pdf"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp", "webp"
    return None


def store_proof(file: "File[bytes]") -> StoredProof:
    """Check size and content, then store outside of what is served; ProofRefused names the field `proof`."""
    return _store(file, FIELD, "proofs", _("Bukti transfer harus berupa foto (JPEG, PNG, WebP) atau PDF."))


def store_document(file: "File[bytes]") -> StoredProof:
    """The same for the document of an offer (K12); ProofRefused names the field `document`."""
    return _store(file, DOCUMENT, "claims", _("Dokumen harus berupa foto (JPEG, PNG, WebP) atau PDF."))


def store_slip(file: "File[bytes]") -> StoredProof:
    """The same for a slip of tax withheld; ProofRefused names the field `paper`."""
    return _store(file, SLIP, "slips", _("Bukti potong harus berupa foto (JPEG, PNG, WebP) atau PDF."))


def store_evidence(file: "File[bytes]") -> StoredProof:
    """The same for evidence in a dispute; ProofRefused names the field `papers`."""
    return _store(file, EVIDENCE, "disputes", _("Bukti sengketa harus berupa foto (JPEG, PNG, WebP) atau PDF."))


def _store(file: "File[bytes]", field: str, folder: str, wrong_type: str) -> StoredProof:
    if not file.size:
        raise ProofRefused(_("Berkas ini kosong. Pilih foto atau PDF."), field=field, code=f"{field}_empty")
    if file.size > settings.PROOF_MAX_BYTES:
        raise ProofRefused(too_large(settings.PROOF_MAX_BYTES), field=field, code=f"{field}_too_large")
    file.seek(0)
    found = sniff(file.read(_HEAD))
    file.seek(0)
    if found is None:
        raise ProofRefused(wrong_type, field=field, code=f"{field}_type")
    content_type, suffix = found
    path = default_storage.save(f"{folder}/{secrets.token_urlsafe(24)}.{suffix}", file)
    return StoredProof(path, content_type, plain_name(file.name))


def forget_proof(path: str) -> None:
    """Remove a stored file that nothing refers to any more."""
    if path:
        default_storage.delete(path)
