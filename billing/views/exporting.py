"""A tenant's data to take away; open also while suspended (X10)."""

from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError as BrokerError

from billing.exports import write_archive
from billing.selectors.portability import tables_of
from billing.services.files.archives import KEPT_FOR, request_archive
from billing.tasks import build_archive
from tenants.context import local_today
from tenants.models import ArchiveState, DataArchive
from tenants.permissions import MemberRequest, permitted

log = structlog.get_logger(__name__)


@require_safe
@permitted("data.export")
def show_export(request: MemberRequest) -> HttpResponse:
    """What is in the file, and the archive that was asked for last; while it is made, the page looks again by itself."""
    archive = DataArchive.objects.filter(tenant=request.tenant).order_by("-requested_at", "-pk").first()
    lasts = archive.ready_at + KEPT_FOR if archive is not None and archive.ready_at is not None else None
    return render(request, "dashboard/export.html", {"archive": archive, "lasts": lasts})


@require_POST
@permitted("data.export")
def ask_for_archive(request: MemberRequest) -> HttpResponse:
    """Data and PDFs, made in the background."""
    with transaction.atomic():
        archive = request_archive(tenant=request.tenant, user=request.user, now=timezone.now())
        transaction.on_commit(lambda: _enqueue(archive))
    return redirect("data_export")


def _enqueue(archive: DataArchive) -> None:
    """Tell a worker; if the broker is away, the regular look finds it."""
    try:
        build_archive.delay(str(archive.pk))
    except BrokerError:
        log.warning("archive_waits_for_beat", archive=str(archive.pk))


@require_safe
@permitted("data.export")
def download_archive(request: MemberRequest, archive_id: UUID) -> HttpResponse:
    """The archive, to its own tenant alone."""
    archive = get_object_or_404(DataArchive, pk=archive_id, tenant=request.tenant, state=ArchiveState.READY)
    if not default_storage.exists(archive.path):
        raise Http404
    name = f"{request.tenant.subdomain}-{archive.requested_at:%Y-%m-%d}.zip"
    file: HttpResponse = FileResponse(default_storage.open(archive.path), as_attachment=True, filename=name)  # type: ignore[assignment]
    return file


@require_POST
@permitted("data.export")
def download_export(request: MemberRequest) -> HttpResponse:
    """The ZIP. It is written before the answer begins: a streaming query would outlive the tenant's schema."""
    today = local_today(request.tenant, timezone.now())
    read_me = _(
        "Data %(name)s per %(day)s.\n"
        "Tiap berkas CSV berisi satu tabel; data.json berisi semuanya. Jumlah uang dalam rupiah.\n"
    )
    archive = write_archive(
        tables_of(request.tenant), read_me % {"name": request.tenant.name, "day": today.isoformat()}
    )
    name = f"{request.tenant.subdomain}-{today.isoformat()}.zip"
    response: HttpResponse = FileResponse(archive, as_attachment=True, filename=name)  # type: ignore[assignment]
    return response
