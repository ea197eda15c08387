"""The tenant's books beside its other tables."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import MD5, Cast, Concat, TruncMonth

from billing.gateways.statements.models import GatewayFee
from billing.models import CreditEntry, Document, DocumentKind, DocumentLine, DocumentStatus, Entry, Payment
from billing.rules import ledger
from billing.rules.deferral import Served
from billing.rules.ledger import Claim, Figures
from plans.rules.periods import Period
from tenants.context import current_tenant
from tenants.models import Tenant
from tenants.rows import current_visit

ONE_DAY = timedelta(days=1)
JOURNAL_PAGE = 50
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
        outstanding=Sum(F("total") - F("paid") - F("credited"), filter=Q(status=DocumentStatus.OPEN)),
        tax=Sum("tax", filter=STANDS),
        income=Sum("subtotal", filter=STANDS),
    )
    notes = Document.papers.filter(STANDS, kind=DocumentKind.CREDIT_NOTE).aggregate(net=Sum("subtotal"), tax=Sum("tax"))
    given_up = Document.papers.filter(STANDS, kind=DocumentKind.WRITE_OFF).aggregate(
        loss=Sum("paid"), unearned=Sum("credited")
    )
    given = Q(cause=ledger.ROUNDED, payment__isnull=True, document__isnull=True)
    moved = CreditEntry.objects.aggregate(total=Sum("amount"), rounded=Sum("amount", filter=given))
    came = Payment.objects.values_list("channel").annotate(total=Sum(F("amount") + F("fee"))).order_by()
    kept = Counter[str]()
    for fee in kept_fees(current_tenant()):
        kept[fee.channel] += fee.amount
    received = {channel: total - kept[channel] for channel, total in came}
    return Figures(
        balances=account_balances(),
        outstanding=documents["outstanding"] or 0,
        credit=moved["total"] or 0,
        rounded=moved["rounded"] or 0,
        received={channel: total for channel, total in received.items() if total},
        deferred=deferred_by_month(),
        tax=(documents["tax"] or 0) - (notes["tax"] or 0),
        income=(documents["income"] or 0) - (notes["net"] or 0) - (given_up["unearned"] or 0),
        written_off=given_up["loss"] or 0,
        fees=(Payment.objects.aggregate(total=Sum("fee"))["total"] or 0) - kept.total(),
        unposted=Document.objects.filter(deferred__isnull=True).count(),
    )


def kept_fees(tenant: Tenant | None) -> "QuerySet[GatewayFee]":
    """What the gateway kept of a tenant's payments, by its reports."""
    return GatewayFee.objects.filter(tenant=tenant)


def account_balances() -> dict[str, int]:
    """Debits less credits of each account, in rupiah."""
    pairs = Entry.objects.values_list("debit", "credit").annotate(total=Sum("amount")).order_by()
    return ledger.balances(pairs)


def seals(until: datetime) -> dict[str, str]:
    """The journal as posted before an instant, by month: "rupiah:entries:fingerprint", of which any other entry changes it."""
    fields = ("id", "on", "fact", "debit", "credit", "amount", "document", "payment")
    # An empty reference is a text, too: Concat takes it for "".
    text = Concat(
        *(part for name in fields for part in (Cast(name, TextField()), Value("|"))), output_field=TextField()
    )
    posted = Entry.objects.filter(created_at__lt=until).annotate(month=TruncMonth("on")).values("month").order_by()
    found = posted.annotate(
        total=Sum("amount"), entries=Count("pk"), mark=MD5(StringAgg(text, delimiter=";", order_by="id"))
    )
    return {f"{row['month']:%Y-%m}": f"{row['total']}:{row['entries']}:{row['mark'][:16]}" for row in found}


def deferred_by_month() -> dict[str, int]:
    """What is still deferred, by the month it is earned in."""
    months: Counter[str] = Counter()
    for document in deferring_documents():
        months.update(document.deferred)
    return dict(sorted(months.items()))


@dataclass(frozen=True, slots=True)
class Journal:
    """A page of the journal, newest first, and the balance of every account."""

    balances: dict[str, int]
    entries: tuple[Entry, ...]
    page: int
    has_older: bool

    @property
    def older(self) -> int:
        """The page of older entries."""
        return self.page + 1

    @property
    def newer(self) -> int:
        """The page of newer entries."""
        return self.page - 1


def journal(account: str, page: int) -> Journal:
    """Entries of an account, or all, newest first; pages count from 1."""
    found = Entry.objects.select_related("document", "payment").order_by("-on", "-created_at", "-pk")
    found = found.filter(Q(debit=account) | Q(credit=account)) if account else found
    first = (max(page, 1) - 1) * JOURNAL_PAGE
    rows = list(found[first : first + JOURNAL_PAGE + 1])
    return Journal(account_balances(), tuple(rows[:JOURNAL_PAGE]), max(page, 1), len(rows) > JOURNAL_PAGE)
