"""Issuing documents and voiding them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.errors import DocumentNotFound, NotVoidable
from billing.models import (
    Allocation,
    CreditEntry,
    Document,
    DocumentKind,
    DocumentLine,
    DocumentStatus,
    LineKind,
    Subscription,
)
from billing.rules import deferral, dunning
from billing.rules.deferral import Served
from billing.rules.drafting import Draft, Line
from billing.rules.nets import net_of
from billing.rules.tax import tax_facts, taxed_lines
from billing.selectors.taxing import issuer_of, taxation_of, taxed
from billing.services.books.ledger import keep_allocation, keep_credit, post_issue, post_void
from billing.services.books.settling import apply_credit
from billing.services.documents.tax_invoices import drop_tax_invoice, keep_tax_invoice
from billing.services.standing import record
from plans.rules.catalogue import Issuer as IssuerTerms
from plans.rules.catalogue import Text
from plans.rules.money import format_number, format_rupiah, plain
from plans.rules.periods import Period
from tenants.models import Tenant
from tenants.rows import change, keep
from tenants.services.numbering import take_number

REPEATED = frozenset({LineKind.RISE, LineKind.CHANGE, LineKind.ADDON, LineKind.ITEM, LineKind.ONE_OFF})
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(frozen=True, slots=True)
class Dates:
    """The days that follow from a document's terms."""

    issued_on: date
    due_on: date
    suspend_on: date | None = None
    next_fee_on: date | None = None
    period: Period | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def issue_draft(tenant: Tenant, subscription: Subscription, draft: Draft, *, cause: str = "") -> Document | None:
    """Issue a draft as an invoice with the next number of its issuer; a draft of zero leaves an event instead.

    Writes invoice, lines, credit used and `invoice.issued` in the caller's transaction, which holds the tenant's lock.
    """
    draft = taxed(draft, subscription.terms)
    lines = [line for line in draft.lines if line.amount or draft.total]
    if draft.total == 0:
        record(
            tenant,
            subscription,
            "invoice.skipped",
            draft.issued_on,
            amount=0,
            period={"from": draft.period.start.isoformat(), "to": draft.period.end.isoformat()},
        )
        return None
    fee = subscription.terms.terms.late_fee
    dates = Dates(
        issued_on=draft.issued_on,
        due_on=draft.due_on,
        suspend_on=draft.suspend_on,
        next_fee_on=dunning.fee_day(draft.due_on, 0) if fee else None,
        period=draft.period,
    )
    return issue_document(tenant, subscription, DocumentKind.INVOICE, lines, dates, cause=cause)


def issue_document(
    tenant: Tenant,
    subscription: Subscription,
    kind: DocumentKind,
    lines: Sequence[Line],
    dates: Dates,
    *,
    parent: Document | None = None,
    note: str = "",
    cause: str = "",
) -> Document:
    """Give a document its number, copy issuer, customer and texts into it, and tell it. Credit is used up at once.

    Lines that have no tax yet get that of the day of issue.
    """
    agreement = subscription.terms
    (issuer, printed), taxation = issuer_of(agreement.issuer), taxation_of(agreement, dates.issued_on)
    lines = taxed_lines(lines, taxation)
    subtotal, tax = sum(line.amount for line in lines), sum(line.charged_tax for line in lines)
    document = Document(
        kind=kind,
        number=next_number(tenant, issuer, kind, dates.issued_on),
        subscription=subscription,
        parent=parent,
        issued_on=dates.issued_on,
        due_on=dates.due_on,
        suspend_on=dates.suspend_on,
        next_fee_on=dates.next_fee_on,
        period_from=dates.period.start if dates.period else None,
        period_to=dates.period.end if dates.period else None,
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
        taxation=tax_facts(lines, taxation, agreement.goods),
        issuer=printed,
        customer=customer_of(tenant, subscription),
        note=note[:500],
        deferred=deferral.schedule([Served(line.kind, line.amount, line.period) for line in lines], dates.issued_on),
        access_token=secrets.token_urlsafe(32),
    )
    keep(document)
    _write_lines(document, subscription, lines)
    post_issue(tenant, document)
    keep_tax_invoice(tenant, document, lines)
    name = "invoice.issued" if kind == DocumentKind.INVOICE else "late_fee.charged"
    used = apply_credit(document, dates.issued_on)
    record(tenant, subscription, name, dates.issued_on, cause=cause, **told(document, lines), credit_used=used)
    if document.status == DocumentStatus.PAID and kind == DocumentKind.INVOICE:
        record(tenant, subscription, "invoice.paid", dates.issued_on, **told(document))
    return document


def next_number(tenant: Tenant, issuer: IssuerTerms, kind: DocumentKind, on: date) -> str:
    """The next number in the issuer's format; test tenants have a series each, marked UJI, so legal numbers have no gaps."""
    series = f"{issuer.code}:{tenant.schema_name}" if tenant.is_test else issuer.code
    sequence = take_number(series=series, kind=kind, year=on.year)
    number = issuer.number_format(kind.value).format(
        year=on.year, month=on.month, roman=ROMAN[on.month - 1], sequence=sequence
    )
    return f"UJI/{number}" if tenant.is_test else number


