"""Taking an invoice back in whole or in part, and giving up what nobody will pay: papers with numbers of their own."""

import secrets
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import DocumentNotFound, WrongState
from billing.models import Document, DocumentKind, DocumentLine, DocumentStatus, LineKind, Subscription
from billing.rules import credit_notes as rule
from billing.rules.credit_notes import Left, Taken
from billing.rules.deferral import BY_DAYS
from billing.rules.lifecycle import Status
from billing.rules.nets import net_given_up, net_of, net_taken
from billing.selectors.credit_notes import lines_left
from billing.selectors.taxing import issuer_of
from billing.services.books.ledger import post_credit_note, post_write_off
from billing.services.books.settling import reduce
from billing.services.documents.invoicing import customer_of, find_document, next_number, told
from billing.services.dunning.steps import after_settlement
from billing.services.standing import record, refresh
from plans.rules.money import format_rupiah
from tenants.context import writing
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.services.steering import check_reason


def issue_credit_note(
    *,
    tenant: Tenant,
    number: str,
    reason: str,
    today: date,
    amount: int | None = None,
    by_line: Mapping[int, int] | None = None,
) -> Document:
    """Take an invoice back: all that is left of it, a net amount spread over its lines, or a net amount of each named line.

    750.000 billed, 300.000 paid, 500.000 taken back → 50.000 become credit and nothing is open. Writes the note with its lines
    and number, what follows for the invoice and the books, and `credit_note.issued`, in one transaction. Never more than
    the invoice in all notes together; the last one takes what rounding left. Staff go by
    `credit_requests.request_credit_note`, which knows the limit.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        invoice, subscription = _creditable(number), _subscription()
        taken = _taken(invoice, amount, by_line)
        note = _paper(locked, subscription, invoice, DocumentKind.CREDIT_NOTE, cause, today, taken)
        _write_lines(note, invoice, taken)
        _apply(locked, subscription, invoice, note, taken)
        after_settlement(locked, subscription, today)
        refresh(locked, subscription, today)
    return note


def would_take(number: str, amount: int | None = None, by_line: Mapping[int, int] | None = None) -> int:
    """What such a credit note would take back with its tax, rupiah; refuses what `issue_credit_note` would."""
    taken = _taken(_creditable(number), amount, by_line)
    return sum(item.net + item.tax for item in taken)


def write_off(*, tenant: Tenant, number: str, reason: str, today: date) -> Document:
    """Give up what is left of an invoice or a late fee: it is closed. Nothing is given back.

    What of it was yet to be earned leaves the deferred revenue and never becomes any; the rest is a loss in the books. Who
    is suspended stays so: a debt that was given up buys no access. Staff go by `write_offs.request_write_off`, which knows
    the limit.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        claim, subscription = find_document(number), _subscription()
        if claim.status != DocumentStatus.OPEN:
            raise WrongState(_("Hanya tagihan yang masih terbuka yang dapat dihapusbukukan."), field="number")
        left = Taken(0, claim.outstanding, 0)
        note = _paper(locked, subscription, claim, DocumentKind.WRITE_OFF, cause, today, (left,))
        reduce(claim, note.total, today, cause=note.number, closing=True)
        post_write_off(note, claim)
        claim.save()
        note.save(update_fields=["credited", "paid"])
        net = net_given_up(net_of(claim.lines.all()), note.credited, note.paid)
        facts = told(note) | {"invoice": claim.number, "note": note.number, "net": net}
        record(locked, subscription, "invoice.written_off", today, cause=cause, **facts, reason=cause)
        if subscription.status == Status.PAST_DUE:
            after_settlement(locked, subscription, today)
        refresh(locked, subscription, today)
    return note


def _creditable(number: str) -> Document:
    """An invoice that stands; a late fee is waived, and a paper that is no claim is not found."""
    invoice = find_document(number)
    if invoice.kind != DocumentKind.INVOICE:
        raise DocumentNotFound(_("Denda dihapus, bukan dikreditkan."), field="number")
    if invoice.status == DocumentStatus.VOID or invoice.total == invoice.credited:
        raise WrongState(_("Tagihan ini sudah batal atau sudah dikreditkan seluruhnya."), field="number")
    if Document.papers.filter(parent=invoice, kind=DocumentKind.WRITE_OFF).exists():
        raise WrongState(_("Tagihan ini sudah dihapusbukukan."), field="number")
    return invoice


