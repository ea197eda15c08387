"""Claims and money of the tenant that is worked on, from its own tables: what the reports' facts are held against."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min

from billing.models import Allocation, CreditEntry, Document, DocumentKind, DocumentLine, DocumentStatus, Payment
from billing.rules.nets import Net, net_given_up, net_of, net_taken

ANSWERS = {DocumentKind.CREDIT_NOTE: "credited", DocumentKind.WRITE_OFF: "written_off"}
REVERSAL = "reversal:"


@dataclass(frozen=True, slots=True)
class MoneyFact:
    """A claim or money (above zero), or what was taken back of it, in rupiah, on the day it was booked.

    `source` is the document, the payment (also of its reversal) or the refund; `number` that of the claim. `net` is what of a
    claim is without tax, by kind (`billing.rules.nets`), with the sign of the amount.
    """

    kind: str
    source: UUID
    on: date
    amount: int
    fee: int = 0
    channel: str = ""
    method: str = ""
    number: str = ""
    net: tuple[tuple[str, int], ...] = ()


Lines = dict[UUID, list[DocumentLine]]


def money_facts() -> Iterator[MoneyFact]:
    """All of them, in no order."""
    lines: Lines = defaultdict(list)
    for line in DocumentLine.objects.only("document_id", "position", "kind", "amount", "explanation"):
        lines[line.document_id].append(line)
    yield from _claims(lines)
    yield from _answers(lines)
    yield from _payments()


def _claims(lines: Lines) -> Iterator[MoneyFact]:
    for claim in Document.objects.only("number", "issued_on", "total", "status", "voided_on"):
        net, number = net_of(lines[claim.pk]), claim.number
        yield MoneyFact("invoiced", claim.pk, claim.issued_on, claim.total, number=number, net=_signed(net, 1))
        if claim.status == DocumentStatus.VOID and claim.voided_on is not None:
            yield MoneyFact("voided", claim.pk, claim.voided_on, -claim.total, number=number, net=_signed(net, -1))


def _answers(lines: Lines) -> Iterator[MoneyFact]:
    for note in Document.papers.filter(kind__in=ANSWERS).select_related("parent"):
        if note.parent is not None:
            kind, claimed = ANSWERS[DocumentKind(note.kind)], lines[note.parent.pk]
            net = _signed(_credited(note, claimed, lines) if kind == "credited" else _given_up(note, claimed), -1)
            yield MoneyFact(kind, note.pk, note.issued_on, -note.total, number=note.parent.number, net=net)


def _credited(note: Document, claimed: list[DocumentLine], lines: Lines) -> Net:
    kinds = {line.position: line.kind for line in claimed}
    return net_taken(kinds, ((line.explanation["line"], line.amount) for line in lines[note.pk]))


def _given_up(note: Document, claimed: list[DocumentLine]) -> Net:
    return net_given_up(net_of(claimed), note.credited, note.paid)


def _signed(net: Net, sign: int) -> tuple[tuple[str, int], ...]:
    return tuple((kind, sign * amount) for kind, amount in net.items())


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
