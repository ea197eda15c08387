"""Words for the stories of tenants: pay, report, look at the papers."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from billing.models import Allocation, CreditEntry, Document, DocumentKind, DocumentStatus, Payment, QuantityReport
from billing.rules import ledger
from billing.selectors.accounts import balance_of, credit_balance, open_documents
from billing.selectors.books import figures
from billing.services.daily import recompute_agenda
from billing.services.payments.receiving import Received, record_payment
from billing.services.subscriptions.quantities import Report, report_quantity
from tenants.context import inside
from tenants.models import Event, StaffTask, Tenant
from tests.conftest import live_days
from trials.services.daily import live_day

_references = count(1)
QUIET_AFTER = 62
Paper = tuple[str, int, date, date, date | None]


def live_through(tenant: Tenant, first: date, last: date) -> None:
    """The daily jobs from `first` to `last`, every day; of more than two months only the days the agenda names."""
    if (last - first).days <= QUIET_AFTER:
        live_days(tenant, first, last)
        return
    day = first
    while day <= last:
        live_day(tenant, day)
        due = [on for on in agenda(tenant) if on is not None]
        day = max(day + timedelta(days=1), min([*due, last + timedelta(days=1)]))
    tenant.refresh_from_db()


def pay(tenant: Tenant, on: date, amount: int | None = None, **extra: object) -> Payment:
    """A transfer of an amount, or of all that is open."""
    owed = amount if amount is not None else owes(tenant)
    received = Received(owed, "transfer", f"story-{next(_references)}", on, **extra)  # type: ignore[arg-type]
    payment = record_payment(tenant=tenant, received=received)
    tenant.refresh_from_db()
    return payment


def report(tenant: Tenant, on: date, quantity: int, *, today: date | None = None, key: str | None = None) -> str:
    """Report a count; returns what became of it."""
    made = report_quantity(
        tenant=tenant, report=Report(Decimal(quantity), on, "test", key), today=on if today is None else today
    )
    tenant.refresh_from_db()
    return made.outcome


def owes(tenant: Tenant) -> int:
    """What is open, in rupiah."""
    with inside(tenant):
        return balance_of(open_documents())


def credit_of(tenant: Tenant) -> int:
    """The customer's credit, in rupiah."""
    with inside(tenant):
        return credit_balance()


def papers(tenant: Tenant, *, void: bool = False, kind: DocumentKind = DocumentKind.INVOICE) -> list[Paper]:
    """(lines, total, issued, due, suspended) of each document of a kind in the order of their numbers."""
    with inside(tenant):
        found = Document.objects.filter(kind=kind).order_by("number").prefetch_related("lines")
        return [
            (
                " + ".join(
                    f"{item.charge} {item.period_from}–{item.period_to} {item.amount}" for item in paper.lines.all()
                ),
                paper.total,
                paper.issued_on,
                paper.due_on,
                paper.suspend_on,
            )
            for paper in found
            if (paper.status == DocumentStatus.VOID) is void
        ]


def spans(tenant: Tenant) -> list[tuple[str, str, int]]:
    """(from, to, total) of the invoices that are not void, by number."""
    with inside(tenant):
        found = Document.objects.filter(kind=DocumentKind.INVOICE).exclude(status=DocumentStatus.VOID)
        return [(str(item.period_from), str(item.period_to), item.total) for item in found.order_by("number")]


def fees(tenant: Tenant) -> list[tuple[str, int]]:
    """(issued, total) of the late fees that are not void."""
    with inside(tenant):
        found = Document.objects.filter(kind=DocumentKind.LATE_FEE).exclude(status=DocumentStatus.VOID)
        return [(str(item.issued_on), item.total) for item in found.order_by("issued_on", "number")]


def reminders(tenant: Tenant, *abouts: str) -> list[tuple[str, str, int, str]]:
    """(day, about, days, channel) of every reminder, or of those about something."""
    events = Event.objects.filter(tenant=tenant, name="reminder.sent").order_by("id")
    told = [(str(e.occurred_on), e.data["about"], e.data["days"], e.data["channel"]) for e in events]
    return [item for item in told if not abouts or item[1] in abouts]


def calls(tenant: Tenant) -> list[str]:
    """The days on which staff are to phone."""
    return [str(task.due_on) for task in StaffTask.objects.filter(tenant=tenant).order_by("due_on")]


def standing(tenant: Tenant) -> tuple[str, bool, int]:
    """(status, access, balance) of the public row."""
    tenant.refresh_from_db()
    return tenant.status, tenant.has_access, tenant.balance


def agenda(tenant: Tenant) -> tuple[date | None, date | None, date | None]:
    """The next days of billing, suspensions and reminders."""
    tenant.refresh_from_db()
    return tenant.billing_due_on, tenant.suspension_due_on, tenant.reminder_due_on


def books_balance(tenant: Tenant, today: date) -> None:
    """What must hold at any moment of any life: no rupiah lost or made, and the public row says what the papers say."""
    assert not recompute_agenda(tenant=tenant, today=today), "the agenda was wrong"
    tenant.refresh_from_db()
    with inside(tenant):
        documents = list(Document.objects.prefetch_related("lines", "allocations"))
        received = sum(Payment.objects.values_list("amount", flat=True))
        allocated = sum(Allocation.objects.values_list("amount", flat=True))
        credit = sum(CreditEntry.objects.values_list("amount", flat=True))
        given = sum(CreditEntry.objects.filter(payment=None, document=None).values_list("amount", flat=True))
        found = ledger.differences(figures())
        reports = QuantityReport.objects.count()
    assert reports >= 0
    assert found == (), "the books"
    assert credit >= 0
    assert allocated + credit == received + given
    assert tenant.balance == sum(item.outstanding for item in documents if item.status == DocumentStatus.OPEN)
    billed: set[tuple[object, ...]] = set()
    for document in documents:
        assert document.paid == sum(item.amount for item in document.allocations.all())
        assert document.total == sum(line.amount + line.tax for line in document.lines.all())
        for line in document.lines.all():
            key = (line.subscription_key, line.charge, line.kind, line.period_from, line.sequence)
            assert line.voided == (document.status == DocumentStatus.VOID)
            assert line.voided or key not in billed, "a line was billed twice"
            if not line.voided:
                billed.add(key)
