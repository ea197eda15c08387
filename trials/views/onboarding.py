"""The customer's stages of getting going: what is done, what is due, what is late (C17)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plans.rules.onboarding import Progress, Step
from plans.selectors.onboarding import onboarding_of, steps_for
from plans.services.onboarding import finish_stage
from tenants.context import local_today
from tenants.errors import Conflict, NotFound
from tenants.models import Onboarding
from tenants.permissions import MemberRequest, member_may, permitted
from trials.views.price_text import language


@require_safe
@permitted("onboarding.view")
def show(request: MemberRequest) -> HttpResponse:
    """All stages with their days; a plan without any has no such page."""
    row = onboarding_of(request.tenant)
    if row is None:
        raise Http404
    today = local_today(request.tenant, timezone.now())
    steps = steps_for(row, request.tenant.product_code, today)
    context = {
        "today": today,
        "steps": [step_row(step, row) for step in steps],
        "done": sum(step.progress is Progress.DONE for step in steps),
        "late": sum(step.progress is Progress.LATE for step in steps),
        "may_work": member_may(request.membership, "onboarding.work"),
    }
    return render(request, "dashboard/onboarding.html", context)


@require_POST
@permitted("onboarding.work")
def finish(request: MemberRequest, slug: str) -> HttpResponse:
    """Tick off a stage of one's own, or take that back."""
    finished, today = request.POST.get("done") != "no", local_today(request.tenant, timezone.now())
    try:
        finish_stage(tenant=request.tenant, code=slug, today=today, by_customer=True, finished=finished)
    except NotFound as error:
        raise Http404(error.message) from error
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Tahap ditandai selesai.") if finished else _("Tahap dibuka lagi."))
    return redirect("onboarding")


def step_row(step: Step, row: Onboarding) -> dict[str, Any]:
    """A stage as pages show it."""
    said = row.done.get(step.stage.code, {})
    return {
        "code": step.stage.code,
        "name": step.stage.name.of(language()),
        "who": _("Anda") if step.stage.who == "customer" else _("tim kami"),
        "is_ours": step.stage.who == "staff",
        "begins_on": step.begins_on,
        "due_on": step.due_on,
        "progress": step.progress.value,
        "done_on": date.fromisoformat(said["on"]) if "on" in said else None,
        "done_by": said.get("by", ""),
    }
