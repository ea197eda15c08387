"""What the lines of an account are held against: announced transfers, tenants that owe, documents a text names."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from billing.gateways.models import OPEN_TRANSFERS, BankTransfer, TransferState
from billing.gateways.statements.models import PLACED, BankLine, LineState
from billing.rules.banking.matching import Claim, Debtor, Ground, Money, Verdict, numbers_in
from plans.models import Product
from tenants.models import Event, Tenant

# A transfer this much older than a line is not what it pays.
OLDEST_CLAIM = timedelta(days=180)
RIVALS_WITHIN = timedelta(days=30)
STATES = {
    TransferState.ANNOUNCED: "open",
    TransferState.SUBMITTED: "open",
    TransferState.EXPIRED: "expired",
    TransferState.APPROVED: "approved",
}


def money_of(line: BankLine) -> Money:
    """The line as the rules take it."""
    return Money(line.on, line.amount, f"{line.description} {line.reference}")


def verdicts_on(account: str, lines: Sequence[BankLine]) -> list[Verdict[UUID]]:
    """What each waiting line of an account is; all of them are rivals of one another."""
    moneys = [money_of(line) for line in lines]
    ground = ground_for(account, moneys)
    rivals = rivals_of(account, moneys, waiting=[line.pk for line in lines])
    return [ground.judge(money, rivals[place]) for place, money in enumerate(moneys)]


def ground_for(account: str, moneys: Sequence[Money]) -> Ground[UUID]:
    """Three queries whatever the number of lines: transfers to the account, debtors of its issuer, numbers in the texts."""
    return Ground(_claims(account, moneys), _debtors(account, moneys))


def rivals_of(account: str, moneys: Sequence[Money], *, waiting: Iterable[UUID] = ()) -> list[int]:
    """For each how many others of the same sum are not placed: among these, or in the queue, where `waiting` are these."""
    here = Counter(money.amount for money in moneys)
    if not moneys:
        return []
    queued = BankLine.objects.filter(
        account=account,
        state=LineState.WAITING,
        incoming=True,
        amount__in=list(here),
        on__gte=min(money.on for money in moneys) - RIVALS_WITHIN,
    ).exclude(pk__in=list(waiting))
    there = Counter(queued.values_list("amount", flat=True))
    return [here[money.amount] - 1 + there[money.amount] for money in moneys]


def _claims(account: str, moneys: Sequence[Money]) -> list[Claim[UUID]]:
    if not moneys:
        return []
    amounts = {money.amount for money in moneys}
    since = min(money.on for money in moneys) - OLDEST_CLAIM
    recent = BankTransfer.objects.filter(account=account, announced_on__gte=since)
    # Each part by its own index; joined by OR the transfers of half a year would be read.
    sums = recent.filter(asked__in=amounts).union(recent.filter(received__in=amounts))
    fitting = sums.union(recent.filter(state__in=OPEN_TRANSFERS))
    found = (
        BankTransfer.objects.filter(pk__in=fitting.values("pk"))
        .annotate(taken=Exists(BankLine.objects.filter(transfer=OuterRef("pk"), state__in=PLACED)))
        .select_related("tenant")
    )
    return [_claim(transfer) for transfer in found]


def _claim(transfer: BankTransfer) -> Claim[UUID]:
    tenant = transfer.tenant
    state = STATES.get(TransferState(transfer.state), "closed")
    return Claim(
        transfer=transfer.pk,
        tenant=transfer.tenant_id,
        state=state,
        asked=transfer.asked,
        opens_on=transfer.announced_on,
        ends_on=_decided_on(transfer) if state == "approved" else transfer.expires_on,
        stated=transfer.stated,
        received=transfer.received,
        taken=bool(getattr(transfer, "taken", False)),
        names=tuple(name for name in (tenant.name, tenant.contact_name, transfer.sender) if name),
    )


def _decided_on(transfer: BankTransfer) -> date:
    """The tenant's day of the decision; with a test clock, the day it has come to."""
    tenant = transfer.tenant
    if tenant.clock_on is not None or transfer.decided_at is None:
        return tenant.clock_on or transfer.expires_on
    return transfer.decided_at.astimezone(ZoneInfo(tenant.timezone)).date()


def _debtors(account: str, moneys: Sequence[Money]) -> list[Debtor[UUID]]:
    named = _tenants_of_numbers(moneys)
    owing = Tenant.objects.filter(Q(balance__gt=0) | Q(pk__in=list(named)))
    products = products_of(account)
    if products:
        owing = owing.filter(product_code__in=products)
    rows = owing.values_list("pk", "balance", "name", "contact_name")
    return [
        Debtor(pk, balance, tuple(name for name in names if name), tuple(named.get(pk, ())))
        for pk, balance, *names in rows.iterator()
    ]


def products_of(account: str) -> list[str]:
    """Products whose issuer has this account: nobody else's customers pay to it."""
    products = Product.objects.select_related("issuer")
    return [
        product.code
        for product in products
        if any(item.get("number") == account for item in product.issuer.data.get("bank_accounts", ()))
    ]


def _tenants_of_numbers(moneys: Sequence[Money]) -> Mapping[UUID, list[str]]:
    """By the event of a document's issue: the documents lie in as many schemas as there are tenants."""
    numbers = sorted({number for money in moneys for number in numbers_in(money.text)})
    found: dict[UUID, list[str]] = {}
    if numbers:
        events = Event.objects.filter(name__in=["invoice.issued", "late_fee.charged"], data__invoice__in=numbers)
        for tenant, number in events.values_list("tenant_id", "data__invoice"):
            found.setdefault(tenant, []).append(number)
    return found
