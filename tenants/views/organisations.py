"""A tenant's side of an organisation: its owner joins one that asks, or leaves (K16)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenants.context import local_today
from tenants.errors import Conflict, NotFound
from tenants.permissions import MemberRequest, permitted
from tenants.services import organisations


@require_POST
@permitted("organisation.answer")
def answer(request: MemberRequest, invite_id: UUID) -> HttpResponse:
    """Yes or no to an organisation that asks."""
    accept = request.POST.get("answer") == "accept"
    today = local_today(request.tenant, timezone.now())
    try:
        organisations.answer_invite(tenant=request.tenant, invite_id=invite_id, accept=accept, today=today)
    except NotFound as error:
        raise Http404(error.message) from error
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Lembaga ini bergabung.") if accept else _("Ajakan ditolak."))
    return redirect("profile")


@require_POST
@permitted("organisation.answer")
def leave(request: MemberRequest) -> HttpResponse:
    """Go on alone; what is owed stays owed."""
    organisations.leave_organisation(tenant=request.tenant, today=local_today(request.tenant, timezone.now()))
    messages.success(request, _("Lembaga ini berdiri sendiri lagi."))
    return redirect("profile")
