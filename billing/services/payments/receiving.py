"""Money that comes in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from billing.errors import NothingToPay
from billing.models import Document, DocumentKind, Payment, Subscription
from billing.models.payments import LONGEST_NAME, LONGEST_NOTE
from billing.selectors.accounts import latest_subscription, open_documents
from billing.services.books.ledger import post_fee
from billing.services.books.settling import apply_payment
from billing.services.documents.invoicing import told
from billing.services.dunning.steps import after_settlement
from billing.services.payments.slips import expect_slips
from billing.services.standing import record, refresh
from tenants.context import current_actor, writing
from tenants.errors import DomainError
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Received:
    """An amount received, in rupiah. `reference` is the outside world's id of it: the same reference is booked once.

    `on` is the day it is booked; `received_on` the day the money came, where that was earlier.
    `documents` are those the payer meant (settled before others); `credit` is the part that was never meant for a
    document, such as the unique code of a transfer, and becomes credit whatever is open. `fee` came on top of `amount`, for
    the payment method (K8).
    """

    amount: int
    channel: str
    reference: str
    on: date
    method: str = ""
    note: str = ""
    documents: Sequence[UUID] = ()
    credit: int = 0
    received_on: date | None = None
    fee: int = 0


def record_payment(*, tenant: Tenant, received: Received) -> Payment:
    """Book money: settle documents oldest first, keep the surplus as credit, open access again if nothing is overdue.

    Safe to repeat by `reference`. Two concurrent bookings queue up on the tenant's lock.
    """
    if received.amount <= 0:
        raise DomainError(_("Jumlah pembayaran harus lebih dari nol."), field="amount", code="amount_not_positive")
    with writing(tenant) as locked:
        known = Payment.objects.filter(reference=received.reference).first()
        if known is not None:
            return known
        subscription = latest_subscription()
        if subscription is None:
            raise NothingToPay(_("Tenant ini belum memiliki langganan."))
        payment = _book(received)
        post_fee(payment, received.on)
        _settle(locked, subscription, payment, received)
        refresh(locked, subscription, received.on)
    return payment


def _book(received: Received) -> Payment:
    return Payment.objects.create(
        channel=received.channel,
        method=received.method[:40],
        amount=received.amount,
        fee=received.fee,
        received_on=received.received_on or received.on,
        reference=received.reference,
        note=_kept(received.note, LONGEST_NOTE),
        recorded_by=_kept(current_actor().label, LONGEST_NAME),
    )


def _kept(text: str, room: int) -> str:
    """As much as the row holds, with an ellipsis where it was cut; in full it stands in the event, as cause and actor.

    >>> _kept("tunai di loket", 6)
    'tunai…'
    """
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _settle(tenant: Tenant, subscription: Subscription, payment: Payment, received: Received) -> None:
    documents = open_documents()
    first = set(received.documents)
    paid = apply_payment(payment, documents, received.on, first=first, credit=received.credit)
    _tell(tenant, subscription, payment, paid, received)
    expect_slips(tenant, documents, received.on)
    after_settlement(tenant, subscription, received.on)


def _tell(
    tenant: Tenant, subscription: Subscription, payment: Payment, paid: list[Document], received: Received
) -> None:
    on = received.on
    record(
        tenant,
        subscription,
        "payment.received",
        on,
        cause=received.note,
        amount=payment.amount,
        fee=payment.fee,
        channel=payment.channel,
        method=payment.method,
        payment=str(payment.pk),
        invoices=[document.number for document in paid],
    )
    for document in (item for item in paid if item.kind == DocumentKind.INVOICE):
        record(tenant, subscription, "invoice.paid", on, **told(document))
