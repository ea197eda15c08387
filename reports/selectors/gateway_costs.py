"""What gateways kept, and what payers paid on top for it, by the way in which was paid: from public facts alone."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from reports.rules.cash import CashKind
from reports.selectors.cash import cash_in
from reports.selectors.revenue import Scope

UNKNOWN = ""
COLUMNS = {"product": "tenant.product_code", "province": "stand.province"}
# A fee names its payment and no method, the fact of the payment has it. Found by the payment, whenever that was booked.
_KEPT = """
SELECT fee.channel, coalesce(move.method, ''), sum(fee.amount), count(DISTINCT fee.payment)
FROM statements_gatewayfee AS fee JOIN tenants_tenant AS tenant ON tenant.id = fee.tenant_id
LEFT JOIN reports_revenuestand AS stand ON stand.tenant_id = fee.tenant_id
LEFT JOIN reports_cashmove AS move
  ON move.source = fee.payment AND move.tenant_id = fee.tenant_id AND move.kind = %(collected)s
WHERE fee.settled_on BETWEEN %(first)s AND %(last)s AND {where} GROUP BY 1, 2
"""


@dataclass(slots=True)
class GatewayCost:
    """Of a way to pay in some days: paid on top by payers, kept by the gateway of so many payments that it passed on."""

    on_top: int = 0
    kept: int = 0
    payments: int = 0

    @property
    def borne(self) -> int:
        """What is left for us to bear; below zero where payers paid more."""
        return self.kept - self.on_top

    def add(self, other: "GatewayCost") -> None:
        """Together with another way."""
        self.on_top, self.kept = self.on_top + other.on_top, self.kept + other.kept
        self.payments += other.payments


Ways = dict[tuple[str, str], GatewayCost]


def gateway_costs(scope: Scope) -> Ways:
    """By channel and method; `UNKNOWN` where no fact of the payment says its method. Four queries.

    By channel they add up to what the page of money says (`kept_by_channel`). What was paid on top counts on the day of the
    payment, what was kept on the day it was passed on; a fee that was corrected counts as it is now.
    """
    ways = cash_in(scope).ways
    found: Ways = {way: GatewayCost(on_top=sums.fees) for way, sums in ways.items() if sums.fees}
    for channel, method, kept, payments in _kept(scope):
        cost = found.setdefault((channel, method), GatewayCost())
        cost.kept, cost.payments = int(kept), payments
    return found


def _kept(scope: Scope) -> list[tuple[Any, ...]]:
    """All names in it are our own, never a visitor's."""
    values = {name: value for name, value in scope.where.items() if name in COLUMNS}
    parts = ["true" if scope.tests else "NOT tenant.is_test", *(f"{COLUMNS[name]} = %({name})s" for name in values)]
    days: dict[str, Any] = {"first": scope.first, "last": scope.last, "collected": CashKind.COLLECTED.value}
    with connection.cursor() as cursor:
        cursor.execute(_KEPT.format(where=" AND ".join(parts)), {**days, **values})
        return list(cursor.fetchall())
