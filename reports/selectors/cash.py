"""Money of some days, how long customers take to pay, and what is expected: from public facts, no tenant's schema is opened."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, BigIntegerField, Count, F, Min, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from billing.rules.ledger import Account
from billing.selectors.kept_fees import fees_kept
from reports.models import KEPT, Bill, CashDay, CashMove, Payer
from reports.rules.ageing import Aged, Ageing, Owed
from reports.rules.cash import WITHHELD, CashKind, Habit, Paid, Part, Sums, paid_of, summed
from reports.rules.outlook import AHEAD, Lump, Outlook, awaited, expected
from reports.rules.rhythm import bills_ahead, rhythm
from reports.selectors.places import customers_of
from reports.selectors.revenue import Scope
from tenants.models import Books, Tenant

ASKED = ("product", "province")
BILLED = ("active", "past_due")
RHYTHM = ("product_code", "billing_due_on", "payer__period_to", "payer__months", "payer__first_on", "payer__days")


@dataclass(frozen=True, slots=True)
class Cash:
    """What a page of money shows of some days."""

    total: Sums
    months: dict[date, Sums]
    products: dict[str, Sums]
    ways: dict[tuple[str, str], Sums]
    channels: dict[str, Sums]
    kept: dict[str, int]


def cash_in(scope: Scope) -> Cash:
    """All money of the days by month, product and way; two queries."""
    parts = list(_parts(scope))
    total = Sums()
    for part in parts:
        total.add(part)
    ways, channels, months, products = (summed(parts, by) for by in ("way", "channel", "month", "product"))
    money = {way: sums for way, sums in ways.items() if way[0]}
    return Cash(total, months, products, money, channels, kept_by_channel(scope))


def sums_in(scope: Scope) -> tuple[Sums, Sums]:
    """All money of the days, and of those just before; one query."""
    now, then = Sums(), Sums()
    for on, part in _dated(replace(scope, first=scope.before.first)):
        (then if on < scope.first else now).add(part)
    return now, then


def _parts(scope: Scope) -> Iterable[Part]:
    return (part for _on, part in _dated(scope))


def _dated(scope: Scope) -> Iterable[tuple[date, Part]]:
    """What was moved on each day, by all that money is told by; a day may come in parts."""
    for on, kind, product, channel, method, amount, fee, count in _rows(scope):
        yield on, Part(on.replace(day=1), CashKind(kind), product, channel, method, amount, fee, count)


def _rows(scope: Scope) -> Iterable[Any]:
    """The days' sums, and facts that are not in them yet; by province, which sums do not tell, the facts alone."""
    moves = _moves(scope).order_by()
    if "province" in scope.where:
        return _added(moves, Count("pk"))
    days = (
        CashDay.objects.filter(on__range=(scope.first, scope.last), **whose(scope))
        .filter(kind__in=list(CashKind))
        .order_by()
    )
    return _added(days, Sum("count")).union(_added(moves.filter(summed=False), Count("pk")), all=True)


def _added(rows: QuerySet[Any], count: Aggregate) -> QuerySet[Any, Any]:
    parts = rows.values_list("on", "kind", "product", "channel", "method")
    found: QuerySet[Any, Any] = parts.annotate(amount=Sum("amount"), fee=Sum("fee"), count=count)
    return found


def _moves(scope: Scope) -> QuerySet[CashMove]:
    return CashMove.objects.filter(on__range=(scope.first, scope.last), **whose(scope))


def whose(scope: Scope, before: str = "") -> dict[str, Any]:
    """Whose facts are asked for: of a table that can be asked by product and province, or leads to one by `before`."""
    found = {f"{before}{name}": value for name, value in scope.where.items() if name in ASKED}
    return found if scope.tests else {**found, f"{before}is_test": False}


def whose_tenants(scope: Scope, before: str = "") -> dict[str, Any]:
    """The same of what leads to a tenant: its own row says all but the province, and spares the way to its facts."""
    own = {"product": "product_code", "province": "revenue__province", "is_test": "is_test"}
    return {f"{before}{own[name]}": value for name, value in whose(scope).items()}


def kept_by_channel(scope: Scope) -> dict[str, int]:
    """What gateways kept of the payments they passed on in these days; one query."""
    total = Counter[str]()
    for channel, amount in _kept(scope):
        total[channel] += amount
    return dict(total)


def _kept(scope: Scope) -> Iterable[Any]:
    """By channel, some of it in the days' sums and some not."""
    fees = fees_kept(scope.first, scope.last).filter(**whose_tenants(scope, "tenant__")).order_by()
    if "province" in scope.where:
        return fees.values_list("channel").annotate(total=Sum("amount"))
    days = CashDay.objects.filter(on__range=(scope.first, scope.last), kind=KEPT, **whose(scope)).order_by()
    summed, others = days.values_list("channel"), fees.filter(summed=False).values_list("channel")
    return summed.annotate(total=Sum("amount")).union(others.annotate(total=Sum("amount")), all=True)


