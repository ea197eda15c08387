"""Refunds: the queue, the second person's decision, the payment out and its proof."""

from collections.abc import Mapping
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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.actions.base import Facts, Rehearsal, rehearse
from backoffice.frame.base import OperatorAdmin, key_of, page, person, pressed, require, staff_of, tenant_link, waiting
from backoffice.frame.papers import served
from billing.gateways.models import OPEN_REFUNDS, Refund, RefundState, RefundWay
from billing.services.gateway.client import gateway
from billing.services.refunds.payouts import confirm_transfer, pay_by_transfer, send_refund
from billing.services.refunds.requests import Account, approve_refund, reject_refund
from billing.services.refunds.rows import foresee_refund
from billing.templatetags.langganan import rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import User
from tenants.permissions import staff_may


@admin.register(Refund)
class RefundAdmin(OperatorAdmin):
    """Oldest waiting first."""

    requester = person("requested_by", gettext_lazy("diminta oleh"))
    approver = person("approved_by", gettext_lazy("disetujui oleh"))
    list_display = ("sum", "customer", "way", "state", "requester", "approver", "age")
    list_display_links = ("sum",)
    list_filter = ("state", "way", ("done_at", admin.EmptyFieldListFilter))
    list_select_related = ("tenant", "requested_by", "approved_by")
    search_fields = ("tenant__name", "=transaction_id", "=amount", "holder")
    ordering = ("requested_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Decided on a page of its own."""
        return HttpResponseRedirect(reverse("operator_refund", kwargs={"refund_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, refund: Refund) -> SafeString:
        """Whose money."""
        return tenant_link(refund.tenant)

    @admin.display(description=gettext_lazy("jumlah"), ordering="amount")
    def sum(self, refund: Refund) -> SafeString:
        """It leads to the decision, and looks like a link."""
        return format_html('<span class="op-link">{}</span>', rupiah(refund.amount))

    @admin.display(description=gettext_lazy("menunggu"), ordering="requested_at")
    def age(self, refund: Refund) -> str:
        """Since it was asked for."""
        return waiting(refund.requested_at) if refund.state in OPEN_REFUNDS else "–"


class ApproveForm(forms.Form):
    """Nothing to type: the button says it."""


class SendForm(forms.Form):
    """Nothing to type: the button says it."""


class RejectForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan penolakan"), min_length=5, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class AccountForm(forms.Form):
    """Where our own transfer goes."""

    bank = forms.CharField(label=gettext_lazy("Bank tujuan"), max_length=40)
    account = forms.CharField(label=gettext_lazy("Nomor rekening"), max_length=30)
    holder = forms.CharField(label=gettext_lazy("Atas nama"), max_length=120)


class ProofForm(forms.Form):
    """The transfer was made."""

    proof = forms.FileField(label=gettext_lazy("Bukti transfer"), help_text=gettext_lazy("JPEG, PNG, WebP, atau PDF."))


FORMS: dict[str, type[forms.Form]] = {
    "approve": ApproveForm,
    "send": SendForm,
    "reject": RejectForm,
    "account": AccountForm,
    "transferred": ProofForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
def show_refund(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """What goes back, why, who agreed, and the next step."""
    found = Refund.objects.select_related("tenant", "requested_by", "approved_by", "done_by")
    refund = get_object_or_404(found, pk=refund_id)
    shown = {name: form() for name, form in FORMS.items()}
    if request.method == "POST":
        require(request, "decide_refund")
        name = pressed(request, FORMS)
        form = FORMS[name](request.POST, request.FILES)
        if form.is_valid() and _done(request, refund, name, form):
            return HttpResponseRedirect(request.path)
        shown[name] = form
        refund = get_object_or_404(found, pk=refund_id)
    return _page(request, refund, shown)


def _page(request: HttpRequest, refund: Refund, shown: Mapping[str, forms.Form]) -> HttpResponse:
    return page(
        request,
        "refund.html",
        _("Pengembalian %(amount)s") % {"amount": rupiah(refund.amount)},
        422 if any(form.errors for form in shown.values()) else 200,
        refund=refund,
        tenant_shown=refund.tenant,
        forms=shown,
        open=refund.state in OPEN_REFUNDS,
        by_transfer=refund.way == RefundWay.TRANSFER,
        taken=refund.way == RefundWay.TAKEN,
        ready=refund.state == RefundState.APPROVED,
        own=refund.requested_by_id == request.user.pk,
        may_decide=staff_may(request.user, "decide_refund"),
        rehearsal=_rehearsed(refund),
        waited=waiting(refund.requested_at),
    )


def _rehearsed(refund: Refund) -> Rehearsal | None:
    """What changes once the money has left; nothing where it has, or cannot."""
    if refund.state not in OPEN_REFUNDS:
        return None
    now = timezone.now()
    facts = Facts(refund.tenant, local_today(refund.tenant, now), now)
    try:
        return rehearse(facts, lambda: foresee_refund(refund=refund, now=now))
    except DomainError:
        return None  # said by the decision itself, at its button


def _done(request: HttpRequest, refund: Refund, name: str, form: forms.Form) -> bool:
    user = staff_of(request)
    try:
        words = _decide(refund, name, form.cleaned_data, user)
    except DomainError as error:
        put_error(form, error)
        return False
    messages.success(request, words)
    return True


def _decide(refund: Refund, name: str, given: dict[str, Any], user: User) -> str:
    now = timezone.now()
    if name == "approve":
        if approve_refund(refund=refund, staff=user, now=now).state == RefundState.DONE:
            return _("%(amount)s dicatat sebagai ditarik bank.") % {"amount": rupiah(refund.amount)}
        return _("Disetujui. Sekarang dapat dijalankan.")
    if name == "reject":
        reject_refund(refund=refund, reason=given["reason"], staff=user, now=now)
        return _("Ditolak; tidak ada yang dikembalikan.")
    if name == "account":
        pay_by_transfer(refund=refund, account=Account(given["bank"], given["account"], given["holder"]))
        return _("Dikembalikan lewat transfer.")
    if name == "transferred":
        confirm_transfer(refund=refund, file=given["proof"], staff=user, now=now)
    else:
        send_refund(refund=refund, staff=user, now=now, gateway=gateway())
    return _("%(amount)s dikembalikan dan dibukukan; pelanggan diberi tahu.") % {"amount": rupiah(refund.amount)}


@require_safe
def show_refund_proof(_request: HttpRequest, refund_id: UUID) -> HttpResponse | FileResponse:
    """The proof of our own transfer."""
    refund = get_object_or_404(Refund, pk=refund_id)
    return served(refund.proof, refund.proof_type, refund.proof_name or "bukti")
