"""Claims and money of the tenant that is worked on, from its own tables: what the reports' facts are held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min

from billing.models import Allocation, CreditEntry, Document, DocumentKind, DocumentStatus, Payment

ANSWERS = {DocumentKind.CREDIT_NOTE: "credited", DocumentKind.WRITE_OFF: "written_off"}
REVERSAL = "reversal:"


@dataclass(frozen=True, slots=True)
class MoneyFact:
    """A claim or money (above zero), or what was taken back of it, in rupiah, on the day it was booked.

    `source` is the document, the payment (also of its reversal) or the refund; `number` that of the claim.
    """

    kind: str
    source: UUID
    on: date
    amount: int
    fee: int = 0
    channel: str = ""
    method: str = ""
    number: str = ""


def money_facts() -> Iterator[MoneyFact]:
    """All of them, in no order."""
    yield from _claims()
    yield from _answers()
    yield from _payments()


def _claims() -> Iterator[MoneyFact]:
    for claim in Document.objects.only("number", "issued_on", "total", "status", "voided_on"):
        yield MoneyFact("invoiced", claim.pk, claim.issued_on, claim.total, number=claim.number)
        if claim.status == DocumentStatus.VOID and claim.voided_on is not None:
            yield MoneyFact("voided", claim.pk, claim.voided_on, -claim.total, number=claim.number)


def _answers() -> Iterator[MoneyFact]:
    for note in Document.papers.filter(kind__in=ANSWERS).select_related("parent"):
        if note.parent is not None:
            kind = ANSWERS[DocumentKind(note.kind)]
            yield MoneyFact(kind, note.pk, note.issued_on, -note.total, number=note.parent.number)


def _payments() -> Iterator[MoneyFact]:
    """A payment counts from the day it was booked, which may be after the day it came."""
    booked: dict[UUID | None, date] = {}
    for rows in (Allocation.objects, CreditEntry.objects):
        first = rows.filter(payment__isnull=False).order_by().values_list("payment").annotate(first=Min("on"))
        for key, on in first:
            booked[key] = min(on, booked.get(key, on))
    for row in Payment.objects.all():
        on = booked.get(row.pk, row.received_on)
        if row.reverses is None:
            kind, source = "collected", row.pk
        else:
            kind, source = "reversed" if row.reference.startswith(REVERSAL) else "refunded", row.reverses
        yield MoneyFact(kind, source, on, row.amount, row.fee, row.channel, row.method)
