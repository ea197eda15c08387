"""Pausing, and going on: what closes and what is billed is shown before it is confirmed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.errors import PauseRefused
from billing.forms.subscription import PauseForm
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.selectors.overview import Account, account_on
from billing.selectors.pausing import Pausing, billed_on_return, pausing_of
from billing.services.dunning.pausing import pause_subscription, resume_subscription
from billing.views.wording import draft_lines, spelled
from plans.rules.money import format_rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import MemberRequest, permitted


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("subscription.pause")
def pause(request: MemberRequest) -> HttpResponse:
    """Pause until a day."""
    today = local_today(request.tenant, timezone.now())
    account = account_on(today)
    if account is None or account.status in {Status.ENDED, Status.PAUSED}:
        return redirect("subscription")
    try:
        offered = pausing_of(account.subscription, today)
    except PauseRefused as error:
        messages.warning(request, error.message)
        return redirect("subscription")
    form = PauseForm(request.POST or None, initial={"until": offered.furthest})
    if request.method == "POST" and form.is_valid():
        try:
            done = pause_subscription(tenant=request.tenant, today=today, until=form.cleaned_data["until"])
        except PauseRefused as error:
            put_error(form, error)
        else:
            day = spelled(done.paused_until or today)
            messages.success(request, _("Langganan dijeda sampai %(day)s.") % {"day": day})
            return redirect("suspended")
    context = {"form": form, "today": today, "account": account, **_pausing(account, offered)}
    return render(request, "dashboard/pause.html", context, status=422 if form.errors else 200)


def _pausing(account: Account, offered: Pausing) -> dict[str, Any]:
    changes = [
        {"label": _("Akses"), "before": _("terbuka"), "after": _("tertutup mulai hari ini")},
        {"label": _("Jeda paling lama sampai"), "after": spelled(offered.furthest)},
    ]
    if account.upcoming is not None:
        words = _("%(day)s, perkiraan %(amount)s") % {
            "day": spelled(account.upcoming.issued_on),
            "amount": format_rupiah(account.upcoming.total),
        }
        changes.append({"label": _("Tagihan berikutnya"), "before": words, "after": _("tidak ada selama jeda")})
    return {
        "changes": changes,
        "then": _("Masa yang sudah dibayar berjalan terus dan tidak dikembalikan. Tanggal tagihan Anda tetap."),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("subscription.pause")
def resume(request: MemberRequest) -> HttpResponse:
    """Go on: what is billed today first."""
    today = local_today(request.tenant, timezone.now())
    account = account_on(today)
    if account is None or account.status is not Status.PAUSED:
        return redirect("subscription")
    if request.method == "POST":
        try:
            resume_subscription(tenant=request.tenant, today=today)
        except DomainError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("Langganan berjalan lagi. Akses Anda terbuka."))
        return redirect("overview")
    drafts = billed_on_return(account.subscription, today)
    lines = [line for draft in drafts for line in draft_lines(draft)]
    context = {"today": today, "account": account, "changes": _returning(drafts, today), "lines": lines}
    return render(request, "dashboard/resume.html", context)


def _returning(drafts: tuple[Draft, ...], today: date) -> list[dict[str, Any]]:
    changes = [{"label": _("Akses"), "before": _("tertutup"), "after": _("terbuka")}]
    if not drafts:
        return [*changes, {"label": _("Tagihan hari ini"), "after": _("Tidak ada, masa ini sudah ditagih")}]
    due = min(draft.due_on for draft in drafts)
    total = format_rupiah(sum(draft.total for draft in drafts))
    return [
        *changes,
        {"label": _("Tagihan hari ini"), "after": total},
        {"label": _("Jatuh tempo"), "after": spelled(due)},
    ]
