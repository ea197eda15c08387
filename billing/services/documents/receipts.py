"""Receipts (kuitansi): a paper with a number for a payment, issued when somebody asks for it first."""

import secrets
from datetime import date
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from billing.documents.ways import spell_channel
from billing.errors import PaymentNotFound, WrongState
from billing.models import Document, DocumentKind, DocumentStatus, Payment
from billing.rules.ledger import WITHHELD
from billing.selectors.accounts import latest_subscription
from billing.selectors.taxing import issuer_of
from billing.services.books.ledger import FACTS
from billing.services.documents.invoicing import customer_of, next_number
from plans.rules.money import format_rupiah
from tenants.context import writing
from tenants.models import Tenant


def receipt_id(payment_id: UUID) -> UUID:
    """The key of a payment's receipt: it can have only one."""
    return uuid5(FACTS, f"receipt:{payment_id}")


def issue_receipt(*, tenant: Tenant, payment_id: UUID, today: date) -> Document:
    """The receipt of a payment: given a number on the first request, the same paper ever after.

    What was paid for is copied in: "XC/INV/2025/03/00001 (Rp 750.000); Rp 137 menjadi saldo". A booking that was taken back
    has none, and one it had is void.
    """
    with writing(tenant) as locked:
        payment = Payment.objects.filter(pk=payment_id).first()
        if payment is None:
            raise PaymentNotFound(_("Pembayaran ini tidak ada."))
        known = Document.papers.filter(pk=receipt_id(payment.pk)).first()
        if known is not None:
            return known
        if payment.channel == WITHHELD:
            raise WrongState(_("Bukti potong bukan uang yang diterima; tidak ada kuitansinya."))
        if payment.reverses is not None or Payment.objects.filter(reverses=payment.pk).exists():
            raise WrongState(_("Pembukuan pembayaran ini dibatalkan; tidak ada kuitansinya."))
        return _issue(locked, payment, today)


def void_receipt(payment: Payment, reason: str, on: date) -> None:
    """The booking was taken back: its receipt, if it had one, is BATAL and keeps its number."""
    issued = Document.papers.filter(pk=receipt_id(payment.pk))
    issued.update(status=DocumentStatus.VOID, paid=0, voided_on=on, void_reason=reason[:300])


def _issue(tenant: Tenant, payment: Payment, today: date) -> Document:
    subscription = latest_subscription()
    if subscription is None:
        raise WrongState(_("Tenant ini belum memiliki langganan."))
    parts = _parts(payment)
    code = parts[0][0].issuer["code"] if parts else subscription.terms.issuer
    issuer, printed = issuer_of(code)
    paying = _paying(parts, payment.amount)
    receipt = Document(
        id=receipt_id(payment.pk),
        kind=DocumentKind.RECEIPT,
        number=next_number(tenant, issuer, DocumentKind.RECEIPT, today),
        status=DocumentStatus.PAID,
        subscription=subscription,
        issued_on=today,
        due_on=today,
        subtotal=payment.amount,
        total=payment.amount,
        paid=payment.amount,
        paid_on=payment.received_on,
        issuer=printed,
        customer=customer_of(tenant, subscription) | {"paying": paying, "paid_by": _paid_by(payment)},
        note=paying["id"][:500],
        deferred={},
        access_token=secrets.token_urlsafe(32),
    )
    receipt.save(force_insert=True)
    return receipt


def _parts(payment: Payment) -> list[tuple[Document, int]]:
    """What the payment settled when it was booked: later corrections are papers of their own."""
    rows = payment.allocations.filter(amount__gt=0).select_related("document").order_by("created_at", "pk")
    return [(row.document, row.amount) for row in rows]


def _paid_by(payment: Payment) -> dict[str, str]:
    """How it came, in both languages: "Midtrans (QRIS)"."""
    return {language: spell_channel(payment.channel, payment.method, language) for language in ("id", "en")}


def _paying(parts: list[tuple[Document, int]], amount: int) -> dict[str, str]:
    """What was paid for, in both languages."""
    named = ", ".join(f"{document.number} ({format_rupiah(part)})" for document, part in parts[:8])
    more = len(parts) - 8
    over = amount - sum(part for _document, part in parts)
    said = {
        "id": [
            named,
            f"dan {more} dokumen lain" if more > 0 else "",
            f"{format_rupiah(over)} menjadi saldo" if over else "",
        ],
        "en": [named, f"and {more} more" if more > 0 else "", f"{format_rupiah(over)} kept as credit" if over else ""],
    }
    return {language: "; ".join(filter(None, texts)) for language, texts in said.items()}
