"""What gateways kept, and what payers paid on top for it, by the way in which was paid: from public facts alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from reports.models import KEPT
from reports.rules.cash import CashKind
from reports.selectors.cash import cash_in
from reports.selectors.revenue import Scope

UNKNOWN = ""
SUMMED = {"product": "day.product"}
FACTS = {"product": "tenant.product_code", "province": "stand.province"}
# The days' sums and the fees that are not in them, in one statement: a fee is in exactly one of the two.
_SUMMED = """
SELECT day.channel, day.method, day.amount, day.count FROM reports_cashday AS day
WHERE day.kind = %(kept)s AND day."on" BETWEEN %(first)s AND %(last)s AND {summed}
UNION ALL
"""
# A fee names its payment and no method, the fact of the payment has it. Found by the payment, whenever that was booked.
_FACTS = """
SELECT fee.channel, coalesce(move.method, ''), fee.amount, CASE WHEN fee.reverses_id IS NULL THEN 1 ELSE -1 END
FROM statements_gatewayfee AS fee JOIN tenants_tenant AS tenant ON tenant.id = fee.tenant_id
LEFT JOIN reports_revenuestand AS stand ON stand.tenant_id = fee.tenant_id
LEFT JOIN reports_cashmove AS move
  ON move.source = fee.payment AND move.tenant_id = fee.tenant_id AND move.kind = %(collected)s
WHERE fee.settled_on BETWEEN %(first)s AND %(last)s AND {facts}
"""
_ADDED = """
SELECT channel, method, sum(amount), sum(count) FROM ({parts}) AS parts (channel, method, amount, count) GROUP BY 1, 2
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
    payment, what was kept on the day it was passed on. A fee that was corrected counts as it is now; its payment counts once.
    """
    ways = cash_in(scope).ways
    found: Ways = {way: GatewayCost(on_top=sums.fees) for way, sums in ways.items() if sums.fees}
    for channel, method, kept, payments in _kept(scope):
        cost = found.setdefault((channel, method), GatewayCost())
        cost.kept, cost.payments = int(kept), int(payments)
    return found


def _kept(scope: Scope) -> list[tuple[Any, ...]]:
    """From the sums, and the few fees that are not in them; by province, which sums do not tell, from the fees alone."""
    values = {name: value for name, value in scope.where.items() if name in FACTS}
    statement = _ADDED.format(parts=_FACTS if "province" in values else _SUMMED + _FACTS + "AND NOT fee.summed")
    days: dict[str, Any] = {
        "first": scope.first,
        "last": scope.last,
        "kept": KEPT,
        "collected": CashKind.COLLECTED.value,
    }
    with connection.cursor() as cursor:
        conditions = {"summed": _whose(scope, "day", SUMMED), "facts": _whose(scope, "tenant", FACTS)}
        cursor.execute(statement.format(**conditions), {**days, **values})
        return list(cursor.fetchall())


def _whose(scope: Scope, tells_tests: str, columns: Mapping[str, str]) -> str:
    """A condition; all names in it are our own, never a visitor's."""
    asked = [f"{columns[name]} = %({name})s" for name in scope.where if name in columns]
    return " AND ".join(["true" if scope.tests else f"NOT {tells_tests}.is_test", *asked])
