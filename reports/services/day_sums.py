"""The days' sums follow the facts: what is written here is written while the tenants are locked."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models, transaction

from reports.models import KEPT, CashDay, CohortMonth, RevenueDay
from reports.rules.cash import CashKind
from reports.rules.revenue import MoveKind
from tenants.models import Tenant

CASH = ("on", "product", "is_test", "kind", "origin", "channel", "method")
REVENUE = ("on", "product", "is_test", "kind", "channel", "charges")
COHORT = ("on", "product", "is_test", "cohort")
WORDS: Mapping[type[models.Model], tuple[tuple[str, ...], tuple[str, ...]]] = {
    CashDay: (CASH, ("amount", "fee", "count")),
    RevenueDay: (REVENUE, ("gained", "lost")),
    CohortMonth: (COHORT, ("came", "gone", "yearly")),
}
KINDS: Mapping[str, Any] = {
    "kept": KEPT,
    "collected": CashKind.COLLECTED.value,
    "came": [MoveKind.NEW, MoveKind.REACTIVATION],
    "gone": MoveKind.CHURN,
}
# A fact says that it is summed in the statement that adds it: whatever else happens, it is in the sums or read beside them.
_MOVED = """
WITH moved AS (UPDATE reports_cashmove AS move SET summed = %(summed)s FROM reports_revenuestand AS stand
  WHERE stand.tenant_id = move.tenant_id AND move.tenant_id = ANY(%(tenants)s) AND move.summed <> %(summed)s
  RETURNING move."on", move.product, move.is_test, move.kind, stand.channel AS origin, move.channel, move.method,
            move.amount, move.fee, 1 AS count)
"""
# The payment says the method of a fee: one whose payment no fact knows (yet) waits beside the sums. A fee that takes another
# back counts the other way, so that what is counted is payments.
_KEPT = """
WITH moved AS (UPDATE statements_gatewayfee AS kept SET summed = %(summed)s
  FROM tenants_tenant AS tenant, reports_revenuestand AS stand, reports_cashmove AS paid
  WHERE tenant.id = kept.tenant_id AND stand.tenant_id = kept.tenant_id
    AND paid.tenant_id = kept.tenant_id AND paid.source = kept.payment AND paid.kind = %(collected)s
    AND kept.tenant_id = ANY(%(tenants)s) AND kept.summed <> %(summed)s
  RETURNING kept.settled_on AS "on", tenant.product_code AS product, tenant.is_test, %(kept)s::text AS kind,
            stand.channel AS origin, kept.channel, paid.method, kept.amount, 0 AS fee,
            CASE WHEN kept.reverses_id IS NULL THEN 1 ELSE -1 END AS count)
"""
_PARTS = """
WITH moved AS (UPDATE reports_claimpart AS part SET summed = %(summed)s
  FROM reports_cashmove AS move, reports_revenuestand AS stand
  WHERE move.id = part.move_id AND stand.tenant_id = move.tenant_id
    AND move.tenant_id = ANY(%(tenants)s) AND part.summed <> %(summed)s AND part.kind <> 'recurring'
  RETURNING part."on", part.product, part.is_test, part.kind, stand.channel AS origin, ''::text AS channel,
            ''::text AS method, part.amount, 0 AS fee, 1 AS count)
"""
_ADDED = """
INSERT INTO reports_cashday ("on", product, is_test, kind, origin, channel, method, amount, fee, count, merged)
SELECT "on", product, is_test, kind, origin, channel, method,
       %(sign)s * sum(amount), %(sign)s * sum(fee), %(sign)s * sum(count), false
FROM moved GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
# An event's movements are written and taken out together, and are of one product: heads of any two statements add up.
_TURNED = """
WITH moved AS (UPDATE reports_revenuemove SET summed = %(summed)s
  WHERE tenant_id = ANY(%(tenants)s) AND summed <> %(summed)s
  RETURNING "on", product, is_test, kind, channel, charges, yearly, cohort, event_id),
days AS (INSERT INTO reports_revenueday ("on", product, is_test, kind, channel, charges, gained, lost, merged)
  SELECT "on", product, is_test, kind, channel, charges,
         %(sign)s * sum(greatest(yearly, 0)), %(sign)s * sum(least(yearly, 0)), false
  FROM moved GROUP BY 1, 2, 3, 4, 5, 6)
INSERT INTO reports_cohortmonth ("on", product, is_test, cohort, came, gone, yearly, merged)
SELECT date_trunc('month', "on")::date, product, is_test, cohort,
       %(sign)s * count(DISTINCT event_id) FILTER (WHERE kind = ANY(%(came)s)),
       %(sign)s * count(DISTINCT event_id) FILTER (WHERE kind = %(gone)s), %(sign)s * sum(yearly), false
FROM moved WHERE cohort IS NOT NULL GROUP BY 1, 2, 3, 4
"""
# One merges at a time, for two would wait for each other's rows in whatever order they met them. Who adds rows or reads them
# does not wait: the lock is only in its own way, and what is written meanwhile is left for the next.
_ALONE = "LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE"
_MERGE = """
WITH taken AS (DELETE FROM {table} WHERE "on" IN (SELECT "on" FROM {table} WHERE NOT merged) RETURNING *)
INSERT INTO {table} ({words}, {amounts}, merged) SELECT {words}, {sums}, true FROM taken GROUP BY {words} HAVING {kept}
"""


def sum_up(tenants: Sequence[Tenant]) -> None:
    """Take all facts of these tenants into the sums of their days that are not in them; the caller holds their locks."""
    _turn(tenants, summed=True)


def take_out(tenants: Sequence[Tenant]) -> None:
    """Take all facts of these tenants out of the sums again, as they were taken in; the caller holds their locks.

    Before facts are deleted, and before a stand says another channel: money is told by that of its customer now.
    """
    _turn(tenants, summed=False)


def _turn(tenants: Sequence[Tenant], *, summed: bool) -> None:
    values = {**KINDS, "tenants": [tenant.pk for tenant in tenants], "summed": summed, "sign": 1 if summed else -1}
    if tenants:
        with connection.cursor() as cursor:
            for statement in (_TURNED, *(f"{moved}{_ADDED}" for moved in (_MOVED, _KEPT, _PARTS))):
                cursor.execute(statement, values)


def merge_days() -> None:
    """Make one row of all that were written of a day's words; safe to repeat and to run twice at once."""
    for table in WORDS:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ALONE.format(**named(table)))
            cursor.execute(_MERGE.format(**named(table)))


def named(table: type[models.Model]) -> dict[str, str]:
    """A table's names for a statement: its own, its words, its amounts, their sums, and that one of these is not zero."""
    words, amounts = WORDS[table]
    return {
        "table": table._meta.db_table,
        "words": ", ".join(f'"{name}"' for name in words),
        "amounts": ", ".join(amounts),
        "sums": ", ".join(f"sum({name})" for name in amounts),
        "kept": " OR ".join(f"sum({name}) <> 0" for name in amounts),
    }
