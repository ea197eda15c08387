"""One line of the bank: suggestions with their reasons, another tenant, no payment at all, or undone; and its trail."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.banking.forms import AssignForm, IgnoreForm, PayoutForm, UndoForm
from backoffice.banking.queue import accepted, queue_address, tenant_by_key
from backoffice.banking.words import payout_proposals, proposals_for
from backoffice.frame.base import page, require, staff_of
from billing.errors import PerhapsBooked
from billing.gateways.statements.models import PLACED, BankLine, IgnoredAs, LineState
from billing.models import Payment
from billing.services.banking.lines import Target, assign_line, ignore_line, undo_line
from billing.services.banking.payouts import confirm_payout
from billing.services.gateway.client import gateway
from tenants.context import inside
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import Tenant
from tenants.permissions import staff_may

FORMS: dict[str, type[forms.Form]] = {
    "assign": AssignForm,
    "ignore": IgnoreForm,
    "payout": PayoutForm,
    "undo": UndoForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
def show_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """What the bank says, whose it may be, and the decision."""
    line = get_object_or_404(
        BankLine.objects.select_related("statement", "tenant", "transfer", "decided_by"), pk=line_id
    )
    given = {name: kind(auto_id=_ids(name)) for name, kind in FORMS.items()}
    if request.method == "POST":
        require(request, "work_bank_line")
        act = next((name for name in ("accept", "link", *given) if name in request.POST), "")
        done = _press(request, line, act) if act in {"accept", "link"} else _submit(request, line, act, given)
        if done:
            messages.success(request, done)
            return HttpResponseRedirect(queue_address())
    return _show(request, line, given)


def _ids(name: str) -> str:
    """Each form's own: all of them stand on one page, and each asks for a reason."""
    return f"{name}_%s"


def _show(request: HttpRequest, line: BankLine, given: dict[str, forms.Form]) -> HttpResponse:
    waits = line.state == LineState.WAITING and line.incoming
    wrong = any(form.errors for form in given.values())
    return page(
        request,
        "bank_line.html",
        _("Mutasi %(day)s") % {"day": line.on.strftime("%d/%m/%Y")},
        422 if wrong else 200,
        line=line,
        waits=waits,
        placed=line.state in PLACED,
        payment=_payment(line.tenant, line.payment),
        proposals=proposals_for([line]).get(line.pk, []) if waits else [],
        sent_on=payout_proposals([line]).get(line.pk) if waits else None,
        payouts=line.payouts.order_by("day"),
        steps=line.steps.select_related("tenant"),
        alike=getattr(given["assign"], "alike", None),
        may_work=staff_may(request.user, "work_bank_line"),
        **given,
    )


def _payment(tenant: Tenant | None, payment: UUID | None) -> Payment | None:
    if tenant is None or payment is None:
        return None
    with inside(tenant):
        return Payment.objects.filter(pk=payment).first()


def _press(request: HttpRequest, line: BankLine, act: str) -> str:
    """A suggestion, or the payment that is there already."""
    try:
        if act == "link":
            return _linked(request, line)
        if done := accepted(request, line, request.POST["accept"]):
            return done
        messages.error(request, _("Saran itu sudah berubah. Periksa lagi."))
    except DomainError as error:
        messages.error(request, error.message)
    return ""


def _linked(request: HttpRequest, line: BankLine) -> str:
    tenant = tenant_by_key(request.POST.get("tenant", ""))
    try:
        payment = UUID(request.POST["link"])
    except ValueError as error:
        raise Http404 from error
    reason = _("Dikaitkan dengan pembayaran yang sudah dibukukan")
    _assign(request, line, Target(tenant, payment=payment), reason)
    return _("Dikaitkan dengan pembayaran %(tenant)s.") % {"tenant": tenant}


def _submit(request: HttpRequest, line: BankLine, act: str, given: dict[str, forms.Form]) -> str:
    if act not in FORMS:
        raise Http404
    form = given[act] = FORMS[act](request.POST, auto_id=_ids(act))
    if not form.is_valid():
        return ""
    try:
        return _done(request, line, act, form)
    except PerhapsBooked as error:
        _ask(form, error)
        put_error(form, error)
    except DomainError as error:
        put_error(form, error)
    return ""


def _ask(form: forms.Form, error: PerhapsBooked) -> None:
    """Show the box for other money, and the payment to link with where it is this tenant's."""
    form.asks = True  # type: ignore[attr-defined]
    if "payment" in error.data:
        tenant = form.cleaned_data["tenant"]
        form.alike = (tenant, _payment(tenant, UUID(str(error.data["payment"]))))  # type: ignore[attr-defined]


def _done(request: HttpRequest, line: BankLine, act: str, form: forms.Form) -> str:
    said, user, now = form.cleaned_data, staff_of(request), timezone.now()
    if act == "ignore":
        ignore_line(line=line, kind=IgnoredAs(said["kind"]), reason=said["reason"], staff=user, now=now)
        return _("Ditandai bukan pembayaran.")
    if act == "payout":
        days = {"first": said["first"], "last": said["last"] or said["first"]}
        confirm_payout(line=line, **days, reason=said["reason"], staff=user, now=now)
        return _("Dicocokkan dengan penerusan dana gateway.")
    if act == "undo":
        undo_line(line=line, reason=said["reason"], staff=user, now=now)
        return _("Keputusan dibatalkan; mutasi menunggu lagi.")
    target = Target(said["tenant"], documents=said["documents"], anyway=said["anyway"])
    _assign(request, line, target, said["reason"])
    return _("Dibukukan pada %(tenant)s.") % {"tenant": said["tenant"]}


def _assign(request: HttpRequest, line: BankLine, target: Target, reason: str) -> None:
    user, now = staff_of(request), timezone.now()
    assign_line(line=line, target=target, reason=reason, staff=user, now=now, gateway=gateway())
