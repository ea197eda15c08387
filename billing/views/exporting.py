"""A tenant's data to take away; open also while suspended (X10)."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.exports import write_archive
from billing.selectors.portability import tables_of
from tenants.context import local_today
from tenants.permissions import MemberRequest, permitted


@require_safe
@permitted("data.export")
def show_export(request: MemberRequest) -> HttpResponse:
    """What is in the file."""
    return render(request, "dashboard/export.html", {})


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
