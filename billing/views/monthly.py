"""The monthly report (laporan bulanan): a list of months, and each as a PDF (N15)."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.documents.invoice_pdf import render_pdf
from billing.documents.monthly_report import MonthlyReport
from billing.errors import PdfUnavailable
from billing.selectors.accounts import latest_subscription
from billing.services.monthly_reports import months_until, report_of
from billing.views.wording import language
from tenants.context import local_today
from tenants.permissions import MemberRequest, permitted


@require_safe
@permitted("invoices.view")
def list_months(request: MemberRequest) -> HttpResponse:
    """Every month since sign-up, at most two years."""
    today, subscription = local_today(request.tenant, timezone.now()), latest_subscription()
    months = months_until(subscription.signed_up_on, today) if subscription is not None else []
    return render(request, "dashboard/monthly.html", {"months": months, "today": today})


@require_safe
@permitted("invoices.view")
def download_month(request: MemberRequest, slug: str) -> HttpResponse:
    """A month's PDF; the running month goes until today."""
    made = report_of(request.tenant, month_in(slug), local_today(request.tenant, timezone.now()), language())
    return report_response(request, made)


def month_in(slug: str) -> date:
    """ "2026-03" → 1 March 2026; anything else is not found."""
    try:
        return date.fromisoformat(f"{slug}-01")
    except ValueError as error:
        raise Http404(slug) from error


def report_response(request: HttpRequest, made: MonthlyReport | None) -> HttpResponse:
    """The report as a PDF; not found where there is none."""
    if made is None:
        raise Http404
    try:
        content = render_pdf(made)
    except PdfUnavailable as error:
        return render(request, "dashboard/pdf_unavailable.html", {"error": error.message}, status=error.status)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="laporan-{made.slug}.pdf"'
    return response
