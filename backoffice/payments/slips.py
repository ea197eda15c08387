"""Slips of tax withheld that customers sent: the queue, the file, what accepting it changes, and the decision."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.actions.base import Change, Facts, Rehearsal, rehearse
from backoffice.actions.slips import PaperForm, slip_of
from backoffice.frame.base import OperatorAdmin, key_of, page, require, tenant_link, waiting
from backoffice.frame.papers import IMAGES, served
from backoffice.frame.previewed import agrees, sign_shown
from backoffice.payments.transfers import RejectForm
from billing.gateways.models import SentSlip, SentSlipState
from billing.models import Document
from billing.services.payments.sent_slips import accept_slip, refuse_slip
from billing.templatetags.langganan import rupiah
from tenants.context import inside, local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import User
from tenants.permissions import staff_may


@admin.register(SentSlip)
class SentSlipAdmin(OperatorAdmin):
    """Oldest waiting first."""

    list_display = ("slip", "customer", "number", "sum", "state", "submitted_by", "age")
    list_display_links = ("slip",)
    list_filter = ("state",)
    list_select_related = ("tenant",)
    search_fields = ("tenant__name", "number", "slip_number", "=amount")
    ordering = ("submitted_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Decided on a page of its own."""
        return HttpResponseRedirect(reverse("operator_slip", kwargs={"slip_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("bukti potong"), ordering="slip_number")
    def slip(self, sent: SentSlip) -> SafeString:
        """It leads to the file and the decision, and looks like a link."""
        return format_html('<span class="op-link">{}</span>', sent.slip_number)

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, sent: SentSlip) -> SafeString:
        """Who withheld."""
        return tenant_link(sent.tenant)

    @admin.display(description=gettext_lazy("jumlah"), ordering="amount")
    def sum(self, sent: SentSlip) -> str:
        """In rupiah."""
        return rupiah(sent.amount)

    @admin.display(description=gettext_lazy("menunggu"), ordering="submitted_at")
    def age(self, sent: SentSlip) -> str:
        """Since it was sent."""
        return waiting(sent.submitted_at) if sent.state == SentSlipState.SUBMITTED else "–"


@require_http_methods(["GET", "HEAD", "POST"])
def show_slip(request: HttpRequest, slip_id: UUID) -> HttpResponse:
    """The paper beside what the customer says; accepted after a look at what it changes, or refused with a reason."""
    sent = get_object_or_404(SentSlip.objects.select_related("tenant", "decided_by"), pk=slip_id)
    accept, reject = PaperForm(initial=_initial(sent)), RejectForm()
    rehearsal: Rehearsal | None = None
    if request.method == "POST":
        require(request, "decide_slip")
        rejecting = "reject" in request.POST
        form: forms.Form = RejectForm(request.POST) if rejecting else PaperForm(request.POST)
        if form.is_valid():
            rehearsal = _answer(request, sent, form)
            if rehearsal is None and not form.errors:
                return HttpResponseRedirect(f"{reverse('admin:gateways_sentslip_changelist')}?state__exact=submitted")
        accept, reject = (accept, form) if rejecting else (form, reject)  # type: ignore[assignment]
    return _show(request, sent, accept, reject, rehearsal)


def _show(
    request: HttpRequest, sent: SentSlip, accept: forms.Form, reject: forms.Form, rehearsal: Rehearsal | None
) -> HttpResponse:
    return page(
        request,
        "slip.html",
        _("Bukti potong %(number)s") % {"number": sent.slip_number},
        422 if accept.errors or reject.errors else 200,
        sent=sent,
        tenant_shown=sent.tenant,
        document=_document(sent),
        accept=accept,
        reject=reject,
        rehearsal=rehearsal,
        shown=sign_shown(_subject(sent), accept.cleaned_data) if rehearsal is not None else "",
        open=sent.state == SentSlipState.SUBMITTED,
        is_image=sent.paper_type in IMAGES,
        may_decide=staff_may(request.user, "decide_slip"),
        waited=waiting(sent.submitted_at),
    )


def _answer(request: HttpRequest, sent: SentSlip, form: forms.Form) -> Rehearsal | None:
    """Do what the button says, or show what it would do; None where it is done, or where the form says why not."""
    user, now = request.user, timezone.now()
    if not isinstance(user, User):
        raise Http404
    try:
        if isinstance(form, RejectForm):
            refuse_slip(sent=sent, reason=form.cleaned_data["reason"], staff=user, now=now)
            messages.success(request, _("Bukti potong ditolak; pelanggan diberi tahu."))
            return None
        slip = slip_of(form.cleaned_data)
        if not agrees(request, _subject(sent), form.cleaned_data):
            facts = Facts(sent.tenant, local_today(sent.tenant, now), now)
            found = rehearse(facts, lambda: accept_slip(sent=sent, slip=slip, staff=user, now=now))
            return Rehearsal([_left(sent, slip.amount), *found.changes], found.told)
        accept_slip(sent=sent, slip=slip, staff=user, now=now)
        messages.success(request, _("Bukti potong %(number)s dicatat.") % {"number": slip.number})
    except DomainError as error:
        put_error(form, error)
    return None


def _subject(sent: SentSlip) -> str:
    return f"operator-slip:{sent.pk}"


def _left(sent: SentSlip, amount: int) -> Change:
    """The invoice before and after."""
    document = _document(sent)
    left = document.outstanding if document is not None else 0
    return Change(_("Sisa %(number)s") % {"number": sent.number}, rupiah(left), rupiah(left - amount))


def _initial(sent: SentSlip) -> dict[str, Any]:
    """As the customer says; the month is the slip's own until staff read another one."""
    period = f"{sent.slip_on:%Y-%m}"
    return {"slip_number": sent.slip_number, "slip_on": sent.slip_on, "period": period, "amount": sent.amount}


def _document(sent: SentSlip) -> Document | None:
    with inside(sent.tenant):
        return Document.objects.filter(pk=sent.document_id).first()


@require_safe
def show_paper(_request: HttpRequest, slip_id: UUID) -> HttpResponse | FileResponse:
    """The customer's file, to staff alone."""
    sent = get_object_or_404(SentSlip, pk=slip_id)
    return served(sent.paper, sent.paper_type, sent.paper_name or "bukti-potong")
