"""Bank transfers: the queue, the proof, and the decision."""

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

from backoffice.frame.base import OperatorAdmin, key_of, page, require, staff_of, tenant_link, waiting
from backoffice.frame.papers import IMAGES, served
from billing.errors import PerhapsBooked
from billing.forms.rupiah import RupiahField
from billing.gateways.models import OPEN_TRANSFERS, BankTransfer, TransferState
from billing.models import Document
from billing.selectors.bank_lines import lines_about
from billing.services.banking.transfers import approve_transfer, reject_transfer
from billing.services.gateway.client import gateway
from billing.templatetags.langganan import rupiah
from tenants.context import inside, local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import staff_may


@admin.register(BankTransfer)
class BankTransferAdmin(OperatorAdmin):
    """Oldest waiting first."""

    list_display = ("asked_amount", "customer", "sender", "stated_amount", "state", "bank", "age")
    list_display_links = ("asked_amount",)
    list_filter = ("state", "bank", "issuer_code")
    list_select_related = ("tenant",)
    search_fields = ("tenant__name", "sender", "=asked", "=account")
    ordering = ("submitted_at", "created_at")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Decided on a page of its own."""
        return HttpResponseRedirect(reverse("operator_transfer", kwargs={"transfer_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, transfer: BankTransfer) -> SafeString:
        """Who pays."""
        return tenant_link(transfer.tenant)

    @admin.display(description=gettext_lazy("transfer"), ordering="asked")
    def asked_amount(self, transfer: BankTransfer) -> SafeString:
        """With the unique code in it; it leads to the proof and the decision, and looks like a link."""
        return format_html('<span class="op-link">{}</span>', rupiah(transfer.asked))

    @admin.display(description=gettext_lazy("menurut pengirim"))
    def stated_amount(self, transfer: BankTransfer) -> str:
        """What the payer says was sent."""
        return rupiah(transfer.stated) or "–"

    @admin.display(description=gettext_lazy("menunggu"), ordering="submitted_at")
    def age(self, transfer: BankTransfer) -> str:
        """Since the proof was sent."""
        return waiting(transfer.submitted_at) if transfer.state == TransferState.SUBMITTED else "–"


class ApproveForm(forms.Form):
    """What stands on the bank statement, typed anew: never taken over from the payer's word."""

    received = RupiahField(
        label=gettext_lazy("Jumlah yang masuk di rekening"),
        min_value=1,
        help_text=gettext_lazy("Dalam rupiah, seperti pada mutasi rekening."),
    )
    anyway = forms.BooleanField(
        label=gettext_lazy("Ini uang lain; saya sudah membandingkannya dengan mutasi rekening"), required=False
    )
    asks = False  # whether the money may be booked already, so that the box above is shown


class RejectForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan penolakan"),
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Dibaca pelanggan."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def show_transfer(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Proof beside the amounts; two small forms."""
    transfer = get_object_or_404(BankTransfer.objects.select_related("tenant", "decided_by"), pk=transfer_id)
    approve, reject = ApproveForm(), RejectForm()
    if request.method == "POST":
        require(request, "decide_transfer")
        rejecting = "reject" in request.POST
        form: forms.Form = RejectForm(request.POST) if rejecting else ApproveForm(request.POST)
        if form.is_valid() and _decided(request, transfer, form):
            return HttpResponseRedirect(f"{reverse('admin:gateways_banktransfer_changelist')}?state__exact=submitted")
        approve, reject = (approve, form) if rejecting else (form, reject)  # type: ignore[assignment]
    return _show(request, transfer, approve, reject)


def _show(request: HttpRequest, transfer: BankTransfer, approve: forms.Form, reject: forms.Form) -> HttpResponse:
    return page(
        request,
        "transfer.html",
        _("Transfer %(amount)s") % {"amount": rupiah(transfer.asked)},
        422 if approve.errors or reject.errors else 200,
        transfer=transfer,
        tenant_shown=transfer.tenant,
        numbers=_numbers(transfer),
        bank_lines=lines_about(transfer),
        approve=approve,
        reject=reject,
        open=transfer.state in OPEN_TRANSFERS,
        is_image=transfer.proof_type in IMAGES,
        may_decide=staff_may(request.user, "decide_transfer"),
        waited=waiting(transfer.submitted_at),
    )


def _decided(request: HttpRequest, transfer: BankTransfer, form: forms.Form) -> bool:
    user, now = staff_of(request), timezone.now()
    today, given = local_today(transfer.tenant, now), form.cleaned_data
    try:
        if isinstance(form, RejectForm):
            reject_transfer(transfer=transfer, reason=given["reason"], staff=user, today=today, now=now)
            messages.success(request, _("Transfer ditolak; pelanggan diberi tahu."))
        else:
            received = given["received"]
            approve_transfer(
                transfer=transfer,
                received=received,
                staff=user,
                today=today,
                now=now,
                gateway=gateway(),
                anyway=given["anyway"],
            )
            messages.success(request, _("%(amount)s dibukukan.") % {"amount": rupiah(received)})
    except DomainError as error:
        form.asks = isinstance(error, PerhapsBooked)  # type: ignore[attr-defined]
        put_error(form, error)
        return False
    return True


def _numbers(transfer: BankTransfer) -> list[Document]:
    with inside(transfer.tenant):
        return list(Document.objects.filter(pk__in=transfer.documents).order_by("due_on", "number"))


@require_safe
def show_proof(_request: HttpRequest, transfer_id: UUID) -> HttpResponse | FileResponse:
    """The payer's proof, to staff alone."""
    transfer = get_object_or_404(BankTransfer, pk=transfer_id)
    return served(transfer.proof, transfer.proof_type, transfer.proof_name or "bukti")
