"""A refund in the tenant's books: the money that left, and what is open again by it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from billing.errors import NoSubscription
from billing.gateways.models import Refund, RefundWay
from billing.models import CreditEntry, Document, Payment, Subscription
from billing.models.payments import LONGEST_NAME, LONGEST_NOTE
from billing.rules.refunds import spread_refund
from billing.selectors.accounts import credit_balance, latest_subscription
from billing.services.books.ledger import keep_credit
from billing.services.books.unsettling import free_credit, settled_by, unsettle
from billing.services.standing import record, refresh
from tenants.context import current_actor
from tenants.models import Tenant


def book_refund(tenant: Tenant, refund: Refund, payment: Payment, earlier: Sequence[UUID], today: date) -> Payment:
    """Book money that has left (once, by its reference): credit or receivable → cash of the channel it left by.

    750.000 paid on an invoice, 200.000 back: the invoice is open again with 200.000 on its old dates, and dunning goes on
    where it stood; credit the customer holds goes first. `earlier` are the payment's refunds booked before. Writes
    `payment.refunded`. The caller holds the tenant's lock.
    """
    subscription = latest_subscription()
    if subscription is None:
        raise NoSubscription("a payment without a subscription")
    reference = f"refund:{refund.pk}"
    known = Payment.objects.filter(reference=reference).first()
    if known is not None:
        return known
    gone = _row(refund, payment, reference, today)
    opened = _take(subscription, payment, gone, earlier, today)
    _tell(tenant, subscription, refund, gone, opened, today)
    refresh(tenant, subscription, today)
    return gone


def _row(refund: Refund, payment: Payment, reference: str, today: date) -> Payment:
    by_transfer = refund.way == RefundWay.TRANSFER
    return Payment.objects.create(
        channel="transfer" if by_transfer else payment.channel,
        method="" if by_transfer else payment.method,
        amount=-refund.amount,
        received_on=today,
        reference=reference,
        note=refund.reason[:LONGEST_NOTE],
        recorded_by=current_actor().label[:LONGEST_NAME],
        reverses=refund.pk,
    )


def _take(
    subscription: Subscription, payment: Payment, gone: Payment, earlier: Sequence[UUID], today: date
) -> list[Document]:
    """Credit, then the documents it settled, then credit that had been used elsewhere."""
    before = list(Payment.objects.filter(reverses__in=earlier))
    settled = settled_by(payment, before)
    by_id = {document.pk: document for document, _paid in settled}
    spread = spread_refund(-gone.amount, credit_balance(), [(document.pk, paid) for document, paid in settled])
    for key, part in spread.documents:
        unsettle(subscription, by_id[key], part, today, gone)
    opened = [by_id[key] for key, _part in spread.documents]
    opened += free_credit(subscription, spread.elsewhere, today)
    if spread.credit + spread.elsewhere:
        cause = f"dikembalikan: {payment.reference}"
        amount = -(spread.credit + spread.elsewhere)
        keep_credit(CreditEntry(amount=amount, on=today, cause=cause[:200], payment=gone))
    return opened


def _tell(
    tenant: Tenant, subscription: Subscription, refund: Refund, gone: Payment, opened: list[Document], today: date
) -> None:
    record(
        tenant,
        subscription,
        "payment.refunded",
        today,
        cause=refund.reason,
        amount=refund.amount,
        channel=gone.channel,
        way=refund.way,
        payment=str(refund.payment_id),
        refund=str(refund.pk),
        invoices=[document.number for document in opened],
    )