def customer_of(tenant: Tenant, subscription: Subscription) -> dict[str, Any]:
    """The customer as a document names it, copied so that a later change of name does not rewrite history."""
    return {
        "name": tenant.name,
        "address": tenant.address,
        "npwp": tenant.npwp,
        "contact": tenant.contact_name,
        "email": tenant.contact_email,
        "registration": tenant.registration,
        "language": tenant.language,
        "product": subscription.terms.product_name,
    }


def _write_lines(document: Document, subscription: Subscription, lines: Sequence[Line]) -> None:
    for position, line in enumerate(lines, start=1):
        row = DocumentLine(
            document=document,
            subscription_key=subscription.pk,
            position=position,
            charge=line.charge,
            kind=line.kind,
            period_from=line.period.start,
            period_to=line.period.end,
            sequence=_sequence(subscription, line),
            description=line.description.id,
            description_en=line.description.en,
            quantity=line.quantity,
            unit_price=line.unit_price.quantize(Decimal("1e-12")),
            amount=line.amount,
            tax=line.charged_tax,
            explanation=dict(line.explanation),
        )
        keep(row)


def _sequence(subscription: Subscription, line: Line) -> int:
    """A period is billed once whatever happens: only what may repeat on a day gets a further sequence."""
    if line.kind not in REPEATED:
        return 0
    return DocumentLine.objects.filter(
        subscription_key=subscription.pk, charge=line.charge, kind=line.kind, period_from=line.period.start
    ).count()


def told(document: Document, lines: Sequence[Line] | None = None) -> dict[str, Any]:
    """What an event says of a document; with its lines also what it claims without tax, by kind (`billing.rules.nets`)."""
    facts: dict[str, Any] = {
        "invoice": document.number,
        "document": str(document.pk),
        "kind": document.kind,
        "due": document.due_on.isoformat(),
        "amount": document.total,
    }
    if lines is not None:
        facts["net"] = net_of(lines)
        facts["lines"] = [
            {
                "charge": line.charge,
                "description": line.description.id,
                "description_en": line.description.en,
                "quantity": plain(line.quantity),
                "unit_price": plain(line.unit_price.quantize(Decimal("1e-12"))),
                "amount": line.amount,
                **({"tax": line.charged_tax} if line.tax else {}),
            }
            for line in lines
        ]
    return facts


def issue_one_off(
    tenant: Tenant,
    subscription: Subscription,
    *,
    description: Text,
    quantity: Decimal,
    unit_price: int,
    on: date,
    note: str,
    cause: str,
) -> Document:
    """An invoice outside the plan, made by staff: the subscription's payment terms hold for it.

    `note` is printed on it; `cause` is the reason staff gave, which only the history shows.
    """
    amount = int(quantity * unit_price)
    period = Period(on, on + timedelta(days=1))
    formula = f"{format_number(quantity)} × {format_number(unit_price)} = {format_rupiah(amount)}"
    explanation = {"rules": [], "formula": formula, "quantity": plain(quantity)}
    line = Line(
        "one-off", LineKind.ONE_OFF.value, period, quantity, Decimal(unit_price), amount, description, explanation
    )
    due = dunning.due_on(subscription.terms.terms, on)
    dates = Dates(issued_on=on, due_on=due, suspend_on=dunning.suspend_on(subscription.terms.terms, on, due))
    return issue_document(tenant, subscription, DocumentKind.INVOICE, [line], dates, note=note, cause=cause)


def find_document(number: str) -> Document:
    """A document of this tenant by its number, or by the number as it stands in addresses."""
    for document in Document.objects.filter(number__in=[number, number.replace("-", "/")]):
        return document
    raise DocumentNotFound(_("Tagihan dengan nomor ini tidak ada."), field="number")


def void_document(tenant: Tenant, subscription: Subscription, document: Document, *, reason: str, on: date) -> None:
    """Void (BATAL): the number stays visible, the lines may be billed anew, and what was paid becomes credit.

    The late fees of a voided invoice are voided with it.
    """
    if document.status == DocumentStatus.VOID:
        raise NotVoidable(_("Dokumen ini sudah batal."), field="number")
    if document.credited:
        raise NotVoidable(_("Sudah ada nota kredit atau penghapusan; kreditkan saja sisanya."), field="number")
    for fee in document.fees.exclude(status=DocumentStatus.VOID):
        void_document(tenant, subscription, fee, reason=reason, on=on)
    void_alone(tenant, subscription, document, reason=reason, on=on)


def void_alone(tenant: Tenant, subscription: Subscription, document: Document, *, reason: str, on: date) -> None:
    """Void a document that has no late fees. A term renewed early by it is given up (X4)."""
    if document.paid:
        keep_allocation(Allocation(document=document, amount=-document.paid, on=on))
        cause = f"batal: {document.number}"[:200]
        keep_credit(CreditEntry(amount=document.paid, on=on, cause=cause, document=document))
    document.paid, document.paid_on = 0, None
    document.status, document.voided_on, document.void_reason = DocumentStatus.VOID, on, reason[:300]
    document.next_fee_on = None
    post_void(document, on)
    drop_tax_invoice(document, on)
    keep(document)
    change(DocumentLine, {"document_id": document.pk}, voided=True)
    if subscription.renewed_early is not None and subscription.renewed_early["number"] == document.number:
        subscription.renewed_early = None
    name = "invoice.voided" if document.kind == DocumentKind.INVOICE else "late_fee.waived"
    record(tenant, subscription, name, on, cause=reason, **told(document), reason=reason)
