"""Posting to the tenant's books, in the transaction of the fact itself. Nothing here is ever changed or deleted."""

from datetime import date
from uuid import UUID, uuid5

from billing.gateways.statements.models import GatewayFee
from billing.models import Allocation, CreditEntry, Document, Entry, Payment
from billing.rules import deferral, ledger
from billing.rules.ledger import Transfer
from billing.selectors.books import claim_of, served
from billing.services.books.receivables import move_answered, move_issued, move_settled, move_voided
from tenants.context import required_tenant
from tenants.models import Tenant
from tenants.models.jobs import Job
from tenants.rows import change_tenant, keep
from tenants.services.agenda import pull_forward

# The name space of entries: an entry's id is the same wherever and whenever its fact is posted.
FACTS = UUID("6f1d9a52-2f0e-5c39-9d57-1f3c4b7e8a10")


def post_issue(tenant: Tenant, document: Document) -> None:
    """A document's claim, of which `document.deferred` is yet to be earned; the job that earns it will come by."""
    schedule = document.deferred or {}
    claim = claim_of(document, deferred=sum(schedule.values()))
    _post(ledger.issued(claim, document.issued_on), document)
    move_issued(document)
    pull_forward(tenant=tenant, job=Job.RECOGNITION, day=deferral.next_day(schedule))


def post_void(document: Document, on: date) -> None:
    """Take back what a document posted: what its days have not earned yet, and what they have. The caller saves it."""
    begin(document)
    recognise(document, on)
    claim = claim_of(document, deferred=sum((document.deferred or {}).values()))
    _post(ledger.voided(claim, on), document)
    move_voided(document, on)
    document.deferred = {}


def post_credit_note(note: Document, document: Document, by_days: int) -> None:
    """What a credit note takes back: first what is yet to be earned of lines that pay for days (`by_days` of its net amount
    is of such), then what was earned. The caller saves the invoice.
    """
    begin(document)
    recognise(document, note.issued_on)
    months = document.deferred or {}
    deferred = min(sum(months.values()), by_days)
    document.deferred = deferral.reduced(months, deferred)
    _post(ledger.taken_back(claim_of(note, deferred=deferred), note.issued_on), note)
    move_answered(note, document)


def post_write_off(note: Document, claim: Document) -> None:
    """A claim that is given up: what of it was yet to be earned never will be, the rest is a loss. The caller saves both;
    `note.credited` is what is no loss.
    """
    begin(claim)
    recognise(claim, note.issued_on)
    months = claim.deferred or {}
    unearned = deferral.given_up(months, note.total, claim.subtotal, claim.tax)
    claim.deferred = deferral.reduced(months, unearned)
    note.credited, note.paid = unearned, note.total - unearned
    _post(ledger.written_off(str(note.pk), note.issued_on, note.total, unearned), note)
    move_answered(note, claim)


def recognise(document: Document, before: date) -> None:
    """Earn the months of a document that ended before a day, each on its last day. The caller saves the document."""
    months = document.deferred or {}
    _post([ledger.recognised(str(document.pk), on, amount) for on, amount in deferral.earned(months, before)], document)
    document.deferred = deferral.left(months, before)


def begin(document: Document) -> None:
    """Take a document of before the books were kept into them; nothing for any other. The caller saves it."""
    if document.deferred is None:
        document.deferred = deferral.schedule(served(document.lines.all()), document.issued_on)
        claim = claim_of(document, deferred=sum(document.deferred.values()))
        _post(ledger.issued(claim, document.issued_on), document)
        move_issued(document)


def keep_allocation(allocation: Allocation) -> None:
    """Write what settles a document, or opens it again, and post it."""
    keep(allocation)
    keep(settlement_entry(allocation))
    move_settled(allocation)


def keep_credit(movement: CreditEntry) -> None:
    """Write a movement of the customer's credit and post it, unless it is the other side of an allocation.

    From now on the daily visits look for credit; of who never had any they do not.
    """
    keep(movement)
    change_tenant(required_tenant(), credited=True)
    if movement.document is None:
        keep(credit_entry(movement))


def settlement_entry(allocation: Allocation) -> Entry:
    """Money of a channel, or credit where there is no payment, that settles a document."""
    payment = allocation.payment
    transfer = ledger.settled(str(allocation.pk), allocation.on, allocation.amount, _channel(payment))
    return entry_of(transfer, allocation.document, payment)


def credit_entry(movement: CreditEntry) -> Entry:
    """Credit by money of a channel, or given without any; rounding where that is its cause."""
    payment = movement.payment
    transfer = ledger.credited(str(movement.pk), movement.on, movement.amount, _channel(payment), movement.cause)
    return entry_of(transfer, None, payment)


def _channel(payment: Payment | None) -> str | None:
    return None if payment is None else payment.channel


def post_fee(payment: Payment, on: date) -> None:
    """What the payer paid on top for the method (K8), if anything."""
    if payment.fee:
        keep(fee_entry(payment, on))


def fee_entry(payment: Payment, on: date) -> Entry:
    """The fee of a method, in the channel the money came by."""
    transfer = ledger.fee_collected(str(payment.pk), on, payment.fee, payment.channel)
    return entry_of(transfer, None, payment)


def keep_gateway_fee(fee: GatewayFee) -> None:
    """Write what the gateway kept of a payment, or that it kept something else after all, and post it."""
    fee.save(force_insert=True)
    if fee.amount:
        keep(gateway_fee_entry(fee))


def gateway_fee_entry(fee: GatewayFee) -> Entry:
    """What the gateway kept, out of the channel it held the money in, on the day it settled; taken back, into it again."""
    source = str(fee.pk) if fee.position else str(fee.payment)
    entry = entry_of(ledger.fee_kept(source, fee.settled_on, fee.amount, fee.channel), None)
    entry.payment_id = fee.payment
    return entry


def _post(transfers: list[Transfer], document: Document) -> None:
    for transfer in transfers:
        keep(entry_of(transfer, document))


def entry_of(transfer: Transfer, document: Document | None, payment: Payment | None = None) -> Entry:
    """A transfer as a row of the journal."""
    return Entry(
        id=uuid5(FACTS, transfer.key),
        on=transfer.on,
        fact=transfer.fact.value,
        debit=str(transfer.debit),
        credit=str(transfer.credit),
        amount=transfer.amount,
        document=document,
        payment=payment,
    )
