"""Slips of tax withheld (bukti potong PPh 23) settle the invoice that was paid short."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from billing.errors import DocumentNotFound, WrongState
from billing.models import Allocation, Document, DocumentKind, DocumentStatus, Payment
from billing.rules import withholding
from billing.rules.ledger import WITHHELD
from billing.services.books.settling import round_off
from billing.services.payments.receiving import Received, record_payment
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

    Net 1.000.000, PPN 110.000, paid 1.090.000, slip of 20.000: the invoice is paid. A rupiah that the customer kept back beyond
    its slip because one of both was rounded is posted to `rounding`. A slip whose booking was taken back may be booked again,
    on this invoice or another; one that stands for another is refused on field `slip_number`, one that stands with another sum
    on field `amount`.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        document = invoice_of(invoice)
        booked = _bookings(slip.number)
        known = _standing(booked)
        if known is not None:
            return _same(known, document, slip)
        check_slip(document, slip, today)
        if (rest := _rounding(document, slip)) > 0:
            round_off(document, today, rest)
        received = _received(document, slip, len(booked), cause, today)
        payment = record_payment(tenant=locked, received=received)
        _keep(locked, document, slip, today)
    return payment


def _received(document: Document, slip: Slip, before: int, cause: str, today: date) -> Received:
    """A slip as money, whose number was booked so often `before` and taken back."""
    return Received(
        amount=slip.amount,
        channel=WITHHELD,
        method="pph23",
        reference=withholding.slip_reference(slip.number) + (f"#{before + 1}" if before else ""),
        on=today,
        note=cause,
        documents=[document.pk],
    )


def invoice_of(number: str) -> Document:
    """The invoice of that number in the tenant's schema; DocumentNotFound names the field `number`."""
    document = Document.objects.filter(number=number, kind=DocumentKind.INVOICE).first()
    if document is None:
        raise DocumentNotFound(_("Tagihan dengan nomor ini tidak ada."), field="number")
    return document


def refuse_booked(number: str) -> None:
    """Whether a slip of that number may still be booked; one that stands in the books is refused on field `slip_number`."""
    if _standing(_bookings(number)) is not None:
        raise _number_taken()


def check_slip(document: Document, slip: Slip, today: date) -> None:
    """Whether a slip may settle a document today; errors name `number`, `slip_number`, `period`, `slip_on` or `amount`."""
    if document.status != DocumentStatus.OPEN:
        raise WrongState(_("Tagihan ini tidak terbuka."), field="number")
    if not slip.number.strip():
        raise DomainError(_("Isi nomor bukti potong."), field="slip_number", code="slip_number_missing")
    if slip.on > today:
        raise DomainError(_("Tanggal bukti potong belum tiba."), field="slip_on", code="slip_in_future")
    if not _PERIOD.fullmatch(slip.period):
        raise DomainError(_("Masa pajak ditulis seperti 2026-03."), field="period", code="bad_period")
    open_for_it = document.outstanding - min(_rounding(document, slip), 0)
    most = min(open_for_it, withholding.most_withheld(document.subtotal) - _withheld_before(document))
    if not 0 < slip.amount <= most:
        said = _("Paling banyak %(amount)s: sisa tagihan, dan 4 %% dari jumlah tanpa PPN.") % {
            "amount": format_rupiah(max(most, 0))
        }
        raise DomainError(said, field="amount", code="slip_too_large")


def _rounding(document: Document, slip: Slip) -> int:
    return withholding.rounding_of(document.subtotal, document.outstanding, slip.amount, _withheld_before(document))


def _withheld_before(document: Document) -> int:
    """By other slips of the same invoice, which stand: an invoice paid in parts may have one for each."""
    slips = Allocation.objects.filter(document=document, payment__channel=WITHHELD)
    return slips.aggregate(total=Sum("amount"))["total"] or 0


def _number_taken() -> DomainError:
    said = _("Bukti potong dengan nomor ini sudah dicatat.")
    return DomainError(said, field="slip_number", code="slip_number_used")


def _same(payment: Payment, document: Document, slip: Slip) -> Payment:
    """What stands in the books, if it is what the slip says."""
    if not payment.allocations.filter(document=document).exists():
        raise _number_taken()
    if payment.amount != slip.amount:
        said = _("Bukti potong ini sudah dicatat dengan %(amount)s.") % {"amount": format_rupiah(payment.amount)}
        raise DomainError(said, field="amount", code="slip_amount_booked")
    return payment


def _bookings(number: str) -> list[Payment]:
    """All bookings of a slip's number, those taken back as well."""
    reference = withholding.slip_reference(number)
    found = Payment.objects.filter(Q(reference=reference) | Q(reference__startswith=f"{reference}#"), channel=WITHHELD)
    return list(found.filter(amount__gt=0).order_by("created_at", "pk"))


def _standing(booked: list[Payment]) -> Payment | None:
    taken_back = set(
        Payment.objects.filter(reverses__in=[item.pk for item in booked]).values_list("reverses", flat=True)
    )
    return next((item for item in booked if item.pk not in taken_back), None)


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
        tenant=tenant,
        number=document.number,
        slip_number="",  # the one that was to come, never another that is there
        defaults=values,
        create_defaults=values | {"expected_on": today},
    )
