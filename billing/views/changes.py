"""Changing plan or interval: see what it costs and when it holds, then confirm exactly that (C11)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.errors import StalePreview
from billing.forms.changes import ChangeForm
from billing.models import Subscription
from billing.rules.change_verdicts import Outcome
from billing.selectors.accounts import living_subscription
from billing.selectors.change_choices import Choice, Wanted, room_of
from billing.selectors.changes import ChangePreview, essence_of, preview_change
from billing.selectors.scheduled import place_of, scheduled_change
from billing.services.subscriptions.changes import change_plan, withdraw_change
from billing.views.agreeing import read_agreed, sign_agreed
from billing.views.change_words import changes_in, how_to_undo, label_of, what_follows, what_was_done, why_unchanged
from billing.views.wording import draft_lines, per_interval, said
from plans.rules.money import format_rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.permissions import MemberRequest, permitted

SUBJECT = "billing.changes"


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview on the page with the token that confirms it."""

    preview: ChangePreview
    token: str


@require_safe
@permitted("subscription.change")
def show_choices(request: MemberRequest) -> HttpResponse:
    """Every plan and interval to choose from, the present one marked."""
    return _page(request, local_today(request.tenant, timezone.now()))


@require_POST
@permitted("subscription.change")
def preview(request: MemberRequest) -> HttpResponse:
    """What a choice would do: a fragment for HTMX as it is chosen, the whole page without."""
    today, form = local_today(request.tenant, timezone.now()), ChangeForm(request.POST)
    shown = _look(request, form, today) if form.is_valid() else None
    if request.htmx:
        context = {"form": form, "tenant": request.tenant} | (_previewed(shown) if shown else {})
        return render(request, "dashboard/_change_preview.html", context)
    return _page(request, today, form=form, shown=shown)


@require_POST
@permitted("subscription.change")
def confirm(request: MemberRequest) -> HttpResponse:
    """Change as previewed. Sent twice it changes once; when things have changed it shows the new preview."""
    today, agreed = local_today(request.tenant, timezone.now()), read_agreed(SUBJECT, request)
    if agreed is None:
        messages.warning(request, _("Pratinjau ini sudah terlalu lama. Pilih paketnya sekali lagi."))
        return redirect("plan_change")
    form = ChangeForm({"place": agreed["place"]})
    if not form.is_valid():
        return _page(request, today, form=form)
    try:
        made = change_plan(tenant=request.tenant, wanted=form.wanted(), today=today, agreed=agreed["essence"])
    except StalePreview as stale:
        shown = _look(request, form, today)
        if shown is not None and shown.preview.outcome is Outcome.UNCHANGED:
            messages.success(request, _("Pilihan ini sudah tersimpan."))
            return redirect("subscription")
        messages.warning(request, stale.message)
        return _page(request, today, form=form, shown=shown)
    except DomainError as error:
        form.add_error("place", error.message)
        return _page(request, today, form=form)
    messages.success(request, what_was_done(made))
    return redirect("subscription")


@require_POST
@permitted("subscription.change")
def withdraw(request: MemberRequest) -> HttpResponse:
    """Take a scheduled change back."""
    try:
        withdraw_change(tenant=request.tenant, today=local_today(request.tenant, timezone.now()))
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Perubahan paket dibatalkan. Paket Anda tetap seperti sekarang."))
    return redirect("subscription")


def change_facts(request: MemberRequest, subscription: Subscription, today: date, *, may: bool) -> dict[str, Any]:
    """What the page of the subscription says of changes: one that waits, or that there is a choice, or why not now."""
    waits, (choices, hindered) = scheduled_change(subscription), room_of(subscription, today)
    by_quantity = subscription.terms.plan_choice == "by_quantity"
    facts: dict[str, Any] = {"may_change": False, "quantity_decides": by_quantity and request.tenant.has_access}
    if waits is not None:
        facts["waits"] = {"plan": said(waits.plan.name), "on": waits.on, "interval": per_interval(waits.agreement)}
        facts["may_withdraw"] = may and request.tenant.has_access
    if may and len(choices) > 1:
        facts["may_change"] = hindered is None
        facts["change_hindered"] = hindered.message if hindered else ""
    return facts


def _look(request: MemberRequest, form: ChangeForm, today: date) -> Shown | None:
    """Preview the form's choice; what the rules refuse becomes an error of its field."""
    wanted: Wanted = form.wanted()
    try:
        made = preview_change(subscription=living_subscription(), wanted=wanted, today=today)
    except DomainError as error:
        form.add_error("place", error.message)
        return None
    agreed = {"place": form.cleaned_data["place"], "essence": essence_of(made)}
    return Shown(made, sign_agreed(SUBJECT, request.tenant, agreed))


def _page(
    request: MemberRequest, today: date, *, form: ChangeForm | None = None, shown: Shown | None = None
) -> HttpResponse:
    subscription = living_subscription()
    choices, hindered = room_of(subscription, today)
    if len(choices) < 2 or hindered is not None:
        messages.info(request, hindered.message if hindered else _("Paket ini tidak memiliki pilihan lain."))
        return redirect("subscription")
    here = place_of(subscription.terms, subscription.quantity)
    chosen = form.data.get("place", "") if form is not None else ""
    context = {
        "today": today,
        "form": form,
        "cards": [_card(choice, here == choice.place, chosen) for choice in choices],
    }
    context |= _previewed(shown) if shown else {}
    bad = form is not None and bool(form.errors)
    return render(request, "dashboard/plan_change.html", context, status=422 if bad else 200)


def _card(choice: Choice, current: bool, chosen: str) -> dict[str, Any]:
    value = f"{choice.place.plan}/{choice.place.interval_months}"
    note = _("Paket Anda sekarang") if current else said(choice.plan.summary) if choice.plan.summary else ""
    return {
        "value": value,
        "title": f"{said(choice.plan.name)}, {per_interval(choice.agreement)}",
        "note": note,
        "figure": format_rupiah(choice.price) if choice.price else _("Gratis"),
        "checked": value == chosen if chosen else current,
    }


def _previewed(shown: Shown) -> dict[str, Any]:
    """What the preview says: changes in money and dates, the invoice of today, what follows and how to undo it."""
    made = shown.preview
    return {
        "preview": made,
        "token": "" if made.outcome is Outcome.UNCHANGED else shown.token,
        "unchanged": why_unchanged(made) if made.outcome is Outcome.UNCHANGED else "",
        "confirm_label": label_of(made),
        "changes": changes_in(made),
        "lines": draft_lines(made.draft) if made.draft else [],
        "then": what_follows(made),
        "undo": how_to_undo(made),
    }
