"""A bank transfer: where to and how much, the proof, and what became of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.forms.paying import ProofForm
from billing.gateways.models import BankTransfer, TransferState
from billing.models import Document
from billing.selectors.transfers import expired_transfer, open_transfer, refused_transfer
from billing.services.banking.transfers import cancel_transfer, submit_proof
from plans.rules.money import format_rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import MemberRequest, permitted


@require_safe
@permitted("invoices.pay")
def show_transfer(request: MemberRequest) -> HttpResponse:
    """The transfer under way; without one, the way to begin."""
    transfer = open_transfer(request.tenant)
    if transfer is None:
        refused = refused_transfer(request.tenant)
        context = {"refused": refused, "expired": expired_transfer(request.tenant)}
        return render(request, "dashboard/transfer_none.html", context)
    return _page(request, transfer, None)


@require_POST
@permitted("invoices.pay")
def send_proof(request: MemberRequest) -> HttpResponse:
    """Attach the proof; what is refused is said at its field, the rest of the form stays as typed."""
    transfer = open_transfer(request.tenant)
    if transfer is None:
        messages.warning(request, _("Transfer ini sudah tidak terbuka. Mulailah dari halaman Bayar."))
        return redirect("pay")
    form = ProofForm(request.POST, request.FILES)
    if not _is_meant(request, transfer):
        said = _("Transfer di halaman tadi sudah diganti. Yang berlaku sekarang: transfer tepat %(amount)s.")
        form.add_error(None, said % {"amount": format_rupiah(transfer.asked)})
    elif form.is_valid() and _submitted(transfer, form):
        messages.success(request, _("Bukti transfer kami terima. Kami memberi tahu begitu pembayaran dikonfirmasi."))
        return redirect("transfer")
    return _page(request, transfer, form)


@require_POST
@permitted("invoices.pay")
def cancel(request: MemberRequest) -> HttpResponse:
    """Withdraw a transfer that is not decided; the invoices stay open."""
    transfer = open_transfer(request.tenant)
    if transfer is not None and not _is_meant(request, transfer):
        messages.warning(request, _("Transfer di halaman tadi sudah diganti. Inilah yang berlaku sekarang."))
        return redirect("transfer")
    if transfer is not None:
        try:
            cancel_transfer(transfer=transfer, now=timezone.now())
        except DomainError as error:
            messages.warning(request, error.message)
            return redirect("transfer")
        messages.success(request, _("Transfer dibatalkan. Tagihan tetap terbuka, pilih lagi cara bayarnya."))
    return redirect("pay")


def _is_meant(request: MemberRequest, transfer: BankTransfer) -> bool:
    """Whether the page was of this transfer: in another window another one, of another sum, may have taken its place."""
    return request.POST.get("transfer", str(transfer.pk)) == str(transfer.pk)


def _submitted(transfer: BankTransfer, form: ProofForm) -> bool:
    said = form.cleaned_data
    try:
        submit_proof(
            transfer=transfer,
            file=said["proof"],
            sender=said["sender"],
            transferred_on=said["transferred_on"],
            stated=said["stated"],
            note=said["note"],
            now=timezone.now(),
        )
    except DomainError as error:
        put_error(form, error)
        return False
    return True


def _page(request: MemberRequest, transfer: BankTransfer, form: ProofForm | None) -> HttpResponse:
    today = local_today(request.tenant, timezone.now())
    documents = list(Document.objects.filter(pk__in=transfer.documents).order_by("due_on", "number"))
    submitted = transfer.state == TransferState.SUBMITTED
    context = {
        "today": today,
        "transfer": transfer,
        "submitted": submitted,
        "documents": documents,
        "holder": _holder(transfer, documents),
        "asked_text": format_rupiah(transfer.asked),
        "code_text": format_rupiah(transfer.code),
        "due_on": min((item.due_on for item in documents), default=None),
        "closes_on": min((item.suspend_on for item in documents if item.suspend_on), default=None),
        "form": form,
        "proof_form": form or ProofForm(initial={"transferred_on": today, "stated": transfer.asked}),
    }
    return render(request, "dashboard/transfer.html", context, status=422 if form is not None else 200)


def _holder(transfer: BankTransfer, documents: list[Document]) -> str:
    accounts: list[dict[str, Any]] = documents[0].issuer["bank_accounts"] if documents else []
    return next((str(item["holder"]) for item in accounts if item["number"] == transfer.account), "")
