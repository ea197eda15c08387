"""Reporting a quantity: see what it will cost, then confirm exactly that."""

import copy
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import openpyxl
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from billing.errors import StalePreview
from billing.forms.quantity import CountFileForm, QuantityForm
from billing.models import QuantityReport, Subscription
from billing.rules.gathering import read_gathered, write_gathered
from billing.rules.seats import Outcome
from billing.selectors.accounts import living_subscription
from billing.selectors.drafts import forecast
from billing.services.subscriptions.quantities import Preview, Report, confirm_quantity, essence_of, preview_quantity
from billing.views.agreeing import read_agreed, sign_agreed
from billing.views.wording import OUTCOMES, SOURCES, counted, draft_lines, said, spelled
from plans.rules.money import format_rupiah, plain
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.permissions import MemberRequest, member_may, permitted

SUBJECT = "billing.quantity"
HISTORY = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview on the page with the token that confirms it."""

    preview: Preview
    token: str
    source: str


@require_safe
@permitted("quantity.view")
def show_quantity(request: MemberRequest) -> HttpResponse:
    """What counts now, a form for a new count, and the reports so far."""
    today = local_today(request.tenant, timezone.now())
    return _page(request, living_subscription(), today)


@require_POST
@permitted("quantity.report")
def preview(request: MemberRequest) -> HttpResponse:
    """What a number would do: a fragment for HTMX while it is typed, the whole page without."""
    today, form = local_today(request.tenant, timezone.now()), QuantityForm(request.POST)
    subscription = living_subscription()
    shown = _look(request, subscription, form, "quantity", today, "dashboard") if form.is_valid() else None
    if request.htmx:
        context = {"form": form, "tenant": request.tenant} | (_previewed(subscription, shown, today) if shown else {})
        return render(request, "dashboard/_quantity_preview.html", context)
    return _page(request, subscription, today, form=form, shown=shown)


@require_POST
@permitted("quantity.report")
def preview_file(request: MemberRequest) -> HttpResponse:
    """Count an uploaded list and preview its total. The file itself is not kept."""
    today, file_form = local_today(request.tenant, timezone.now()), CountFileForm(request.POST, request.FILES)
    subscription = living_subscription()
    if not file_form.is_valid():
        return _page(request, subscription, today, file_form=file_form)
    total = file_form.cleaned_data["file"].total
    form = QuantityForm({"quantity": plain(total)})
    shown = _look(request, subscription, form, "quantity", today, "file") if form.is_valid() else None
    return _page(request, subscription, today, form=form, shown=shown, counted_file=file_form.cleaned_data["file"])


@require_POST
@permitted("quantity.report")
def confirm(request: MemberRequest) -> HttpResponse:
    """Report what was previewed. Sent twice it reports once; when things have changed it shows the new preview."""
    today = local_today(request.tenant, timezone.now())
    agreed = read_agreed(SUBJECT, request)
    if agreed is None:
        messages.warning(request, _("Pratinjau ini sudah terlalu lama. Isi jumlahnya sekali lagi."))
        return redirect("quantity")
    quantity = Decimal(agreed["quantity"])
    report = Report(quantity=quantity, on=today, source=agreed["source"], key=f"page:{agreed['key']}")
    try:
        made = confirm_quantity(tenant=request.tenant, report=report, agreed=agreed["essence"], today=today)
    except StalePreview as stale:
        messages.warning(request, stale.message)
    except DomainError as error:
        form = QuantityForm({"quantity": agreed["quantity"]})
        form.add_error("quantity", error.message)
        return _page(request, living_subscription(), today, form=form)
    else:
        messages.success(request, _outcome(living_subscription(), made))
        return redirect("quantity")
    subscription, form = living_subscription(), QuantityForm({"quantity": agreed["quantity"]})
    shown = _look(request, subscription, form, "quantity", today, agreed["source"]) if form.is_valid() else None
    return _page(request, subscription, today, form=form, shown=shown)


@require_safe
@permitted("quantity.view")
def download_template(request: MemberRequest, kind: str) -> HttpResponse:
    """An empty list to fill in: the headings, nothing that would be counted."""
    head = ["nomor", "nama"]
    if kind == "csv":
        response = HttpResponse("\ufeff" + ",".join(head) + "\r\n", content_type="text/csv; charset=utf-8")
    else:
        book, buffer = openpyxl.Workbook(write_only=True), io.BytesIO()
        book.create_sheet(pgettext("lembar", "Daftar")).append(head)
        book.save(buffer)
        response = HttpResponse(
            buffer.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
    response["Content-Disposition"] = f'attachment; filename="daftar.{kind}"'
    return response


def _look(
    request: MemberRequest, subscription: Subscription, form: QuantityForm, field: str, today: date, source: str
) -> Shown | None:
    """Preview the form's number; what the rules refuse becomes an error of its field."""
    quantity: Decimal = form.cleaned_data["quantity"]
    try:
        made = preview_quantity(subscription=subscription, quantity=quantity, on=today, today=today)
    except DomainError as error:
        form.add_error(field, error.message)
        return None
    agreed = {
        "quantity": plain(quantity),
        "source": source,
        "essence": essence_of(made),
        "key": uuid4().hex,
    }
    return Shown(made, sign_agreed(SUBJECT, request.tenant, agreed), source)


