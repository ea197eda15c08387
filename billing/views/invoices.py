"""Invoices: the list, one of them, its PDF."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from billing.documents.account_statement import KINDS
from billing.documents.ways import spell_channel
from billing.errors import DocumentNotFound
from billing.gateways.models import SentSlipState
from billing.models import Allocation, Document, DocumentKind, DocumentStatus, Payment
from billing.rules.ledger import WITHHELD
from billing.selectors.accounts import balance_of, open_documents
from billing.selectors.credit_notes import credit_notes_of
from billing.selectors.documents import badge_of, document_by_slug, documents_of, tax_invoice_of, view_of
from billing.selectors.slips import asks_for_slip, latest_slip, takes_slip
from billing.selectors.transfers import transfer_under_review
from billing.services.documents.printing import pdf_of
from billing.views.printing import printed_response
from billing.views.wording import language, spelled
from plans.rules.money import format_rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.models import Event, Tenant
from tenants.permissions import MemberRequest, member_may, permitted

FILTERS = {"": "", "terbuka": "open", "lunas": "paid", "batal": "void"}
LANGUAGES = frozenset({"id", "en"})


@require_safe
@permitted("invoices.view")
def list_invoices(request: MemberRequest) -> HttpResponse:
    """Newest first, filtered by state; a filter or cursor nobody gave is the first page of all."""
    today = local_today(request.tenant, timezone.now())
    wanted = request.GET.get("status", "")
    if wanted not in FILTERS:
        raise Http404(wanted)
    try:
        page = documents_of(status=FILTERS[wanted], cursor=request.GET.get("cursor", ""), today=today)
    except DomainError as error:
        raise Http404(error.message) from error
    waiting = open_documents()
    context = {
        "today": today,
        "documents": [{"document": item, "badge": badge_of(item, today)} for item in page.documents],
        "tabs": _tabs(wanted, len(waiting)),
        "wanted": wanted,
        "older_url": _page_url(wanted, page.older),
        "newer_url": _page_url(wanted, page.newer),
        "balance": balance_of(waiting),
        "may_pay": bool(waiting) and member_may(request.membership, "invoices.pay"),
    }
    return render(request, "dashboard/invoices.html", context)


@require_safe
@permitted("invoices.view")
def show_invoice(request: MemberRequest, slug: str) -> HttpResponse:
    """One document: what it says, why, what was paid on it, what happened to it."""
    document = find_or_404(slug)
    today = local_today(request.tenant, timezone.now())
    made = invoice_context(request.tenant, document)
    may_pay = document.outstanding > 0 and made["under_review"] is None
    context = made | {
        "today": today,
        "badge": badge_of(document, today),
        "payments": _payments(document),
        "fees": list(document.fees.order_by("issued_on", "pk")),
        "notes": [note for note in credit_notes_of(document) if note.kind == DocumentKind.CREDIT_NOTE],
        "tax_invoice": tax_invoice_of(request.tenant, document),
        "history": _history(request.tenant, document),
        "may_pay": may_pay and member_may(request.membership, "invoices.pay"),
        "pay_url": f"{reverse('pay')}?tagihan={document.slug}",
        "slip": _slip(request, document),
    }
    return render(request, "dashboard/invoice.html", context)


@require_safe
@permitted("invoices.view")
def download_pdf(request: MemberRequest, slug: str) -> HttpResponse:
    """The PDF, in Indonesian or English; the same bytes each time."""
    return pdf_response(request, find_or_404(slug))


def find_or_404(slug: str) -> Document:
    """A document of this tenant; another tenant's number is as unknown as one that never was."""
    try:
        return document_by_slug(slug)
    except DocumentNotFound as error:
        raise Http404(error.message) from error


def pdf_response(request: Any, document: Document) -> HttpResponse:
    """The printed document as a download, or a page that says why there is none now."""
    asked = request.GET.get("lang", "") or language()[:2]
    chosen, now = asked if asked in LANGUAGES else "id", timezone.now()
    return printed_response(
        request, partial(pdf_of, tenant=request.tenant, document=document, language=chosen, now=now)
    )


