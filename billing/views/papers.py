"""Papers beside the invoices: credit notes, receipts (kuitansi), the statement of account."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.documents.account_statement import StatementView, statement_view
from billing.documents.invoice_pdf import render_pdf
from billing.errors import DocumentNotFound, PaymentNotFound, WrongState
from billing.forms.statement import DaysForm
from billing.rules.account_statement import AccountStatement
from billing.selectors.accounts import latest_subscription
from billing.selectors.documents import paper_by_slug
from billing.selectors.statement_of_account import statement_of_account
from billing.selectors.taxing import issuer_of
from billing.services.documents.invoicing import customer_of
from billing.services.documents.printing import PdfFile
from billing.services.documents.receipts import issue_receipt
from billing.views.invoices import pdf_response
from billing.views.printing import printed_response
from billing.views.wording import language
from tenants.context import local_today
from tenants.models import Tenant
from tenants.permissions import MemberRequest, permitted


@require_safe
@permitted("invoices.view")
def download_paper(request: MemberRequest, slug: str) -> HttpResponse:
    """The PDF of a credit note."""
    try:
        return pdf_response(request, paper_by_slug(slug))
    except DocumentNotFound as error:
        raise Http404(error.message) from error


@require_safe
@permitted("invoices.view")
def download_receipt(request: MemberRequest, key: UUID) -> HttpResponse:
    """The kuitansi of a payment; it gets its number on the first request and is the same paper ever after."""
    today = local_today(request.tenant, timezone.now())
    try:
        receipt = issue_receipt(tenant=request.tenant, payment_id=key, today=today)
    except (PaymentNotFound, WrongState) as error:
        raise Http404(error.message) from error
    return pdf_response(request, receipt)


@require_safe
@permitted("invoices.view")
def show_statement(request: MemberRequest) -> HttpResponse:
    """What was charged and settled in some days, with the balance after each."""
    form = DaysForm(request.GET, today=local_today(request.tenant, timezone.now()))
    made = _made(form)
    view = _view(request.tenant, made) if made is not None else None
    status = 200 if made is not None or form.is_valid() else 422
    return render(request, "dashboard/statement.html", {"form": form, "view": view, "made": made}, status=status)


@require_safe
@permitted("invoices.view")
def download_statement(request: MemberRequest) -> HttpResponse:
    """The same as a PDF. It is no numbered paper: made anew each time, for the days asked for."""
    made = _made(DaysForm(request.GET, today=local_today(request.tenant, timezone.now())))
    view = _view(request.tenant, made) if made is not None else None
    if view is None:
        raise Http404
    return printed_response(request, lambda: PdfFile(f"{view.slug}.pdf", render_pdf(view)))


def _made(form: DaysForm) -> AccountStatement | None:
    if not form.is_valid():
        return None
    return statement_of_account(form.cleaned_data["first"], form.cleaned_data["last"])


def _view(tenant: Tenant, made: AccountStatement) -> StatementView | None:
    """Made up; None for a tenant that has never had a subscription."""
    subscription = latest_subscription()
    if subscription is None:
        return None
    _issuer, printed = issuer_of(subscription.terms.issuer)
    return statement_view(made, printed, customer_of(tenant, subscription), language())
