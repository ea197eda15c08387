"""Renewing early at the price of today: see the next term in money and dates, then confirm exactly that (X4)."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.errors import RenewalRefused, StalePreview
from billing.models import Subscription
from billing.selectors.accounts import living_subscription
from billing.selectors.price_books import coming_rise
from billing.selectors.renewals import EarlyRenewal, early_renewal_of, essence_of
from billing.selectors.renewed import renewed_of
from billing.services.subscriptions.early_renewals import renew_early
from billing.views.agreeing import read_agreed, sign_agreed
from billing.views.wording import draft_lines, spelled
from plans.rules.catalogue import AtRenewal
from plans.rules.money import format_rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.permissions import MemberRequest, permitted

SUBJECT = "billing.renewing"
ONE_DAY = timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("subscription.renew")
def renew(request: MemberRequest) -> HttpResponse:
    """The next term at today's price; confirmed, its invoice is issued. Sent twice it is done once."""
    today = local_today(request.tenant, timezone.now())
    if request.method == "POST":
        return _confirm(request, today)
    try:
        early = early_renewal_of(living_subscription(), today)
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect("subscription")
    return render(request, "dashboard/renew.html", {"today": today} | _previewed(request, early))


def _confirm(request: MemberRequest, today: date) -> HttpResponse:
    agreed = read_agreed(SUBJECT, request)
    if agreed is None:
        messages.warning(request, _("Pratinjau ini sudah terlalu lama. Lihat sekali lagi."))
        return redirect("subscription_renew")
    try:
        made = renew_early(tenant=request.tenant, today=today, agreed=agreed["essence"])
    except StalePreview as stale:
        messages.warning(request, stale.message)
        return redirect("subscription_renew")
    except RenewalRefused as refused:
        messages.warning(request, refused.message)
        return redirect("subscription")
    until = spelled(made.early.draft.period.end - ONE_DAY)
    messages.success(request, _("Diperpanjang sampai %(day)s, setelah tagihan ini dibayar.") % {"day": until})
    return redirect("invoice", made.document.number.replace("/", "-"))


def _previewed(request: MemberRequest, early: EarlyRenewal) -> dict[str, Any]:
    """The next term, what it costs now and would cost later, and what happens if it is not paid."""
    draft, later = early.draft, early.later
    changes = [
        {
            "label": _("Tagihan masa berikutnya"),
            "before": format_rupiah(later.total),
            "after": format_rupiah(draft.total),
        },
        {"label": _("Terbit"), "before": spelled(later.issued_on), "after": _("hari ini")},
        {"label": _("Jatuh tempo"), "before": spelled(later.due_on), "after": spelled(draft.due_on)},
        {"label": _("Masa langganan sampai"), "after": spelled(draft.period.end - ONE_DAY)},
    ]
    return {
        "token": sign_agreed(SUBJECT, request.tenant, {"essence": essence_of(early)}),
        "changes": changes,
        "lines": draft_lines(draft),
        "saved": format_rupiah(early.saved),
        "amount": format_rupiah(draft.total),
        "then": _("Masa yang sedang berjalan tidak berubah; masa baru menyambung dari akhirnya."),
        "undo": _(
            "Bila tidak dibayar sampai %(day)s, perpanjangan ini batal dengan sendirinya dan akses Anda tetap terbuka."
        )
        % {"day": spelled(draft.due_on)},
    }


def renewal_facts(subscription: Subscription, today: date, *, may: bool) -> dict[str, Any]:
    """What the page of the subscription says: a term renewed early, or a rise to come and whether it can be locked out."""
    renewed = renewed_of(subscription)
    if renewed is not None:
        return {"renewed": {"from": renewed.from_, "to": renewed.to - ONE_DAY, "number": renewed.number}}
    if subscription.terms.at_renewal is not AtRenewal.CURRENT_BOOK:
        return {}
    rise = coming_rise(subscription, today)
    if rise is None or rise.renewal is None:
        return {}
    facts: dict[str, Any] = {
        "rise": {
            "on": rise.renewal.start,
            "before": format_rupiah(rise.before),
            "after": format_rupiah(rise.after),
            "last": rise.lock.end - ONE_DAY if rise.lock else None,
        }
    }
    if may:
        facts |= _lockable(subscription, today)
    return facts


def _lockable(subscription: Subscription, today: date) -> dict[str, Any]:
    try:
        early_renewal_of(subscription, today)
    except RenewalRefused as refused:
        return {"may_renew": False, "renew_hindered": refused.message}
    return {"may_renew": True}
