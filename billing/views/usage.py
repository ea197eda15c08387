"""Turnover and the like: what was reported, a form and a file for more, and what the next invoice will say (C15)."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from billing.forms.usage import UsageFileForm, UsageForm
from billing.forms.usage_file import UsageRow
from billing.models import Subscription
from billing.rules.drafting import Draft
from billing.rules.progress import read_progress
from billing.selectors.accounts import living_subscription
from billing.selectors.drafts import forecast
from billing.services.charges.usage import CORRECTED, Usage, UsagePreview, preview_usage, report_all_usage
from billing.views.wording import SOURCES, draft_lines, said
from plans.rules.catalogue import Meter
from plans.rules.money import format_number, format_rupiah, plain
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.permissions import MemberRequest, member_may, permitted

SALT = "billing.usage"
PREVIEW_SECONDS = 24 * 60 * 60
HISTORY = 20


@require_safe
@permitted("invoices.view")
def show_next_invoice(request: MemberRequest) -> HttpResponse:
    """The next invoice as it looks today, from the function that will issue it."""
    today = local_today(request.tenant, timezone.now())
    subscription = living_subscription()
    waiting = [fix for held in read_progress(subscription.charged).values() for fix in held.fixes if fix.amount < 0]
    context = {
        "today": today,
        "meters": bool(subscription.terms.meters),
        "waiting": format_rupiah(-sum(fix.amount for fix in waiting)) if waiting else "",
    }
    return render(request, "dashboard/next_invoice.html", context | _foreseen(forecast(subscription, today)))


@require_safe
@permitted("quantity.view")
def show_usage(request: MemberRequest) -> HttpResponse:
    """What was read so far, and forms for more. A plan without a meter has no such page."""
    return _page(request, living_subscription())


@require_POST
@permitted("quantity.report")
def preview(request: MemberRequest) -> HttpResponse:
    """What a report or a file would do to the next invoice; nothing is kept yet."""
    subscription, from_file = living_subscription(), bool(request.FILES) or "file" in request.POST
    form: Form = UsageFileForm(request.POST, request.FILES) if from_file else UsageForm(request.POST)
    if not form.is_valid():
        return _page(request, subscription, form)
    found = form.cleaned_data["file"] if isinstance(form, UsageFileForm) else _single(form)
    meter, source = _meter(subscription).code, "file" if from_file else "dashboard"
    try:
        looked = preview_usage(tenant=request.tenant, usages=_usages(found, meter, source), today=_today(request))
    except DomainError as error:
        form.add_error("file" if from_file else _field(error, form), _told(error))
        return _page(request, subscription, form)
    said_yes = {
        "tenant": str(request.tenant.pk),
        "meter": meter,
        "source": source,
        "rows": [asdict(row) | {"on": row.on.isoformat(), "quantity": plain(row.quantity)} for row in found],
    }
    token = signing.dumps(said_yes, salt=SALT, compress=True)
    return _page(request, subscription, None, _looked(found, looked) | {"token": token})


@require_POST
@permitted("quantity.report")
def confirm(request: MemberRequest) -> HttpResponse:
    """Take what was previewed, all of it or nothing; sent twice it counts once."""
    try:
        agreed = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        agreed = None
    if agreed is None or agreed["tenant"] != str(request.tenant.pk):
        messages.warning(request, _("Pratinjau ini sudah terlalu lama. Kirim sekali lagi."))
        return redirect("usage")
    rows = [
        UsageRow(date.fromisoformat(row["on"]), Decimal(row["quantity"]), row["key"], row["corrects"])
        for row in agreed["rows"]
    ]
    try:
        report_all_usage(
            tenant=request.tenant, usages=_usages(rows, agreed["meter"], agreed["source"]), today=_today(request)
        )
    except DomainError as error:
        messages.error(request, _told(error))
    else:
        messages.success(request, _("Tersimpan: %(count)s.") % {"count": _reports(len(rows))})
    return redirect("usage")


def _page(
    request: MemberRequest, subscription: Subscription, form: Form | None = None, looked: dict[str, Any] | None = None
) -> HttpResponse:
    meter = _meter(subscription)
    unit = said(meter.unit)
    context = {
        "meter": said(meter.name),
        "unit": unit,
        "form": form,
        "usage_form": form if isinstance(form, UsageForm) else UsageForm(initial={"on": _today(request)}),
        "file_form": form if isinstance(form, UsageFileForm) else UsageFileForm(),
        "may_report": member_may(request.membership, "quantity.report"),
        "open": format_number(sum(map(Decimal, subscription.read.get(meter.code, {}).values()), Decimal(0))),
        "history": [_told_report(report) for report in _reports_of(subscription, meter)],
        **_foreseen(forecast(subscription, _today(request))),
    }
    bad = form is not None and bool(form.errors)
    return render(request, "dashboard/usage.html", context | (looked or {}), status=422 if bad else 200)


def _meter(subscription: Subscription) -> Meter:
    meter = next(iter(subscription.terms.meters), None)
    if meter is None:
        raise Http404
    return meter


def _reports_of(subscription: Subscription, meter: Meter) -> Any:
    return subscription.reports.filter(measure=meter.code).order_by("-created_at", "-pk")[:HISTORY]


def _told_report(report: Any) -> dict[str, Any]:
    outcome = _("Selisihnya pada tagihan berikutnya") if report.outcome == CORRECTED else _("Dicatat")
    corrected = report.document_number or ""
    return {
        "on": report.on,
        "quantity": format_number(report.quantity),
        "before": format_number(report.previous) if corrected else "",
        "outcome": outcome,
        "source": SOURCES.get(report.source, report.source),
        "by": report.reported_by,
        "key": "" if (report.key or "").startswith(("page:", "file:")) else report.key or "",
    }


def _single(form: Form) -> list[UsageRow]:
    return form.rows(f"page:{uuid4().hex}") if isinstance(form, UsageForm) else []


def _usages(rows: Sequence[UsageRow], meter: str, source: str) -> list[Usage]:
    return [Usage(meter, row.quantity, row.on, source, row.key, row.corrects) for row in rows]


def _looked(rows: Sequence[UsageRow], looked: UsagePreview) -> dict[str, Any]:
    total = sum((row.quantity for row in rows), Decimal(0))
    before, after = (
        format_rupiah(draft.total) if draft else format_rupiah(0) for draft in (looked.before, looked.after)
    )
    changes = [
        {"label": _("Laporan"), "after": _reports(len(rows))},
        {"label": _("Jumlah seluruhnya"), "after": format_number(total)},
        {"label": _("Tagihan berikutnya, perkiraan"), "before": before, "after": after},
    ]
    if looked.new < len(rows):
        changes.insert(1, {"label": _("Sudah pernah dilaporkan"), "after": _reports(len(rows) - looked.new)})
    if looked.late:
        changes.insert(1, {"label": _("Untuk masa yang sudah ditagih"), "after": _reports(looked.late)})
    return {
        "changes": changes,
        "then": _("Selisih untuk masa yang sudah ditagih muncul pada tagihan berikutnya.") if looked.late else "",
        "lines": draft_lines(looked.after) if looked.after else [],
    }


def _foreseen(draft: Draft | None) -> dict[str, Any]:
    if draft is None:
        return {"next_lines": [], "next_total": 0, "next_on": None, "next_due": None}
    return {
        "next_lines": draft_lines(draft),
        "next_total": draft.total,
        "next_on": draft.issued_on,
        "next_due": draft.due_on,
        "next_totals": [{"label": _("Perkiraan jumlah"), "amount": draft.total, "total": True}],
    }


def _reports(count: int) -> str:
    return ngettext("%(count)d laporan", "%(count)d laporan", count) % {"count": count}


def _told(error: DomainError) -> str:
    """With the row of the file, counted without its heading."""
    row = re.match(r"rows\[(\d+)\]", error.field or "")
    return _("Laporan ke-%(row)s: %(said)s") % {"row": row[1], "said": error.message} if row else error.message


def _field(error: DomainError, form: Form) -> str | None:
    name = (error.field or "").rpartition(".")[2]
    return name if name in form.fields else None


def _today(request: MemberRequest) -> date:
    return local_today(request.tenant, timezone.now())