def _subscription() -> Subscription:
    found = Subscription.objects.order_by("-created_at", "-pk").first()
    if found is None:
        raise WrongState(_("Tenant ini belum memiliki langganan."))
    return found


def _taken(invoice: Document, amount: int | None, by_line: Mapping[int, int] | None) -> tuple[Taken, ...]:
    left = lines_left(invoice)
    try:
        if by_line:
            return rule.take_of_lines(left, by_line)
        return rule.take_all(left) if amount is None else rule.take_amount(left, amount)
    except ValueError as error:
        raise _too_much(left) from error


def _too_much(left: tuple[Left, ...]) -> DomainError:
    most = format_rupiah(sum(line.net for line in left))
    message = _("Jumlahnya harus lebih dari nol dan tidak melebihi sisa tiap baris (seluruhnya %(most)s).")
    return DomainError(message % {"most": most}, field="amount", code="more_than_is_left")


def _paper(
    tenant: Tenant,
    subscription: Subscription,
    claim: Document,
    kind: DocumentKind,
    cause: str,
    today: date,
    taken: tuple[Taken, ...],
) -> Document:
    """The paper itself, born settled: nobody owes anything on it."""
    issuer, printed = issuer_of(claim.issuer["code"])
    net, tax = sum(item.net for item in taken), sum(item.tax for item in taken)
    note = Document(
        kind=kind,
        number=next_number(tenant, issuer, kind, today),
        status=DocumentStatus.PAID,
        subscription=claim.subscription,
        parent=claim,
        issued_on=today,
        due_on=today,
        subtotal=net,
        tax=tax,
        total=net + tax,
        paid=net + tax,
        paid_on=today,
        issuer=printed,
        customer=customer_of(tenant, subscription),
        note=cause[:500],
        deferred={},
        access_token=secrets.token_urlsafe(32),
    )
    note.save(force_insert=True)
    return note


def _write_lines(note: Document, invoice: Document, taken: tuple[Taken, ...]) -> None:
    originals = {line.position: line for line in invoice.lines.all()}
    for position, item in enumerate(taken, start=1):
        line = originals[item.position]
        before = DocumentLine.objects.filter(
            subscription_key=line.subscription_key,
            charge=line.charge,
            kind=LineKind.CREDIT,
            period_from=line.period_from,
        )
        DocumentLine.objects.create(
            document=note,
            subscription_key=line.subscription_key,
            position=position,
            charge=line.charge,
            kind=LineKind.CREDIT,
            period_from=line.period_from,
            period_to=line.period_to,
            sequence=before.count(),
            description=line.description,
            description_en=line.description_en,
            quantity=Decimal(1),
            unit_price=Decimal(item.net),
            amount=item.net,
            tax=item.tax,
            explanation={"rules": [], "invoice": invoice.number, "line": item.position},
        )


def _apply(
    tenant: Tenant, subscription: Subscription, invoice: Document, note: Document, taken: tuple[Taken, ...]
) -> None:
    was_open, on = invoice.status == DocumentStatus.OPEN, note.issued_on
    kinds = {line.position: line.kind for line in invoice.lines.all()}
    reduce(invoice, note.total, on, cause=f"nota kredit: {note.number}")
    post_credit_note(note, invoice, sum(item.net for item in taken if kinds[item.position] in BY_DAYS))
    invoice.save()
    net = net_taken(kinds, ((item.position, item.net) for item in taken))
    facts = told(note) | {"invoice": invoice.number, "note": note.number, "net": net}
    record(tenant, subscription, "credit_note.issued", on, cause=note.note, **facts, reason=note.note)
    if was_open and invoice.status == DocumentStatus.PAID:
        record(tenant, subscription, "invoice.paid", on, **told(invoice))
