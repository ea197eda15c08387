"""Entering and correcting costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from reports.models import Cost, CostChange
from reports.rules.costs import Planned
from reports.selectors.costs import planned
from tenants.errors import Conflict
from tenants.models import User

CHANGED = ("amount", "changed_by", "changed_at")


@dataclass(frozen=True, slots=True)
class Written:
    """How many costs are new, have another amount than before, and are as they were."""

    new: int
    changed: int
    same: int


def keep_costs(*, shown: Sequence[Planned], by: User | None, now: datetime, note: str = "") -> Written:
    """Write what a preview showed, all of it or nothing; what has its amount already stays untouched, so that it is safe to
    repeat. `costs_changed` where somebody else has entered another amount since the preview.

    The table is locked for writers: a few people enter costs, and two files at once shall not overtake each other.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'LOCK TABLE "{Cost._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
        found = planned(item.entry for item in shown)
        for then, today in zip(shown, found, strict=True):
            if then.before != today.before and not today.is_same:
                raise Conflict(_("Biaya ini diubah orang lain sejak pratinjau. Periksa lagi."), code="costs_changed")
        _write([item for item in found if not item.is_same], by, now, note)
    new = sum(item.before is None for item in found)
    same = sum(item.is_same for item in found)
    return Written(new, len(found) - new - same, same)


def _write(items: Sequence[Planned], by: User | None, now: datetime, note: str) -> None:
    known = {row.key: row for row in Cost.objects.filter(month__in={item.entry.key.month for item in items})}
    costs = [known.get(item.entry.key) or Cost(**item.entry.key._asdict()) for item in items]
    for cost, item in zip(costs, items, strict=True):
        cost.amount, cost.changed_by, cost.changed_at = item.entry.amount, by, now
    Cost.objects.bulk_create(costs, update_conflicts=True, unique_fields=["id"], update_fields=list(CHANGED))
    said = {"by": by, "at": now, "note": note[:300]}
    CostChange.objects.bulk_create(
        CostChange(cost=cost, before=item.before, after=cost.amount, **said)
        for cost, item in zip(costs, items, strict=True)
    )
