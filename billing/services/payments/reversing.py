"""Taking a payment back that was booked wrongly: money assigned to the wrong tenant, a line of the bank misread."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from billing.errors import PaymentNotFound, WrongState
from billing.models import CreditEntry, Document, Payment, Subscription
from billing.models.payments import LONGEST_NAME, LONGEST_NOTE
from billing.selectors.accounts import credit_balance, latest_subscription
from billing.selectors.refundable import left_of
from billing.services.books.ledger import keep_credit, post_fee
from billing.services.books.unsettling import free_credit, settled_by, unsettle
from billing.services.documents.receipts import void_receipt
from billing.services.payments.slips import reopen_slip
from billing.services.standing import record, refresh
from plans.rules.money import format_rupiah
from tenants.context import current_actor, writing
from tenants.models import Tenant
from tenants.services.steering import check_reason


def reverse_payment(*, tenant: Tenant, payment_id: UUID, reason: str, today: date) -> Payment:
    """Book the opposite of a payment: what it settled is open again, what it left as credit is gone. Once, by its reference.

    1.000.000 on an invoice of 750.000, the 250.000 of credit used on the next one → both are open again, credit 0. The
    invoices keep their dates, so dunning goes on where it stood; the time in which they counted as paid costs no late fee.

    WrongState (`payment_refunded`) where some of it has gone back or is asked back: that part cannot be taken away twice.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        payment = Payment.objects.filter(pk=payment_id).first()
        if payment is None:
            raise PaymentNotFound(_("Pembayaran ini tidak ada."))
        known = Payment.objects.filter(reference=f"reversal:{payment.pk}").first()
        if known is not None:
            return known
        subscription = latest_subscription()
        if payment.reverses is not None or subscription is None:
            raise WrongState(_("Pembayaran ini tidak dapat dibatalkan."))
        _refuse_refunded(payment)
        reversal = _book(payment, cause, today)
        void_receipt(payment, cause, today)
        post_fee(reversal, today)
        opened = _take_back(subscription, payment, reversal, today)
        reopen_slip(locked, payment)
        _tell(locked, subscription, payment, opened, today, cause)
        refresh(locked, subscription, today)
    return reversal


def _tell(
    tenant: Tenant, subscription: Subscription, payment: Payment, opened: list[Document], today: date, cause: str
) -> None:
    record(
        tenant,
        subscription,
        "payment.reversed",
        today,
        cause=cause,
        amount=payment.amount,
        channel=payment.channel,
        payment=str(payment.pk),
        invoices=[document.number for document in opened],
    )


def _refuse_refunded(payment: Payment) -> None:
    gone = payment.amount - left_of(payment)
    if gone:
        said = _(
            "%(amount)s dari pembayaran ini sudah kembali atau akan dikembalikan; pembukuannya tidak dapat dibatalkan."
        )
        raise WrongState(said % {"amount": format_rupiah(gone)}, code="payment_refunded")


def _book(payment: Payment, cause: str, today: date) -> Payment:
    return Payment.objects.create(
        channel=payment.channel,
        method=payment.method,
        amount=-payment.amount,
        fee=-payment.fee,
        received_on=today,
        reference=f"reversal:{payment.pk}",
        note=cause[:LONGEST_NOTE],
        recorded_by=current_actor().label[:LONGEST_NAME],
        reverses=payment.pk,
    )


def _take_back(subscription: Subscription, payment: Payment, reversal: Payment, today: date) -> list[Document]:
    """First from what it settled; the rest was credit once, and is fetched from wherever that was used."""
    left, opened = payment.amount, []
    for document, amount in settled_by(payment):
        unsettle(subscription, document, amount, today, reversal)
        left -= amount
        opened.append(document)
    opened += free_credit(subscription, left - credit_balance(), today)
    if left:
        cause = f"pembukuan dibatalkan: {payment.reference}"
        keep_credit(CreditEntry(amount=-left, on=today, cause=cause[:200], payment=reversal))
    return opened
