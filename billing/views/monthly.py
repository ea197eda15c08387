"""The tenant's own report: its months side by side, what comes next, and each month as a PDF (N15)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.documents.invoice_pdf import render_pdf
from billing.documents.monthly_report import MonthlyReport
from billing.models import Subscription
from billing.rules.charts import months_columns
from billing.rules.months import Month
from billing.selectors.accounts import latest_subscription
from billing.selectors.drafts import forecast
from billing.selectors.months import months_of
from billing.services.documents.monthly_reports import months_until, report_of
from billing.services.documents.printing import PdfFile
from billing.views.printing import printed_response
from billing.views.sheets import KINDS, sheet
from billing.views.wording import counted, language, said
from plans.rules.money import format_number
from tenants.context import local_today
from tenants.permissions import MemberRequest, permitted

HEADS = ("month", "billed", "paid", "balance", "count", "used")


@require_safe
@permitted("invoices.view")
def list_months(request: MemberRequest) -> HttpResponse:
    """Every month since sign-up, at most two years: billed, paid, open, how many; what comes next; `berkas` gives the table."""
    today, subscription = local_today(request.tenant, timezone.now()), latest_subscription()
    if subscription is None:
        return render(request, "dashboard/monthly.html", {"months": [], "today": today})
    meter = next(iter(subscription.terms.meters), None)
    firsts = months_until(subscription.signed_up_on, today)
    months = months_of(subscription, firsts, today, meter.code if meter else "")
    if request.GET.get("berkas") in KINDS:
        return cast(HttpResponse, sheet(f"laporan-{today}", request.GET["berkas"], HEADS, _lines(months)))
    draft = forecast(subscription, today) if subscription.ended_on is None else None
    context = {
        "months": [_told(month, subscription) for month in months],
        "meter": said(meter.name) if meter else "",
        "read_in": said(meter.unit) if meter else "",
        "unit": said(subscription.terms.unit),
        "draft": draft,
        "chart": months_columns([int(month.count) for month in reversed(months)], 100),
        "today": today,
    }
    return render(request, "dashboard/monthly.html", context)


def _told(month: Month, subscription: Subscription) -> dict[str, Any]:
    return {
        "first": month.first,
        "billed": month.billed,
        "paid": month.paid,
        "balance": month.balance,
        "count": counted(subscription.terms, month.count),
        "used": format_number(month.used),
    }


def _lines(months: Sequence[Month]) -> Iterator[list[str | int | date]]:
    for month in months:
        yield [month.first, month.billed, month.paid, month.balance, int(month.count), int(month.used)]


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
    return printed_response(request, lambda: PdfFile(f"laporan-{made.slug}.pdf", render_pdf(made)))
