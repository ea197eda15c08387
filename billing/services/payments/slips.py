"""Slips of tax withheld that are to come: expected from the payment that was short by just that."""

from collections.abc import Iterable
from datetime import date, timedelta

from billing.models import Document, DocumentKind, DocumentStatus, Payment
from billing.rules import withholding
from billing.rules.ledger import WITHHELD
from plans.rules.money import format_rupiah
from tenants.models import SlipState, StaffTask, Tenant, WithholdingSlip
from tenants.rows import keep_once

ASK_AFTER = timedelta(days=14)


def expect_slips(tenant: Tenant, documents: Iterable[Document], on: date) -> None:
    """After a payment: what is left of an invoice is just what the customer may have withheld, so a slip is to come.

    Staff ask for it after a fortnight. Only of customers that are known to withhold, and not where the invoice's slip is here.
    """
    if not tenant.tax_identity.get("withholds"):
        return
    documents = list(documents)
    settled = [document.number for document in documents if document.status == DocumentStatus.PAID]
    slips = WithholdingSlip.objects.filter(tenant=tenant, number__in=[document.number for document in documents])
    slips.filter(number__in=settled, state=SlipState.EXPECTED).update(state=SlipState.CANCELLED)
    here = set(slips.filter(state=SlipState.RECEIVED).values_list("number", flat=True))
    for document in documents:
        has_npwp = bool(document.issuer.get("npwp"))
        left = withholding.looks_withheld(document.subtotal, document.outstanding, has_npwp=has_npwp)
        if document.kind == DocumentKind.INVOICE and document.paid and left and document.number not in here:
            _expect(tenant, document, on)


def _expect(tenant: Tenant, document: Document, on: date) -> None:
    values = {
        "issuer": document.issuer["code"],
        "base": document.subtotal,
        "amount": document.outstanding,
        "expected_on": on,
        "state": SlipState.EXPECTED,
    }
    WithholdingSlip.objects.update_or_create(tenant=tenant, number=document.number, slip_number="", defaults=values)
    note = f"{document.number}, {format_rupiah(document.outstanding)}, {tenant.contact_phone}"
    title = f"Minta bukti potong PPh 23 dari {tenant.name}"[:200]
    key = f"slip:{document.number}"
    keep_once(StaffTask(tenant=tenant, key=key, title=title, note=note, due_on=on + ASK_AFTER))


def reopen_slip(tenant: Tenant, payment: Payment) -> None:
    """The booking of a slip was taken back: it is missing again if its invoice is open, else nothing is to come."""
    if payment.channel != WITHHELD:
        return
    numbers = list(payment.allocations.values_list("document__number", flat=True))
    received = WithholdingSlip.objects.filter(tenant=tenant, number__in=numbers, state=SlipState.RECEIVED)
    for slip in received:
        if withholding.is_booking(payment.reference, slip.slip_number):
            _reopen(slip)


def _reopen(slip: WithholdingSlip) -> None:
    """An invoice waits for one slip at a time."""
    WithholdingSlip.objects.filter(tenant=slip.tenant_id, number=slip.number, slip_number="").delete()
    is_open = Document.objects.filter(number=slip.number, status=DocumentStatus.OPEN).exists()
    slip.state = SlipState.EXPECTED if is_open else SlipState.CANCELLED
    slip.slip_number, slip.slip_on, slip.period, slip.received_on = "", None, "", None
    slip.save()
