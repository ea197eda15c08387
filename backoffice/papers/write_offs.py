"""Write-offs: the queue, and the second person's decision."""

from datetime import datetime
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.papers.requests import Desk, PaperRequestAdmin, show_request
from billing.gateways.models import WriteOff
from billing.services.corrections.write_offs import approve_write_off, reject_write_off
from tenants.models import User


@admin.register(WriteOff)
class WriteOffAdmin(PaperRequestAdmin):
    """Whose debt, and what is given up of it."""

    page_name = "operator_write_off"


@require_http_methods(["GET", "HEAD", "POST"])
def show_write_off(request: HttpRequest, write_off_id: UUID) -> HttpResponse:
    """What is given up, why, who asked and who agreed."""
    return show_request(request, _DESK, write_off_id)


def _approve(asked: WriteOff, staff: User, now: datetime) -> str:
    done = approve_write_off(asked=asked, staff=staff, now=now)
    return _("%(number)s dihapusbukukan.") % {"number": done.number}


def _reject(asked: WriteOff, reason: str, staff: User, now: datetime) -> str:
    reject_write_off(asked=asked, reason=reason, staff=staff, now=now)
    return _("Ditolak; dokumen tetap terbuka.")


_DESK = Desk(
    model=WriteOff,
    permission="decide_write_off",
    title=gettext_lazy("Hapus buku %(number)s"),
    approve_label=gettext_lazy("Setujui hapus buku %(number)s (%(amount)s)"),
    reject_label=gettext_lazy("Tolak, dokumen tetap terbuka"),
    approve=_approve,
    reject=_reject,
)
