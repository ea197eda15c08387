"""The tenant's books beside its other tables."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F, Q, Sum

from billing.models import CreditEntry, Document, DocumentKind, DocumentLine, DocumentStatus, Entry, Payment
from billing.rules import ledger
from billing.rules.deferral import Served
from billing.rules.ledger import Claim, Figures
from plans.rules.periods import Period
from tenants.rows import current_visit

ONE_DAY = timedelta(days=1)
STANDS = ~Q(status=DocumentStatus.VOID)


def claim_of(document: Document, *, deferred: int) -> Claim:
    """A document as the books take it."""
    is_late_fee = document.kind == DocumentKind.LATE_FEE
    return Claim(str(document.pk), is_late_fee, document.subtotal, document.tax, deferred)


def served(lines: Iterable[DocumentLine]) -> list[Served]:
    """A document's lines as far as their days are concerned."""
    return [
        Served(line.kind, line.amount, Period(line.period_from, line.period_to or line.period_from + ONE_DAY))
        for line in lines
    ]


def deferring_documents() -> list[Document]:
    """Documents with something still to be earned, in the order of their numbers."""
    visit = current_visit()
    if visit is not None:
        found = [document for document in visit.rows(Document) if document.deferred]
        return sorted(found, key=lambda document: document.number)
    return list(Document.objects.exclude(deferred={}).filter(deferred__isnull=False).order_by("number"))


def figures() -> Figures:
    """What the check of the tenant's books compares; a query for each table."""
    documents = Document.objects.aggregate(
        outstanding=Sum(F("total") - F("paid"), filter=Q(status=DocumentStatus.OPEN)),
        tax=Sum("tax", filter=STANDS),
        income=Sum("subtotal", filter=STANDS),
    )
    received = Payment.objects.values_list("channel").annotate(total=Sum("amount"))
    return Figures(
        balances=account_balances(),
        outstanding=documents["outstanding"] or 0,
        credit=CreditEntry.objects.aggregate(total=Sum("amount"))["total"] or 0,
        received={channel: total for channel, total in received.order_by() if total},
        deferred=deferred_by_month(),
        tax=documents["tax"] or 0,
        income=documents["income"] or 0,
        unposted=Document.objects.filter(deferred__isnull=True).count(),
    )


def account_balances() -> dict[str, int]:
    """Debits less credits of each account, in rupiah."""
    pairs = Entry.objects.values_list("debit", "credit").annotate(total=Sum("amount")).order_by()
    return ledger.balances(pairs)


def deferred_by_month() -> dict[str, int]:
    """What is still deferred, by the month it is earned in."""
    months: Counter[str] = Counter()
    for document in deferring_documents():
        months.update(document.deferred)
    return dict(sorted(months.items()))
