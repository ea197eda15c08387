"""What staff may do to a tenant's money and dates ("staff can extend any date, with a reason").

Each act has a reason, and the event it leaves carries it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.errors import NotVoidable, WrongState
from billing.models import Document, DocumentKind, DocumentStatus, LineKind, Payment, Subscription
from billing.rules import dunning
from billing.rules.lifecycle import Status
from billing.selectors.accounts import is_overdue, latest_subscription, living_subscription, open_documents
from billing.services.banking.same_money import refuse_repeated
from billing.services.books.receivables import move_due
from billing.services.books.settling import use_credit
from billing.services.charges.purchases import give_back
from billing.services.charges.sides import take_back
from billing.services.corrections.reissuing import reissue
from billing.services.documents.invoicing import find_document, issue_one_off, told, void_document
from billing.services.dunning.steps import after_settlement, resume_billing
from billing.services.payments.receiving import Received, record_payment
from billing.services.standing import move, record, refresh
from plans.rules.catalogue import Text
from plans.selectors.catalogue import catalogue_of
from tenants.context import writing
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.services.steering import check_reason

# Whose invoices have consequences (past due, suspended); a free or trying tenant is never closed for a one-off invoice.
BILLABLE = frozenset({Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED, Status.SUSPENDED})
LARGEST_AMOUNT = 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class OneOff:
    """A one-off invoice: what for, in both languages, how many at which whole-rupiah price; `note` is printed."""

    description: Text
    quantity: int
    unit_price: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Money staff saw: in cash or on the account. `reference` is what the bank statement or the receipt book says.

    `anyway`: it is other money than the transfer of the same amount that is booked.
    """

    amount: int
    on: date
    channel: str
    reference: str
    anyway: bool = False


def void_invoice(*, tenant: Tenant, number: str, reason: str, reissue_it: bool, today: date) -> Document | None:
    """Void an invoice (BATAL); what was paid on it becomes credit, its late fees go with it.

    With `reissue_it` the same period is drafted anew at today's quantity and issued: 150 students written as 1.500 were
    billed 6.000.000; after reporting 150, voiding and reissuing bills 750.000 (X1). Returns the new invoice.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        document = _find(number, DocumentKind.INVOICE)
        subscription = _latest()
        kind = _kind_of(document)
        rose_this_term = kind == LineKind.RISE and _is_of_running_term(subscription, document)
        if reissue_it:
            _check_reissue(subscription, document, is_over=kind == LineKind.RISE and not rose_this_term)
        void_document(locked, subscription, document, reason=cause, on=today)
        give_back(document, subscription)
        if document.subscription_id == subscription.pk:
            take_back(subscription, document)
        if rose_this_term:
            _take_back_rise(subscription, document)
        made = reissue(locked, subscription, document, kind, today, cause=cause) if reissue_it else None
        _use_credit(locked, subscription, today)
        after_settlement(locked, subscription, today)
        refresh(locked, subscription, today)
    return made


def _check_reissue(subscription: Subscription, document: Document, *, is_over: bool) -> None:
    """Only what is being billed can be billed again; `is_over`: a rise within a term that has ended."""
    if subscription.status not in BILLABLE or document.subscription_id != subscription.pk:
        raise WrongState("Langganan ini tidak sedang ditagih, jadi tidak ada yang diterbitkan ulang.", field="reissue")
    early = subscription.renewed_early
    if early is not None and early["number"] == document.number:
        raise WrongState("Perpanjangan awal dibuat lagi dengan memperpanjang sekali lagi.", field="reissue")
    if is_over:
        raise WrongState("Masa tagihan tambahan ini sudah berakhir; tidak diterbitkan ulang.", field="reissue")


def waive_fee(*, tenant: Tenant, number: str, reason: str, today: date) -> Document:
    """Forgive a late fee (K3): the document is voided; a fee that was paid becomes credit."""
    cause = check_reason(reason)
    with writing(tenant) as locked:
        document = _find(number, DocumentKind.LATE_FEE)
        subscription = _latest()
        void_document(locked, subscription, document, reason=cause, on=today)
        _use_credit(locked, subscription, today)
        after_settlement(locked, subscription, today)
        refresh(locked, subscription, today)
    return document


def issue_one_off_invoice(*, tenant: Tenant, one_off: OneOff, reason: str, today: date) -> Document:
    """Invoice something outside the plan, under the subscription's payment terms: 2 × 150.000 = 300.000."""
    cause = check_reason(reason)
    if one_off.quantity < 1:
        raise DomainError("Jumlah paling sedikit satu.", field="quantity")
    if one_off.unit_price < 1 or one_off.quantity * one_off.unit_price > LARGEST_AMOUNT:
        raise DomainError("Harga satuan harus lebih dari nol dan masuk akal.", field="unit_price")
    with writing(tenant) as locked:
        subscription = living_subscription()
        # A cancelled trial is still a trial: past due, its end would find nothing to activate.
        if subscription.status not in BILLABLE or subscription.trial_ends_on is not None:
            raise WrongState("Tagihan lepas hanya untuk langganan yang berbayar, bukan masa coba atau paket gratis.")
        document = issue_one_off(
            locked,
            subscription,
            description=one_off.description,
            quantity=Decimal(one_off.quantity),
            unit_price=one_off.unit_price,
            on=today,
            note=one_off.note,
            cause=cause,
        )
        refresh(locked, subscription, today)
    return document


