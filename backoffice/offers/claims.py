"""Offers for a document (K12): the queue, the document, and the decision."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.frame.base import OperatorAdmin, key_of, page, require, staff_of, tenant_link, waiting
from backoffice.frame.papers import IMAGES, served
from backoffice.payments.transfers import RejectForm
from billing.errors import NoSubscription
from billing.selectors.accounts import living_subscription
from billing.selectors.offers import preview_offer
from billing.services.offers.claims import approve_claim, offered, refuse_claim
from billing.templatetags.langganan import rupiah, tanggal
from plans.models import OPEN_CLAIMS, ClaimState, OfferClaim
from tenants.context import inside, local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import staff_may


@admin.register(OfferClaim)
class OfferClaimAdmin(OperatorAdmin):
    """Oldest waiting first."""

    list_display = ("offer", "customer", "state", "submitted_by", "age")
    list_display_links = ("offer",)
    list_filter = ("state", "product_code", "code")
    list_select_related = ("tenant",)
    search_fields = ("tenant__name", "code")
    ordering = ("submitted_at", "created_at")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Decided on a page of its own."""
        return HttpResponseRedirect(reverse("operator_claim", kwargs={"claim_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("penawaran"), ordering="code")
    def offer(self, claim: OfferClaim) -> SafeString:
        """It leads to the document and the decision, and looks like a link."""
        return format_html('<span class="op-link">{}</span>', offered(claim).name.of(get_language() or "id"))

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, claim: OfferClaim) -> SafeString:
        """Who asks."""
        return tenant_link(claim.tenant)

    @admin.display(description=gettext_lazy("menunggu"), ordering="submitted_at")
    def age(self, claim: OfferClaim) -> str:
        """Since the document was sent."""
        return waiting(claim.submitted_at) if claim.state == ClaimState.SUBMITTED else "–"


@require_http_methods(["GET", "HEAD", "POST"])
def show_claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """The document beside what it would change; approve, or refuse with a reason."""
    claim = get_object_or_404(OfferClaim.objects.select_related("tenant", "decided_by"), pk=claim_id)
    approve, reject = forms.Form(), RejectForm()
    if request.method == "POST":
        require(request, "decide_claim")
        rejecting = "reject" in request.POST
        form = RejectForm(request.POST) if rejecting else forms.Form(request.POST)
        if form.is_valid() and _decided(request, claim, form):
            return HttpResponseRedirect(f"{reverse('admin:plans_offerclaim_changelist')}?state__exact=submitted")
        approve, reject = (approve, form) if rejecting else (form, reject)  # type: ignore[assignment]
    return _show(request, claim, approve, reject)


def _show(request: HttpRequest, claim: OfferClaim, approve: forms.Form, reject: forms.Form) -> HttpResponse:
    discount, language = offered(claim), get_language() or "id"
    return page(
        request,
        "claim.html",
        _("Penawaran %(offer)s") % {"offer": discount.name.of(language)},
        422 if approve.errors or reject.errors else 200,
        claim=claim,
        tenant_shown=claim.tenant,
        asked=discount.document.of(language) if discount.document else "",
        rule=discount.rule,
        changes=_changes(claim),
        approve=approve,
        reject=reject,
        open=claim.state in OPEN_CLAIMS,
        submitted=claim.state == ClaimState.SUBMITTED,
        is_image=claim.document_type in IMAGES,
        may_decide=staff_may(request.user, "decide_claim"),
        waited=waiting(claim.submitted_at),
    )


def _decided(request: HttpRequest, claim: OfferClaim, form: forms.Form) -> bool:
    user, now = staff_of(request), timezone.now()
    today = local_today(claim.tenant, now)
    try:
        if isinstance(form, RejectForm):
            refuse_claim(claim=claim, reason=form.cleaned_data["reason"], staff=user, now=now, today=today)
            messages.success(request, _("Dokumen ditolak; pelanggan diberi tahu."))
        else:
            approve_claim(claim=claim, staff=user, now=now, today=today)
            messages.success(request, _("Penawaran diberikan; pelanggan diberi tahu."))
    except DomainError as error:
        put_error(form, error)
        return False
    return True


def _changes(claim: OfferClaim) -> str:
    """The next invoice now and with the offer, or why it cannot be given; empty once it is decided."""
    if claim.state not in OPEN_CLAIMS:
        return ""
    with inside(claim.tenant):
        try:
            today = local_today(claim.tenant, timezone.now())
            preview = preview_offer(living_subscription(), offered(claim), today)
        except (DomainError, NoSubscription) as error:
            return error.message
    if preview.before is None or preview.after is None:
        return _("Tidak ada tagihan berikutnya.")
    return _("%(day)s: %(before)s menjadi %(after)s") % {
        "day": tanggal(preview.after.issued_on),
        "before": rupiah(preview.before.total),
        "after": rupiah(preview.after.total),
    }


@require_safe
def show_document(_request: HttpRequest, claim_id: UUID) -> HttpResponse | FileResponse:
    """The customer's document, to staff alone."""
    claim = get_object_or_404(OfferClaim, pk=claim_id)
    return served(claim.document, claim.document_type, claim.document_name or "dokumen")
