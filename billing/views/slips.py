"""A slip of tax withheld (bukti potong PPh 23): sent for an invoice, replaced, withdrawn, and what became of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.forms.slips import SlipForm
from billing.gateways.models import SentSlip, SentSlipState
from billing.models import Document
from billing.selectors.slips import latest_slip, takes_slip, withheld_of
from billing.services.payments.sent_slips import send_slip, withdraw_slip
from billing.services.payments.withholding import Slip
from billing.views.invoices import find_or_404
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import MemberRequest, permitted


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("slips.send")
def show_slip(request: MemberRequest, slug: str) -> HttpResponse:
    """What was sent and what became of it, and the form; what is refused is said at its field, the rest stays as typed."""
    document = find_or_404(slug)
    if not takes_slip(document):
        messages.info(request, _("Tagihan ini tidak terbuka; bukti potong tidak diperlukan."))
        return redirect("invoice", slug=document.slug)
    form = SlipForm(request.POST, request.FILES) if request.method == "POST" else None
    if form is not None and form.is_valid() and _sent(request, document, form):
        messages.success(request, _("Bukti potong kami terima. Kami memberi tahu begitu diperiksa."))
        return redirect("invoice_slip", slug=document.slug)
    return _page(request, document, form)


@require_POST
@permitted("slips.send")
def withdraw(request: MemberRequest, slug: str) -> HttpResponse:
    """Take a slip back that is not decided; the invoice is as it was."""
    document = find_or_404(slug)
    sent = latest_slip(request.tenant, document)
    if sent is not None:
        try:
            withdraw_slip(sent=sent, now=timezone.now())
        except DomainError as error:
            messages.warning(request, error.message)
            return redirect("invoice_slip", slug=document.slug)
        messages.success(request, _("Bukti potong dibatalkan. Anda dapat mengirim yang lain."))
    return redirect("invoice_slip", slug=document.slug)


def _sent(request: MemberRequest, document: Document, form: SlipForm) -> bool:
    said = form.cleaned_data
    # The month of the tax is the slip's own until staff read another one on the paper.
    slip = Slip(said["slip_number"], said["slip_on"], f"{said['slip_on']:%Y-%m}", said["amount"])
    try:
        send_slip(tenant=request.tenant, invoice=document.number, slip=slip, file=said["paper"], now=timezone.now())
    except DomainError as error:
        put_error(form, error)
        return False
    return True


def _page(request: MemberRequest, document: Document, form: SlipForm | None) -> HttpResponse:
    sent = latest_slip(request.tenant, document)
    context = {
        "today": local_today(request.tenant, timezone.now()),
        "document": document,
        "withheld": withheld_of(document),
        "sent": sent,
        "waits": sent is not None and sent.state == SentSlipState.SUBMITTED,
        "refused": sent is not None and sent.state == SentSlipState.REFUSED,
        "form": form,
        "slip_form": form or SlipForm(initial=_initial(document, sent)),
    }
    return render(request, "dashboard/slip.html", context, status=422 if form is not None else 200)


def _initial(document: Document, sent: SentSlip | None) -> dict[str, object]:
    """What was said of a slip that waits or was refused; else what the law says may be kept back."""
    if sent is None or sent.state == SentSlipState.ACCEPTED:
        return {"amount": withheld_of(document)}
    return {"slip_number": sent.slip_number, "slip_on": sent.slip_on, "amount": sent.amount}