def change_dates(
    *, tenant: Tenant, number: str, due_on: date, suspend_on: date | None, reason: str, today: date
) -> Document:
    """Give an open invoice later dates; access returns if nothing is overdue, or due for suspension, any more.

    Due 17 March, suspended 31 March → due 31 March, suspended 14 April. Late fees follow the new due date.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        document = _find(number, DocumentKind.INVOICE)
        _check_dates(document, due_on, suspend_on, today)
        subscription = _latest()
        before = {"due": document.due_on.isoformat(), "suspend": _iso(document.suspend_on)}
        if due_on != document.due_on:
            document.due_on, document.overdue_on = due_on, None
            document.next_fee_on = dunning.fee_day(due_on, 0) if subscription.terms.terms.late_fee else None
        document.suspend_on = suspend_on
        document.save(update_fields=["due_on", "suspend_on", "overdue_on", "next_fee_on"])
        move_due(document, today)
        facts: dict[str, Any] = {"invoice": document.number, "before": before, "due": due_on.isoformat()}
        facts |= {"suspend": _iso(suspend_on), "change": "dates"}
        record(locked, subscription, "subscription.changed", today, cause=cause, **facts)
        after_settlement(locked, subscription, today)
        _reopen(locked, subscription, today)
        refresh(locked, subscription, today)
    return document


def change_terms(*, tenant: Tenant, terms_code: str, reason: str, today: date) -> Subscription:
    """Put the agreement on other payment terms of its plan (K3 "net 30"); invoices already issued keep their dates."""
    cause = check_reason(reason)
    with writing(tenant) as locked:
        subscription = living_subscription()
        agreement = subscription.terms
        offered = {terms.code: terms for terms in catalogue_of(agreement.product).terms}
        if terms_code not in terms_choices(subscription) or terms_code not in offered:
            raise DomainError("Syarat pembayaran ini tidak ditawarkan pada paketnya.", field="terms_code")
        if terms_code == agreement.terms.code:
            raise DomainError("Syarat pembayaran ini sudah berlaku.", field="terms_code")
        changed = agreement.model_copy(update={"terms": offered[terms_code]})
        subscription.agreement = changed
        facts = {"change": "terms", "from": agreement.terms.code, "to": terms_code}
        record(locked, subscription, "subscription.changed", today, cause=cause, **facts)
        refresh(locked, subscription, today)
    return subscription


def terms_choices(subscription: Subscription) -> tuple[str, ...]:
    """The payment terms its plan may have, the plan's own first."""
    agreement = subscription.terms
    plan = agreement.plan_for(subscription.quantity)
    return (plan.terms, *plan.other_terms)