def _page(
    request: MemberRequest,
    subscription: Subscription,
    today: date,
    *,
    form: QuantityForm | None = None,
    file_form: CountFileForm | None = None,
    shown: Shown | None = None,
    counted_file: Any = None,
) -> HttpResponse:
    agreement = subscription.terms
    failed = file_form if file_form is not None and file_form.errors else form
    context = {
        "today": today,
        "unit": said(agreement.unit),
        "rows": _rows(subscription),
        "number_form": form or QuantityForm(),
        "file_form": file_form or CountFileForm(),
        "form": failed,
        "history": _history(subscription),
        "may_report": member_may(request.membership, "quantity.report"),
        "counted_file": counted_file,
    }
    bad = failed is not None and bool(failed.errors)
    context |= _previewed(subscription, shown, today) if shown else {}
    return render(request, "dashboard/quantity.html", context, status=422 if bad else 200)


def _rows(subscription: Subscription) -> list[dict[str, Any]]:
    agreement = subscription.terms
    billed = (
        counted(agreement, subscription.billed_quantity) if subscription.billed_quantity else _("Belum pernah ditagih")
    )
    return [
        {"label": _("Jumlah sekarang"), "value": counted(agreement, subscription.quantity)},
        {"label": _("Terakhir ditagih"), "value": billed},
    ]


def _history(subscription: Subscription) -> list[dict[str, Any]]:
    reports = subscription.reports.filter(measure="").order_by("-created_at", "-pk")[:HISTORY]
    return [
        {
            "on": report.on,
            "before": counted(subscription.terms, report.previous),
            "after": counted(subscription.terms, report.quantity),
            "outcome": OUTCOMES.get(Outcome(report.outcome), report.outcome),
            "source": SOURCES.get(report.source, report.source),
            "by": report.reported_by,
            "number": report.document_number,
            "slug": report.document_number.replace("/", "-"),
        }
        for report in reports
    ]


def _previewed(subscription: Subscription, shown: Shown, today: date) -> dict[str, Any]:
    """What the preview says: changes, lines with their explanation, and what follows."""
    made, agreement = shown.preview, subscription.terms
    return {
        "preview": made,
        "token": shown.token,
        "confirm_label": _("Simpan %(count)s") % {"count": counted(agreement, made.quantity)},
        "changes": [
            {
                "label": pgettext("banyaknya", "Jumlah"),
                "before": counted(agreement, made.current),
                "after": counted(agreement, made.quantity),
            },
            *_money_changes(subscription, made, today),
        ],
        "lines": draft_lines(drafted) if (drafted := made.draft or made.gathered) else [],
        "then": _then(made),
        "undo": _undo(made),
    }


def _money_changes(subscription: Subscription, made: Preview, today: date) -> list[dict[str, str]]:
    if made.draft is not None:
        return [
            {"label": _("Tagihan baru"), "after": format_rupiah(made.draft.total)},
            {"label": _("Terbit"), "after": spelled(made.draft.issued_on)},
            {"label": _("Jatuh tempo"), "after": spelled(made.draft.due_on)},
        ]
    changes = [{"label": _("Tagihan hari ini"), "after": _("Tidak ada")}]
    changes += [{"label": _("Tagihan dibatalkan"), "after": number} for number in made.voids]
    if made.decision.outcome is Outcome.FREE_NOW:
        return [*changes, {"label": _("Paket"), "after": said(subscription.terms.plan_for(made.quantity).name)}]
    grown = copy.copy(subscription)
    grown.quantity = made.quantity
    if made.gathered is not None:
        changes.append({"label": _("Tambahan pada tagihan berikutnya"), "after": format_rupiah(made.gathered.total)})
        waiting = (*read_gathered(subscription.gathered), *made.gathered.lines)
        grown.gathered = write_gathered(waiting)
    now, then = forecast(subscription, today), forecast(grown, today)
    if now is not None or then is not None:
        before, after = (format_rupiah(draft.total) if draft else _("Gratis") for draft in (now, then))
        changes.append({"label": _("Tagihan berikutnya, perkiraan"), "before": before, "after": after})
    return changes


def _then(made: Preview) -> str:
    """What happens next, by the outcome of X8 and X9."""
    sentences = {
        Outcome.RECORDED: _("Jumlah ini dipakai mulai tagihan berikutnya."),
        Outcome.BELOW_THRESHOLD: _(
            "Kenaikan ini terlalu kecil untuk ditagih sekarang. "
            "Kenaikan berikutnya dihitung dari jumlah yang terakhir ditagih."
        ),
        Outcome.PRO_RATA: _("Hanya tambahannya yang ditagih, untuk sisa hari masa langganan ini."),
        Outcome.GATHERED: _("Tambahannya dihitung untuk sisa hari masa ini dan ditagih bersama tagihan berikutnya."),
        Outcome.IN_FULL: _("Tambahannya ditagih penuh karena melewati batas tingkat harga. Harga satuan Anda tetap."),
        Outcome.NEW_TERM: _("Paket gratis berakhir: masa langganan baru dimulai hari ini untuk seluruh jumlah."),
        Outcome.FREE_NOW: _("Langganan Anda menjadi gratis saat itu juga."),
        Outcome.FREE_AT_RENEWAL: _("Masa yang sudah dibayar tetap berjalan. Sesudahnya langganan Anda gratis."),
    }
    return sentences[made.decision.outcome]


def _undo(made: Preview) -> str:
    if made.draft is not None:
        return _("Tagihan yang sudah terbit hanya dapat dibatalkan oleh kami. Periksa jumlahnya dahulu.")
    return _("Bila keliru, laporkan jumlah yang benar kapan saja.")


def _outcome(subscription: Subscription, made: QuantityReport) -> str:
    """What happened, in one line."""
    text = _("Tersimpan: %(count)s.") % {"count": counted(subscription.terms, made.quantity)}
    if made.document_number:
        return text + " " + _("Tagihan %(number)s terbit.") % {"number": made.document_number}
    return f"{text} {OUTCOMES[Outcome(made.outcome)]}."