def cash_moves(scope: Scope, kinds: Sequence[str] = ()) -> QuerySet[CashMove]:
    """The facts of the days, of some kinds or all, newest first, each with its event and its tenant.

    As in the sums, what was withheld is a kind of its own (`WITHHELD`) and none of what came in.
    """
    rows = _moves(scope).select_related("event", "tenant").order_by("-on", "-id")
    if not kinds:
        return rows
    money = Q(kind__in=[kind for kind in kinds if kind != WITHHELD]) & ~Q(channel=WITHHELD)
    return rows.filter(money | Q(channel=WITHHELD) if WITHHELD in kinds else money)


def paid_in(scope: Scope) -> tuple[Paid | None, dict[str, Paid]]:
    """How long bills took that were paid in these days: of all, and by product; one query."""
    rows = bills_paid(scope).order_by().values_list("product", "days", "late")
    found = list(rows.annotate(count=Count("pk")))
    return paid_of(row[1:] for row in found), _by_product(found)


def bills_paid(scope: Scope) -> QuerySet[Bill]:
    """The invoices that were paid in full in these days, the slowest first: each is one of those the medians are of."""
    rows = Bill.objects.filter(paid_on__range=(scope.first, scope.last), kind="invoice", **whose(scope))
    return rows.order_by("-days", "-paid_on", "number", "pk")


def _by_product(found: Iterable[Any]) -> dict[str, Paid]:
    """Of (product, days, late, how many)."""
    rows: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for product, *row in found:
        rows[product].append((row[0], row[1], row[2]))
    return {product: paid for product, some in rows.items() if (paid := paid_of(some)) is not None}


@dataclass(frozen=True, slots=True)
class Overdue:
    """What a customer owes past due, in rupiah, and the earliest of the due days that have passed."""

    amount: int
    due_on: date


def overdue_on(today: date, scope: Scope) -> dict[UUID, Overdue]:
    """Who owes something of which the due day has passed; one query. The days of the scope do not matter.

    Due on 15 March it is overdue on the 16th.
    """
    rows = Bill.objects.filter(left__gt=0, due_on__lt=today, **whose(scope)).order_by().values_list("tenant")
    return {key: Overdue(left, due) for key, left, due in rows.annotate(left=Sum("left"), due=Min("due_on"))}


def ageing_now(today: date, scope: Scope) -> Aged:
    """What is owed today by age, as bills stand; one query. The days of the scope do not matter."""
    rows = Bill.objects.filter(left__gt=0, **whose(scope)).order_by().values_list("due_on")
    owed = [(Owed("", due, left), count) for due, left, count in rows.annotate(left=Sum("left"), count=Count("pk"))]
    total = Ageing(today, [item for item, _ in owed]).total()
    return replace(total, documents=sum(count for _, count in owed))


def deferred_now(scope: Scope) -> int | None:
    """What is paid or claimed and not earned yet, as the last checks of the books found it; one query.

    Of the same tenants as the page of the books it leads to: the tenant's own row says whether it is a test.

    None where no books were ever checked: it is not known, and nothing says that it is zero.
    """
    deferred = Cast(KeyTextTransform(Account.DEFERRED.value, "balances"), BigIntegerField())
    books = Books.objects.filter(customers_of(scope, "tenant__"))
    found = books.aggregate(total=Sum(deferred), checked=Count("pk"))
    return -(found["total"] or 0) if found["checked"] else None


def outlook(today: date, scope: Scope) -> Outlook:
    """What is expected in the next ninety days, whatever days are asked for; three queries."""
    habits = _product_habits(scope)
    return expected(today, _owed(today, scope, habits), _coming(today, scope, habits))


def _product_habits(scope: Scope) -> dict[str, Habit]:
    """The lower medians of its customers' habits, for those who have none yet."""
    payers = Payer.objects.filter(late__isnull=False, **whose_tenants(scope, "tenant__")).order_by()
    rows = payers.values_list("tenant__product_code", "days", "late").annotate(count=Count("pk"))
    return {product: paid.habit for product, paid in _by_product(rows).items()}


def _owed(today: date, scope: Scope, habits: dict[str, Habit]) -> Iterable[Lump]:
    """What is open on bills, on the due day and as much later as that customer pays."""
    rows = Bill.objects.filter(left__gt=0, **whose(scope)).order_by()
    late = F("tenant__payer__late")
    for due_on, product, own, left in rows.values_list("due_on", "product", late).annotate(left=Sum("left")):
        usual = habits[product].late if own is None and product in habits else own or 0
        yield Lump(awaited(today, due_on, usual), left)


def _coming(today: date, scope: Scope, habits: dict[str, Habit]) -> Iterable[Lump]:
    """Bills that will be made of what each customer brings, on the agenda's day and then in the rhythm of its periods."""
    last = today + timedelta(days=AHEAD)
    due = Tenant.objects.filter(status__in=BILLED, billing_due_on__lte=last, revenue__yearly__gt=0)
    rows = due.filter(**whose(scope, "revenue__")).order_by().values_list(*RHYTHM)
    for product, agenda, period_to, months, first_on, days, yearly in rows.annotate(yearly=Sum("revenue__yearly")):
        usual = habits[product].days if days is None and product in habits else days or 0
        on = max(agenda, period_to or agenda)
        for bill in bills_ahead(yearly, rhythm(months, first_on, on), on, last):
            yield Lump(bill.on + timedelta(days=usual), bill.amount)
