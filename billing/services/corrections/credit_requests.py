"""Credit notes of staff: asked for, approved by another one above the limit, and only then issued."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy

from billing.errors import CreditNoteRefused
from billing.gateways.models import CreditRequest
from billing.models import Document
from billing.services.corrections.credit_notes import issue_credit_note, would_take
from billing.services.corrections.requests import (
    Asking,
    PaperKind,
    approve_request,
    keep_request,
    reject_request,
    waiting_request,
)
from billing.services.documents.invoicing import find_document
from tenants.context import inside, writing
from tenants.models import Tenant, User
from tenants.services.steering import check_reason


def request_credit_note(
    *,
    tenant: Tenant,
    number: str,
    reason: str,
    staff: User,
    now: datetime,
    amount: int | None = None,
    by_line: Mapping[int, int] | None = None,
) -> CreditRequest:
    """Ask for a credit note, of all that is left, a net amount, or a net amount of single lines. Up to the limit it is issued
    at once; above it somebody else has to approve.

    What the invoice's notes took before counts: 600.000 and then 500.000 of one invoice is above 1.000.000. Asked again while
    one waits, the request that waits is returned. Errors are those of `issue_credit_note`.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        invoice = find_document(number)
        asking = Asking(locked, invoice, cause, staff, now)
        return waiting_request(_CREDIT_NOTE, invoice) or _ask(asking, amount, by_line)


def _ask(asking: Asking, amount: int | None, by_line: Mapping[int, int] | None) -> CreditRequest:
    invoice = asking.document
    total = would_take(invoice.number, amount, by_line)
    named = {str(position): net for position, net in (by_line or {}).items()}
    return keep_request(_CREDIT_NOTE, asking, amount=total, counted=invoice.credited + total, net=amount, by_line=named)


def needs_second(*, tenant: Tenant, number: str, amount: int | None, by_line: Mapping[int, int] | None) -> bool:
    """Whether another member of staff would have to approve such a credit note."""
    with inside(tenant):
        return _CREDIT_NOTE.is_large(find_document(number).credited + would_take(number, amount, by_line))


def waiting_credit_note(invoice: Document) -> CreditRequest | None:
    """The request that waits for a second person, if one does."""
    return waiting_request(_CREDIT_NOTE, invoice)


def approve_credit_note(*, asked: CreditRequest, staff: User, now: datetime) -> CreditRequest:
    """A second person agrees, and it is issued in the same transaction; whoever asked cannot (the database refuses it, too).

    CreditNoteRefused where more would be taken back now than was asked for; what is not left any more is refused as ever.
    """
    return approve_request(_CREDIT_NOTE, asked, staff, now)


def reject_credit_note(*, asked: CreditRequest, reason: str, staff: User, now: datetime) -> CreditRequest:
    """The invoice stays as it is, with the reason. Repeating it changes nothing."""
    return reject_request(_CREDIT_NOTE, asked, reason, staff, now)


def _would_take(asked: CreditRequest) -> int:
    return would_take(asked.number, asked.net, _lines(asked))


def _issue(asked: CreditRequest, today: date) -> Document:
    return issue_credit_note(
        tenant=asked.tenant,
        number=asked.number,
        reason=asked.reason,
        today=today,
        amount=asked.net,
        by_line=_lines(asked),
    )


def _lines(asked: CreditRequest) -> dict[int, int]:
    return {int(position): net for position, net in asked.by_line.items()}


_CREDIT_NOTE = PaperKind(
    model=CreditRequest,
    limit="CREDIT_NOTE_APPROVAL_LIMIT",
    refused=CreditNoteRefused,
    same_person=gettext_lazy("Orang lain yang harus menyetujui nota kredit ini."),
    overtaken=gettext_lazy("Nota kredit ini sekarang %(left)s, bukan %(asked)s. Tolak, lalu minta lagi bila perlu."),
    would_take=_would_take,
    make=_issue,
)
