"""The days' sums held against all facts that say they are in them, and put right where they differ."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, models, transaction

from reports.models import CashDay, CohortMonth, RevenueDay
from reports.services.day_sums import KINDS, WORDS, named

_CASH = """
SELECT move."on", move.product, move.is_test, move.kind, stand.channel AS origin, move.channel, move.method,
       move.amount, move.fee, 1 AS count
FROM reports_cashmove AS move JOIN reports_revenuestand AS stand USING (tenant_id) WHERE move.summed
UNION ALL
SELECT kept.settled_on, tenant.product_code, tenant.is_test, %(kept)s, stand.channel, kept.channel,
       coalesce(paid.method, ''), kept.amount, 0, CASE WHEN kept.reverses_id IS NULL THEN 1 ELSE -1 END
FROM statements_gatewayfee AS kept JOIN reports_revenuestand AS stand USING (tenant_id)
JOIN tenants_tenant AS tenant ON tenant.id = kept.tenant_id
LEFT JOIN reports_cashmove AS paid
  ON paid.source = kept.payment AND paid.tenant_id = kept.tenant_id AND paid.kind = %(collected)s
WHERE kept.summed
UNION ALL
SELECT part."on", part.product, part.is_test, part.kind, stand.channel, '', '', part.amount, 0, 1
FROM reports_claimpart AS part JOIN reports_cashmove AS move ON move.id = part.move_id
JOIN reports_revenuestand AS stand USING (tenant_id) WHERE part.summed
"""
_TURNED = """
SELECT "on", product, is_test, kind, channel, charges, greatest(yearly, 0) AS gained, least(yearly, 0) AS lost
FROM reports_revenuemove WHERE summed
"""
_COHORTS = """
SELECT date_trunc('month', "on")::date AS "on", product, is_test, cohort,
       count(DISTINCT event_id) FILTER (WHERE kind = ANY(%(came)s)) AS came,
       count(DISTINCT event_id) FILTER (WHERE kind = %(gone)s) AS gone, sum(yearly) AS yearly
FROM reports_revenuemove WHERE summed AND cohort IS NOT NULL GROUP BY 1, 2, 3, 4
"""
_FACTS: Mapping[type[models.Model], str] = {CashDay: _CASH, RevenueDay: _TURNED, CohortMonth: _COHORTS}
# What the sums lack, above or below zero; nothing where they are right.
_LACKING = """
SELECT {words}, {sums} FROM
(SELECT {words}, {amounts} FROM ({facts}) AS facts UNION ALL SELECT {words}, {negated} FROM {table}) AS parts
GROUP BY {words} HAVING {kept}
"""
_ADD = "INSERT INTO {table} ({words}, {amounts}, merged) SELECT *, false FROM ({lacking}) AS lacking"


def lacking() -> list[str]:
    """What the sums lack, a line for each day and its words: "CashDay on=2026-03-01 … amount=600000"; three queries."""
    found = list[str]()
    for table, (words, amounts) in WORDS.items():
        for row in _asked(_lacking(table)):
            told = " ".join(f"{name}={value}" for name, value in zip((*words, *amounts), row, strict=True))
            found.append(f"{table.__name__} {told}")
    return found


def put_right() -> None:
    """Add what is lacking. Nobody adds anything meanwhile: two who put the same right would add it twice."""
    for table in WORDS:
        names = named(table)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names['table']} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute(_ADD.format(lacking=_lacking(table), **names), KINDS)


def _lacking(table: type[models.Model]) -> str:
    negated = ", ".join(f"-{name}" for name in WORDS[table][1])
    return _LACKING.format(facts=_FACTS[table], negated=negated, **named(table))


def _asked(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, KINDS)
        return list(cursor.fetchall())
