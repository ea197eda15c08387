"""What the gateway should have sent on, by the day that it settled; public tables only."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, Max, Min, OuterRef, Sum, Value, When
from django.db.models.functions import Cast, Concat

from billing.gateways.statements.gateway_models import GatewayReport, GatewayReportRow, ReportRowKind
from billing.gateways.statements.models import BankLine, BankStatement, GatewayPayout, StatementState
from billing.rules.banking.payouts import SENT_WITHIN, paid_out
from billing.selectors.gateway_reports import place_of

# A statement that reaches so far past a day would have its money.
ARRIVES_WITHIN = timedelta(days=3)
# What is older has been noted long ago.
LOOKED_BACK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Payout:
    """Days of the report that a line brings, and their net sum in rupiah."""

    days: tuple[date, ...]
    net: int


def nets_between(first: date, last: date) -> dict[date, int]:
    """What each day should bring that has rows: payments less fees, their PPN, and what went back; rupiah.

    A payment comes once, however often it is told: 745.560, and where a later row says a fee of 5.550 instead of 4.440, its
    day brings 1.110 less, as in the books.
    """
    signed = Case(When(kind=ReportRowKind.PAYMENT, then=F("amount")), default=-F("amount"))
    rows = GatewayReportRow.objects.filter(settled_on__range=(first, last)).values_list("settled_on")
    nets = dict(rows.annotate(net=Sum(signed - F("fee") - F("tax"))).order_by("settled_on"))
    for earlier, row in _told_again(first, last):
        nets[row.settled_on] -= earlier.amount - earlier.kept
    return nets


def _told_again(first: date, last: date) -> Iterator[tuple[GatewayReportRow, GatewayReportRow]]:
    """Rows of these days about a payment that an earlier row told of, each with that row."""
    seen = (first - LOOKED_BACK, last)
    # A row that names no transaction is known by its amount, too: an order may be paid twice.
    unnamed = Concat(F("order_id"), Value(" "), Cast("amount", CharField()))
    money = Case(
        When(transaction_id="", matched_transaction="", then=unnamed),
        When(transaction_id="", then=F("matched_transaction")),
        default=F("transaction_id"),
    )
    rows = GatewayReportRow.objects.filter(kind=ReportRowKind.PAYMENT, settled_on__range=seen).annotate(money=money)
    others = rows.filter(money=OuterRef("money")).exclude(pk=OuterRef("pk"))
    told: dict[str, list[GatewayReportRow]] = defaultdict(list)
    for row in rows.filter(Exists(others)).select_related("report"):
        told[row.money].append(row)
    pairs = (pair for found in told.values() for pair in pairwise(sorted(found, key=place_of)))
    return ((earlier, row) for earlier, row in pairs if first <= row.settled_on <= last)


def open_nets(first: date, last: date) -> dict[date, int]:
    """Those of days no line of the bank has brought yet."""
    arrived = set(GatewayPayout.objects.filter(day__range=(first, last)).values_list("day", flat=True))
    return {day: net for day, net in nets_between(first, last).items() if day not in arrived}


def payouts_for(lines: Sequence[BankLine]) -> dict[UUID, Payout]:
    """The lines that bring just what some days of the report should, by their keys. Three queries, however many lines."""
    incoming = [line for line in lines if line.incoming]
    if not incoming:
        return {}
    days = [line.on for line in incoming]
    nets = open_nets(min(days) - SENT_WITHIN, max(days))
    found = {line.pk: Payout(paid_out(nets, line.on, line.amount), line.amount) for line in incoming}
    return {key: payout for key, payout in found.items() if payout.days}


def missing_payouts() -> dict[date, int]:
    """Days whose money should have come by the statements of its account; they begin with the first that was matched."""
    began = GatewayPayout.objects.aggregate(day=Min("day"))["day"]
    accounts = GatewayPayout.objects.values("line__account")
    files = BankStatement.objects.filter(state=StatementState.IMPORTED, account__in=accounts)
    read = files.aggregate(day=Max("last_on"))["day"]
    if began is None or read is None:
        return {}
    nets = open_nets(max(began, read - LOOKED_BACK), read - ARRIVES_WITHIN)
    return {day: net for day, net in nets.items() if net > 0}


def changed_payouts(now: datetime) -> list[tuple[GatewayPayout, int]]:
    """Days that have arrived and of which a report of the last weeks says another net sum, with that sum."""
    recent = GatewayReport.objects.filter(imported_at__gte=now - LOOKED_BACK)
    days = recent.aggregate(first=Min("first_on"), last=Max("last_on"))
    if days["first"] is None:
        return []
    nets = nets_between(days["first"], days["last"])
    arrived = GatewayPayout.objects.filter(day__in=nets).order_by("day")
    return [(payout, nets[payout.day]) for payout in arrived if nets[payout.day] != payout.net]
