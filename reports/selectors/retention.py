"""Who stays and who leaves, and why: from the facts and the events they refer to."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from reports.rules.figures import monthly
from reports.rules.retention import Cohort, Lasting, Turn, cohorts, lasting
from reports.rules.revenue import MoveKind
from reports.selectors.revenue import Scope, condition, kept_now, whole_months
from tenants.models import Event

CAME = (MoveKind.NEW, MoveKind.REACTIVATION)
DAYS_A_MONTH = Fraction(365, 12)
CANCELLING = "subscription.cancel_scheduled"
# Rupiah of all movements, heads of the few that turn something: a tenth, so that only these are told apart by their event. An
# event is of one day; days are made months when there are few rows left.
_TURNS = """
SELECT cohort, date_trunc('month', "on")::date, sum(came)::bigint, sum(gone)::bigint, sum(yearly)::bigint FROM ({sums}
 SELECT cohort, "on", 0 AS came, 0 AS gone, sum(yearly) AS yearly FROM reports_revenuemove
 WHERE cohort IS NOT NULL AND "on" <= %(last)s AND {where} GROUP BY cohort, "on"
 UNION ALL
 SELECT cohort, "on", count(DISTINCT event_id) FILTER (WHERE kind <> %(left)s),
        count(DISTINCT event_id) FILTER (WHERE kind = %(left)s), 0 FROM reports_revenuemove
 WHERE kind = ANY(%(turns)s) AND cohort IS NOT NULL AND "on" <= %(last)s AND {where} GROUP BY cohort, "on") AS days
GROUP BY 1, 2
"""
# The sums of whole months, and beside them what they do not have: of the month of the last day the movements, of the others
# those that are not summed up yet. By what sums do not tell, all movements.
_SUMS = """
 SELECT cohort, "on", came, gone, yearly FROM reports_cohortmonth WHERE "on" < %(month)s AND {where} UNION ALL
"""
_NOT_IN_SUMS = '("on" >= %(month)s OR NOT summed)'


@dataclass(frozen=True, slots=True)
class Reason:
    """Why customers left in some days: what happened, the words given at cancelling, how many, and rupiah a month."""

    event: str
    words: str
    customers: int
    mrr: int


def lasting_in(scope: Scope) -> Lasting:
    """Churn a month, lifetime and LTV of some days."""
    _, kept = kept_now(scope)
    return lasting(kept, months_in(scope))


def months_in(scope: Scope) -> Fraction:
    """How many months the days are; those that are no whole ones count by their days."""
    months = whole_months(scope.first, scope.last)
    return Fraction(months) if months else ((scope.last - scope.first).days + 1) / DAYS_A_MONTH


def cohorts_of(scope: Scope) -> list[Cohort]:
    """All cohorts up to the last day; one query. A customer with several charges comes and leaves once."""
    in_sums, where = set(scope.where) <= {"product"}, condition(scope)
    month = scope.last.replace(day=1) if in_sums else date.min
    values = {
        "last": scope.last,
        "month": month,
        "left": MoveKind.CHURN,
        "turns": [*CAME, MoveKind.CHURN],
        **scope.where,
    }
    sums = _SUMS.format(where=where) if in_sums else ""
    with connection.cursor() as cursor:
        cursor.execute(_TURNS.format(sums=sums, where=f"{where} AND {_NOT_IN_SUMS}"), values)
        return cohorts((Turn(*row) for row in cursor.fetchall()), scope.last)


def reasons_of(scope: Scope, most: int = 50) -> list[Reason]:
    """Why those left who left in these days, the dearest first; two queries."""
    rows = scope.moves().filter(on__gte=scope.first, kind=MoveKind.CHURN).order_by()
    gone = list(rows.values_list("tenant", "event", "event__name").annotate(lost=Sum("yearly")))
    said = _words([tenant for tenant, *_ in gone])
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for tenant, event, name, lost in gone:
        words = said.get(tenant, []) if name == "subscription.cancelled" else []
        before = [text for number, text in words if number <= event]
        found[name, before[-1] if before else ""].append(-lost)
    reasons = [Reason(name, words, len(lost), monthly(sum(lost))) for (name, words), lost in found.items()]
    return sorted(reasons, key=lambda item: (-item.mrr, item.event, item.words))[:most]


def _words(tenants: list[UUID]) -> dict[UUID, list[tuple[int, str]]]:
    """What each said when it cancelled, oldest first, under the number of the event."""
    events = Event.objects.filter(tenant__in=tenants, name=CANCELLING).order_by("id")
    found: dict[UUID, list[tuple[int, str]]] = defaultdict(list)
    for tenant, number, cause in events.values_list("tenant_id", "id", "cause"):
        found[tenant].append((number, " ".join(cause.split())))
    return found