def record_manual_payment(*, tenant: Tenant, seen: Seen, reason: str, today: date) -> Payment:
    """Book money that staff saw, oldest invoice first. The same reference is refused: it is the same money.

    PerhapsBooked where a transfer of the amount is booked from a proof or the bank's file, unless `anyway`.
    """
    cause = check_reason(reason)
    if seen.on > today:
        raise DomainError("Tanggal terima tidak boleh di masa depan.", field="on")
    if not 0 < seen.amount <= LARGEST_AMOUNT:
        raise DomainError("Jumlah harus lebih dari nol.", field="amount")
    reference = f"{seen.channel}:{' '.join(seen.reference.split())}"
    with writing(tenant):
        if Payment.objects.filter(reference=reference).exists():
            raise DomainError("Pembayaran dengan nomor rujukan ini sudah dicatat.", field="reference", code="known")
        if seen.channel == "transfer" and not seen.anyway:
            refuse_repeated(seen.amount, seen.on)
        # Booked today, whatever day the money came: events are in the order in which they became known.
        received = Received(
            seen.amount, seen.channel, reference, today, method=seen.channel, note=cause, received_on=seen.on
        )
        return record_payment(tenant=tenant, received=received)


def _find(number: str, kind: DocumentKind) -> Document:
    document = find_document(number)
    if document.kind != kind:
        words = {DocumentKind.INVOICE: "tagihan", DocumentKind.LATE_FEE: "denda"}
        raise NotVoidable(f"{number} bukan {words[kind]}.", field="number")
    return document


def _latest() -> Subscription:
    found = latest_subscription()
    if found is None:
        raise WrongState("Tenant ini belum memiliki langganan.")
    return found


def _kind_of(document: Document) -> str:
    kinds = list(document.lines.values_list("kind", flat=True))
    leading = (LineKind.PERIOD, LineKind.RISE, LineKind.USAGE, LineKind.CORRECTION, LineKind.ONCE)
    return next((kind for kind in leading if kind in kinds), kinds[0] if kinds else LineKind.ONE_OFF)


def _is_of_running_term(subscription: Subscription, document: Document) -> bool:
    """Units added in an earlier term are in this term's own invoice: taking them back would bill them twice."""
    if subscription.period_from is None or document.period_from is None:
        return False
    return document.subscription_id == subscription.pk and document.period_from >= subscription.period_from


def _take_back_rise(subscription: Subscription, document: Document) -> None:
    """The added units are not billed any more: the next rise is measured from what is (X8)."""
    main = {charge.code: charge.each for charge in subscription.terms.main if charge.quantity == "reported"}
    rises = [line for line in document.lines.filter(kind=LineKind.RISE) if line.charge in main]
    added = max((line.quantity / main[line.charge] for line in rises), default=Decimal(0))
    subscription.billed_quantity = max(Decimal(0), subscription.billed_quantity - added)


def _check_dates(document: Document, due_on: date, suspend_on: date | None, today: date) -> None:
    if document.status != DocumentStatus.OPEN:
        raise WrongState("Hanya tagihan yang masih terbuka dapat diubah tanggalnya.", field="number")
    if due_on < document.due_on:
        raise DomainError("Jatuh tempo hanya dapat diundur.", field="due_on")
    if due_on != document.due_on and due_on < today:
        raise DomainError("Jatuh tempo baru tidak boleh sudah lewat.", field="due_on")
    _check_suspension(document, due_on, suspend_on, today)


def _check_suspension(document: Document, due_on: date, suspend_on: date | None, today: date) -> None:
    before = document.suspend_on
    if suspend_on is None:
        if before is not None:
            raise DomainError("Isi tanggal penangguhan.", field="suspend_on")
        return
    if suspend_on <= due_on:
        raise DomainError("Penangguhan harus setelah jatuh tempo.", field="suspend_on")
    if before is not None and suspend_on < before:
        raise DomainError("Tanggal penangguhan hanya dapat diundur.", field="suspend_on")
    if suspend_on != before and suspend_on <= today:
        raise DomainError("Tanggal penangguhan baru harus setelah hari ini.", field="suspend_on")


def _use_credit(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """What a void document gave back pays what is open: nobody is closed for what the operator owes him."""
    for document in use_credit(open_documents(), today):
        if document.kind != DocumentKind.INVOICE:
            continue
        record(tenant, subscription, "invoice.paid", today, **told(document))


def _reopen(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """Access again while something is still overdue, because no invoice closes it today any more."""
    documents = open_documents()
    closing = any(item.suspend_on is not None and item.suspend_on <= today for item in documents)
    if subscription.status != Status.SUSPENDED or closing or not is_overdue(documents, today):
        return
    move(subscription, Status.PAST_DUE)
    subscription.suspended_on = None
    subscription.save()
    record(tenant, subscription, "subscription.reactivated", today)
    resume_billing(tenant, subscription, today)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