def invoice_context(tenant: Tenant, document: Document) -> dict[str, Any]:
    """What page and public page share: the document made up, and the sentence it opens with."""
    view = view_of(tenant, document, language())
    late_fee = document.kind == DocumentKind.LATE_FEE
    noun = _("Denda") if late_fee else pgettext("satu", "Tagihan")
    amount: int | None = document.outstanding
    if document.status == DocumentStatus.PAID:
        lead, amount, tail, when_on = noun, document.total, _("lunas"), document.paid_on
    elif document.status == DocumentStatus.CLOSED:
        lead, amount, tail, when_on = noun, document.total, _("ditutup"), None
    elif document.status == DocumentStatus.VOID:
        lead, amount, tail, when_on = noun, document.total, _("dibatalkan"), document.voided_on
    else:
        lead, tail, when_on = noun, _("jatuh tempo %(day)s") % {"day": spelled(document.due_on)}, document.due_on
    # A page that invites to pay while the proof is being checked is paid twice.
    under_review = transfer_under_review(tenant, document) if document.outstanding else None
    facts = {"document": document, "view": view, "under_review": under_review}
    return facts | {"lead": lead, "amount": amount, "tail": tail, "when_on": when_on}


def _slip(request: MemberRequest, document: Document) -> dict[str, Any] | None:
    """The slip of tax withheld, as far as this reader has to know of it: the one sent last, and whether one may be sent."""
    if not takes_slip(document):
        return None
    sent, asks = latest_slip(request.tenant, document), asks_for_slip(request.tenant, document)
    may_send = (asks or sent is not None) and member_may(request.membership, "slips.send")
    state = sent.state if sent is not None else ""
    return {
        "sent": sent,
        "waits": state == SentSlipState.SUBMITTED,
        "refused": state == SentSlipState.REFUSED,
        "url": reverse("invoice_slip", args=[document.slug]) if may_send else "",
    }


def _tabs(wanted: str, waiting: int) -> list[dict[str, Any]]:
    words = {"": _("Semua"), "terbuka": _("Belum dibayar"), "lunas": _("Lunas"), "batal": _("Batal")}
    return [
        {
            "label": words[name],
            "url": f"{reverse('invoices')}?status={name}" if name else reverse("invoices"),
            "current": name == wanted,
            "count": waiting if name == "terbuka" and waiting else None,
        }
        for name in FILTERS
    ]


def _page_url(wanted: str, cursor: str) -> str:
    status = f"status={wanted}&" if wanted else ""
    return f"{reverse('invoices')}?{status}cursor={cursor}" if cursor else ""


def _payments(document: Document) -> list[dict[str, Any]]:
    """What settled it: money and credit, oldest first; negative where a void took it back."""
    rows = list(document.allocations.select_related("payment").order_by("created_at", "pk"))
    reversed_ones = {row.payment.reverses for row in rows if row.payment is not None}
    return [
        {
            "on": row.payment.received_on if row.payment else row.on,
            "amount": row.amount,
            "how": _how(row.payment),
            "receipt": row.payment_id
            if row.amount > 0 and _is_money(row) and row.payment_id not in reversed_ones
            else None,
        }
        for row in rows
    ]


def _how(payment: Payment | None) -> str:
    if payment is None:
        return _("Saldo Anda")
    way = spell_channel(payment.channel, payment.method, language())
    if payment.amount > 0:
        return way
    return KINDS["refund" if payment.reference.startswith("refund:") else "reversal"][language() == "en"] + f", {way}"


def _history(tenant: Tenant, document: Document) -> list[dict[str, Any]]:
    words = {
        "invoice.issued": _("Terbit"),
        "late_fee.charged": _("Terbit"),
        "invoice.overdue": _("Lewat jatuh tempo"),
        "invoice.paid": _("Lunas"),
        "invoice.voided": _("Dibatalkan"),
        "credit_note.issued": _("Nota kredit"),
        "invoice.written_off": _("Ditutup"),
        "slip.submitted": _("Bukti potong dikirim"),
        "slip.accepted": _("Bukti potong diterima"),
        "slip.refused": _("Bukti potong ditolak"),
        "reminder.sent": _("Pengingat dikirim"),
    }
    events = Event.objects.filter(tenant=tenant, name__in=words, data__invoice=document.number).order_by("id")
    # Several channels of one reminder are one line for a person.
    once = {(item.occurred_on, item.name): item for item in events[:60]}
    return [{"on": on, "what": words[name], "why": item.data.get("reason", "")} for (on, name), item in once.items()]


def document_label(document: Document) -> str:
    """ "XC/INV/2025/03/00001, Rp 750.000"."""
    return f"{document.number}, {format_rupiah(document.outstanding)}"


def _is_money(row: Allocation) -> bool:
    """A slip of tax withheld is no money received: no kuitansi acknowledges it."""
    return row.payment is None or row.payment.channel != WITHHELD
