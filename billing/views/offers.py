"""Offers: what the customer has, what it asked for with a document, and what it may ask for (K12)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.errors import NoSubscription
from billing.forms.offers import ClaimForm
from billing.selectors.accounts import living_subscription
from billing.selectors.offers import Offers, Preview, offers_of, preview_offer
from billing.services.offers.claims import claim_offer, offered, withdraw_claim
from billing.views.wording import offer_rows, said, spelled
from plans.models import OPEN_CLAIMS, ClaimState, OfferClaim
from plans.rules.catalogue import Discount
from plans.rules.money import format_rupiah
from plans.selectors.groups import GroupStand
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import MemberRequest, member_may, permitted


@require_safe
@permitted("offers.view")
def show_offers(request: MemberRequest) -> HttpResponse:
    """Held, asked for, to be asked for."""
    today = local_today(request.tenant, timezone.now())
    found = _offers(request)
    context = {
        "today": today,
        "held": offer_rows(found.held),
        "claims": [_claim_facts(claim) for claim in found.claims],
        "claimable": [
            {
                "code": item.discount.code,
                "name": said(item.discount.name),
                "document": said(item.discount.document) if item.discount.document else "",
                "changes": [_in_a_row(change) for change in _changes(item.preview)],
            }
            for item in found.claimable
        ],
        "groups": [_group_facts(stand, today) for stand in found.groups],
        "may_claim": member_may(request.membership, "offers.claim"),
    }
    return render(request, "dashboard/offers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("offers.claim")
def claim(request: MemberRequest, code: str) -> HttpResponse:
    """The document of one offer; what is refused is said at its field."""
    now = timezone.now()
    today = local_today(request.tenant, now)
    discount = _wanted(request, code)
    form = ClaimForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            claim_offer(
                tenant=request.tenant, code=code, file=given["document"], note=given["note"], now=now, today=today
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Dokumen kami terima. Kami memberi tahu begitu diperiksa."))
            return redirect("offers")
    context = {
        "form": form,
        "today": today,
        "name": said(discount.name),
        "document": said(discount.document) if discount.document else "",
        "changes": _preview(discount, request),
    }
    return render(request, "dashboard/offer_claim.html", context, status=422 if form.errors else 200)


@require_POST
@permitted("offers.claim")
def withdraw(request: MemberRequest, code: str) -> HttpResponse:
    """Take a claim back that is not decided."""
    mine = OfferClaim.objects.filter(tenant=request.tenant, code=code, state__in=OPEN_CLAIMS).first()
    if mine is not None:
        now = timezone.now()
        try:
            withdraw_claim(claim=mine, now=now, today=local_today(request.tenant, now))
        except DomainError as error:
            messages.warning(request, error.message)
            return redirect("offers")
        messages.success(request, _("Permintaan dibatalkan. Anda dapat memintanya lagi."))
    return redirect("offers")


def _offers(request: MemberRequest) -> Offers:
    try:
        return offers_of(request.tenant, local_today(request.tenant, timezone.now()))
    except NoSubscription:
        return Offers((), (), ())


def _wanted(request: MemberRequest, code: str) -> Discount:
    """An offer that is asked for already, or that may be; anything else is not there."""
    mine = OfferClaim.objects.filter(tenant=request.tenant, code=code, state__in=OPEN_CLAIMS).first()
    if mine is not None:
        return offered(mine)
    found = [item.discount for item in _offers(request).claimable if item.discount.code == code]
    if not found:
        raise Http404
    return found[0]


def _preview(discount: Discount, request: MemberRequest) -> list[dict[str, str]]:
    today = local_today(request.tenant, timezone.now())
    try:
        return _changes(preview_offer(living_subscription(), discount, today))
    except DomainError:
        return []


def _changes(preview: Preview) -> list[dict[str, str]]:
    """The next invoice before and after, as `components/preview.html` shows it."""
    if preview.before is None or preview.after is None:
        return []
    return [
        {
            "label": _("Tagihan berikutnya"),
            "before": format_rupiah(preview.before.total),
            "after": format_rupiah(preview.after.total),
        },
        {"label": _("Terbit"), "before": "", "after": spelled(preview.after.issued_on)},
    ]


def _in_a_row(change: dict[str, str]) -> dict[str, str]:
    both = _("%(before)s menjadi %(after)s") % change if change["before"] else change["after"]
    return {"label": change["label"], "value": both}


def _group_facts(stand: GroupStand, today: date) -> dict[str, Any]:
    words = {"joined": stand.joined, "needed": stand.needed}
    return {
        "name": said(stand.discount.name),
        "code": stand.code,
        "formed": stand.formed_on is not None,
        "closed": stand.closes_on < today,
        "closes_on": stand.closes_on,
        "joined": _("%(joined)d dari %(needed)d sudah mendaftar.") % words,
    }


def _claim_facts(item: OfferClaim) -> dict[str, Any]:
    discount = offered(item)
    return {
        "code": item.code,
        "name": said(discount.name),
        "document": said(discount.document) if discount.document else "",
        "state": item.get_state_display(),
        "wanted": item.state == ClaimState.WANTED,
        "waiting": item.state == ClaimState.SUBMITTED,
        "reason": item.reason,
        "file": item.document_name,
        "open": item.state in OPEN_CLAIMS,
    }
