"""Slips of tax withheld (bukti potong PPh 23) settle the invoice that was paid short."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billing.errors import DocumentNotFound, WrongState
from billing.models import Document, DocumentKind, DocumentStatus, Payment
from billing.rules import withholding
from billing.rules.ledger import WITHHELD
from billing.services.payments import Received, record_payment
from plans.rules.money import format_rupiah
from tenants.context import writing
from tenants.errors import DomainError
from tenants.models import SlipState, Tenant, WithholdingSlip
from tenants.services.steering import check_reason

_PERIOD = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on the paper: `amount` in rupiah, `period` as 2026-03."""

    number: str
    on: date
    period: str
    amount: int


def receive_slip(*, tenant: Tenant, invoice: str, slip: Slip, reason: str, today: date) -> Payment:
    """Settle an invoice by a slip: withholding → receivable. Safe to repeat by the slip's number.

    Net 1.000.000, PPN 110.000, paid 1.090.000, slip of 20.000: the invoice is paid.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        reference = f"pph23:{slip.number}"[:120]
        known = Payment.objects.filter(reference=reference).first()
        if known is not None:
            return known
        document = Document.objects.filter(number=invoice, kind=DocumentKind.INVOICE).first()
        if document is None:
            raise DocumentNotFound(_("Tagihan dengan nomor ini tidak ada."), field="number")
        _check(document, slip, today)
        received = Received(
            amount=slip.amount,
            channel=WITHHELD,
            method="pph23",
            reference=reference,
            on=today,
            note=cause,
            documents=[document.pk],
        )
        payment = record_payment(tenant=locked, received=received)
        _keep(locked, document, slip, today)
    return payment


def _check(document: Document, slip: Slip, today: date) -> None:
    if document.status != DocumentStatus.OPEN:
        raise WrongState(_("Tagihan ini tidak terbuka."), field="number")
    if not slip.number.strip():
        raise DomainError(_("Isi nomor bukti potong."), field="slip_number", code="slip_number_missing")
    if not _PERIOD.fullmatch(slip.period):
        raise DomainError(_("Masa pajak ditulis seperti 2026-03."), field="period", code="bad_period")
    if slip.on > today:
        raise DomainError(_("Tanggal bukti potong belum tiba."), field="slip_on", code="slip_in_future")
    most = min(document.outstanding, withholding.most_withheld(document.subtotal))
    if not 0 < slip.amount <= most:
        said = _("Paling banyak %(amount)s: sisa tagihan, dan 4 %% dari jumlah tanpa PPN.") % {
            "amount": format_rupiah(most)
        }
        raise DomainError(said, field="amount", code="slip_too_large")


def _keep(tenant: Tenant, document: Document, slip: Slip, today: date) -> None:
    values = {
        "issuer": document.issuer["code"],
        "base": document.subtotal,
        "amount": slip.amount,
        "state": SlipState.RECEIVED,
        "slip_number": slip.number[:60],
        "slip_on": slip.on,
        "period": slip.period,
        "received_on": today,
    }
    WithholdingSlip.objects.update_or_create(
        tenant=tenant, number=document.number, defaults=values, create_defaults=values | {"expected_on": today}
    )
