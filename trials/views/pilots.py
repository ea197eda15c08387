"""The checklist of a pilot: what it promised, until when, and what is done (C3)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.views.wording import said
from plans.models import PilotDuty
from plans.rules.parts import Text
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.permissions import MemberRequest, member_may, permitted
from trials.forms.pilots import DutyForm
from trials.services.pilots import finish_duty


@require_http_methods(["GET", "HEAD"])
@permitted("pilot.view")
def show_duties(request: MemberRequest) -> HttpResponse:
    """All duties, the earliest first."""
    return _page(request, None, "")


@require_http_methods(["POST"])
@permitted("pilot.report")
def finish(request: MemberRequest, code: str) -> HttpResponse:
    """Say that one is done; what is wrong stands beside it, and what was typed stays."""
    form = DutyForm(request.POST, prefix=code)
    if form.is_valid():
        try:
            today = local_today(request.tenant, timezone.now())
            finish_duty(tenant=request.tenant, code=code, note=form.cleaned_data["note"], today=today)
        except DomainError as error:
            if error.status == 404:
                raise Http404 from error
            form.add_error("note", error.message)
        else:
            messages.success(request, _("Terima kasih, tercatat selesai."))
            return redirect("pilot")
    return _page(request, form, code)


def _page(request: MemberRequest, form: DutyForm | None, code: str) -> HttpResponse:
    today = local_today(request.tenant, timezone.now())
    duties = [
        {
            "duty": duty,
            "name": said(Text.model_validate(duty.name)),
            "late": duty.done_on is None and duty.due_on < today,
            "form": form if form is not None and duty.code == code else DutyForm(prefix=duty.code),
        }
        for duty in PilotDuty.objects.filter(tenant=request.tenant)
    ]
    context = {
        "today": today,
        "duties": duties,
        "done": sum(item["duty"].done_on is not None for item in duties),  # type: ignore[attr-defined]
        "form": form,
        "may_report": member_may(request.membership, "pilot.report"),
    }
    return render(request, "dashboard/pilot.html", context, status=422 if form is not None and form.errors else 200)
