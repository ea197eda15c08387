"""A tenant's archive for its own people: its data as tables, the PDF of each of its papers, and the files it gave us.

Made by a worker, because a hundred papers take longer to print than a page may take to answer.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.documents.invoice_pdf import pdf_available
from billing.exports import write_archive
from billing.models import Document, DocumentKind
from billing.models.documents import CLAIMS
from billing.selectors.portability import tables_of
from billing.services.documents.printing import pdf_of
from billing.services.files.exporting import given_files
from tenants.context import inside, local_today, outside, writing
from tenants.models import ArchiveState, DataArchive, Tenant, User

log = structlog.get_logger(__name__)
KEPT_FOR = timedelta(days=7)
# A message to the worker may be lost, a worker may die: then the regular look takes over.
LOST_AFTER = timedelta(minutes=2)
DEAD_AFTER = timedelta(hours=1)
PRINTED = (*CLAIMS, DocumentKind.CREDIT_NOTE, DocumentKind.RECEIPT)
FOLDER = "archives"


def request_archive(*, tenant: Tenant, user: User | None, now: datetime) -> DataArchive:
    """Ask for an archive; while one is being made, that one is given."""
    asked = {"requested_by": user, "requested_at": now}
    return DataArchive.objects.get_or_create(tenant=tenant, state=ArchiveState.WAITING, defaults=asked)[0]


def build_archive(*, archive_id: UUID, now: datetime) -> bool:
    """Make one that waits and that no other worker makes; True if it is there now.

    What fails is logged, and may be asked for anew.
    """
    claimable = Q(started_at__isnull=True) | Q(started_at__lt=now - DEAD_AFTER)
    mine = DataArchive.objects.filter(claimable, pk=archive_id, state=ArchiveState.WAITING).update(started_at=now)
    if not mine:
        return False
    archive = DataArchive.objects.select_related("tenant").get(pk=archive_id)
    try:
        _build(archive, now)
    except Exception:
        log.exception("archive_not_made", tenant=archive.tenant.schema_name)
        DataArchive.objects.filter(pk=archive.pk).update(state=ArchiveState.FAILED)
        return False
    return True


def build_waiting(*, now: datetime) -> int:
    """Make those whose message was lost or whose worker died; returns how many."""
    lost = Q(started_at__isnull=True, requested_at__lt=now - LOST_AFTER) | Q(started_at__lt=now - DEAD_AFTER)
    due = DataArchive.objects.filter(lost, state=ArchiveState.WAITING).order_by("requested_at", "pk")
    return sum(build_archive(archive_id=key, now=now) for key in due.values_list("pk", flat=True))


def forget_archives(*, now: datetime) -> int:
    """Throw away what is older than seven days, with its file; returns how many."""
    old = list(DataArchive.objects.filter(requested_at__lt=now - KEPT_FOR).exclude(state=ArchiveState.WAITING))
    for archive in old:
        if archive.path:
            default_storage.delete(archive.path)
        archive.delete()
    return len(old)


def _build(archive: DataArchive, now: datetime) -> None:
    tenant = archive.tenant
    with writing(tenant) as locked:  # one moment for all tables
        tables, given = tables_of(locked), list(given_files(locked))
        documents = list(Document.papers.filter(kind__in=PRINTED).order_by("issued_on", "number"))
    prints = documents if pdf_available() else []

    def files() -> Iterator[tuple[str, bytes]]:
        for document in prints:
            made = pdf_of(tenant=tenant, document=document, language=tenant.language, now=now)
            yield f"pdf/{made.name}", made.content
        yield from _stored(given)

    with inside(tenant), override(tenant.language):
        whole = write_archive(tables, _read_me(tenant, now, prints), files())
    with whole:
        size = whole.seek(0, 2)
        whole.seek(0)
        path = default_storage.save(f"{FOLDER}/{tenant.schema_name}/{archive.pk}.zip", File(whole))
    with outside():
        DataArchive.objects.filter(pk=archive.pk).update(
            state=ArchiveState.READY, ready_at=now, path=path, size=size, papers=len(prints)
        )


def _read_me(tenant: Tenant, now: datetime, prints: list[Document]) -> str:
    words = _(
        "Data %(name)s per %(day)s.\n"
        "Tiap berkas CSV berisi satu tabel; data.json berisi semuanya. Jumlah uang dalam rupiah.\n"
        "Folder pdf berisi %(count)d dokumen, folder berkas berisi bukti dan dokumen yang Anda kirim.\n"
    )
    return words % {"name": tenant.name, "day": local_today(tenant, now).isoformat(), "count": len(prints)}


def _stored(paths: list[str]) -> Iterator[tuple[str, bytes]]:
    """Files of the storage; one that was lost is logged and left out."""
    for path in dict.fromkeys(paths):
        if not default_storage.exists(path):
            log.error("stored_file_lost", path=path)
            continue
        with default_storage.open(path) as file:
            yield f"berkas/{path}", file.read()
