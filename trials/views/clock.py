"""The demo's test clock, moved by the owner of a test tenant: a year of a customer's life in a minute."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.services.gateway.client import gateway
from plans.rules.periods import add_months
from tenants.errors import DomainError
from tenants.permissions import MemberRequest, permitted
from trials.services.clock import charging, move_clock


@require_POST
@permitted("clock.move")
def move(request: MemberRequest) -> HttpResponse:
    """Live a day, a week, a month, or up to a date; the daily jobs of each day run on the production code."""
    today = request.tenant.clock_on
    if not settings.DEMO or today is None:
        raise Http404
    to = _target(request, today)
    if to is None:
        messages.error(request, _("Jam uji: isi tanggal seperti 2025-03-17."))
        return redirect("overview")
    try:
        move_clock(tenant=request.tenant, to=to, progress=charging(request.tenant, timezone.now(), gateway()))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Jam uji maju ke %(day)s.") % {"day": date_format(to, "j F Y")})
    return redirect("overview")


def _target(request: MemberRequest, today: date) -> date | None:
    by = request.POST.get("by", "")
    if by == "date":
        try:
            return date.fromisoformat(request.POST.get("to", ""))
        except ValueError:
            return None
    steps = {"day": today + timedelta(days=1), "week": today + timedelta(days=7), "month": add_months(today, 1)}
    return steps.get(by)
