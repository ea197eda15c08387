"""What is owed no more is closed on the public trail, so that no report adds it up again (decision 41)."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import F, Max, Q, Sum

from tenants.models import ReceivableMove, Tenant

# A document's groups end in the order in which they were written, whatever the days of their rows: those that a day leaves out
# are the older ones then, and the latest due day is with the rows that stay.
_CLOSE = """
UPDATE tenants_receivablemove AS move SET closed_on = settled.last
FROM (SELECT tenant_id, document, greatest(max("on") FILTER (WHERE closed_on IS NULL), max(closed_on)) AS last
      FROM tenants_receivablemove WHERE tenant_id = ANY(%s) GROUP BY tenant_id, document
      HAVING sum(amount) FILTER (WHERE closed_on IS NULL) = 0) AS settled
WHERE move.tenant_id = settled.tenant_id AND move.document = settled.document AND move.closed_on IS NULL
"""


def close_settled(tenants: Sequence[Tenant]) -> None:
    """Close all rows of each document of these tenants that add up to zero and are not closed; the caller holds their locks.

    750.000 issued on 1 March and paid on the 20th are closed on the 20th. Paid back on 5 April, two rows are closed and one
    is open; paid again on the 9th, the last two are closed on the 9th. Safe to repeat: a row that is closed stays as it is.
    """
    if tenants:
        with connection.cursor() as cursor:
            cursor.execute(_CLOSE, [[tenant.pk for tenant in tenants]])


def wrongly_closed(tenant: Tenant) -> list[ReceivableMove]:
    """Rows of groups that are closed and do not add up to zero, or of which one is of a later day."""
    closed = ReceivableMove.objects.filter(tenant=tenant, closed_on__isnull=False).order_by()
    groups = closed.values("document", "closed_on").annotate(left=Sum("amount"), last=Max("on"))
    wrong = set(groups.filter(~Q(left=0) | Q(last__gt=F("closed_on"))).values_list("document", "closed_on"))
    rows = closed.filter(document__in={document for document, _on in wrong}) if wrong else ()
    return [row for row in rows if (row.document, row.closed_on) in wrong]


def open_again(closed: Iterable[ReceivableMove]) -> None:
    """Take it back that anything of these rows' documents is settled; the caller holds their tenants' locks and closes anew."""
    rows = list(closed)
    if rows:
        whose, documents = {row.tenant_id for row in rows}, {row.document for row in rows}
        ReceivableMove.objects.filter(tenant__in=whose, document__in=documents).update(closed_on=None)
