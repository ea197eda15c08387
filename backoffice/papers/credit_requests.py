"""Credit notes that were asked for: the queue, and the second person's decision."""

from datetime import datetime
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.papers.requests import Desk, PaperRequestAdmin, show_request
from billing.gateways.models import CreditRequest
from billing.services.corrections.credit_requests import approve_credit_note, reject_credit_note
from tenants.models import User


@admin.register(CreditRequest)
class CreditRequestAdmin(PaperRequestAdmin):
    """Whose invoice, and what is taken back of it with its tax."""

    page_name = "operator_credit_request"


@require_http_methods(["GET", "HEAD", "POST"])
def show_credit_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """What is taken back, why, who asked and who agreed."""
    return show_request(request, _DESK, request_id)


def _approve(asked: CreditRequest, staff: User, now: datetime) -> str:
    done = approve_credit_note(asked=asked, staff=staff, now=now)
    return _("Nota kredit %(number)s terbit.") % {"number": done.note}


def _reject(asked: CreditRequest, reason: str, staff: User, now: datetime) -> str:
    reject_credit_note(asked=asked, reason=reason, staff=staff, now=now)
    return _("Ditolak; tagihan tetap seperti semula.")


_DESK = Desk(
    model=CreditRequest,
    permission="decide_credit_note",
    title=gettext_lazy("Nota kredit untuk %(number)s"),
    approve_label=gettext_lazy("Setujui nota kredit %(amount)s untuk %(number)s"),
    reject_label=gettext_lazy("Tolak, tagihan tetap seperti semula"),
    approve=_approve,
    reject=_reject,
)
