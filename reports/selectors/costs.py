"""Costs as they are stored, and their kinds."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from plans.rules.yaml_source import read_yaml
from reports.models import Cost, CostChange
from reports.rules.costs import CostKinds, Entry, Key, Planned

KINDS = Path(__file__).resolve().parents[1] / "costs" / "kinds.yaml"


@cache
def cost_kinds() -> CostKinds:
    """The kinds as `reports/costs/kinds.yaml` has them, read once for each process."""
    return CostKinds.model_validate(read_yaml(KINDS.read_text(encoding="utf-8")).data)


def costs_in(first: date, last: date, **where: Any) -> QuerySet[Cost]:
    """Costs of the months that some days touch, newest first; `where` product, channel, kind, "" for what is of all."""
    rows = Cost.objects.filter(month__range=(first.replace(day=1), last), **where)
    return rows.order_by("-month", "product", "channel", "kind")


def entries_in(first: date, last: date, **where: Any) -> list[Entry]:
    """The same as values; one query."""
    rows = costs_in(first, last, **where).order_by().values_list("month", "product", "channel", "kind", "amount")
    return [Entry(Key(month, product, channel, kind), amount) for month, product, channel, kind, amount in rows]


def planned(entries: Iterable[Entry]) -> list[Planned]:
    """These entries beside what is stored for the same things; one query."""
    wanted = list(entries)
    months = {entry.key.month for entry in wanted}
    known = stored_in(months)
    return [Planned(entry, known.get(entry.key)) for entry in wanted]


def stored_in(months: Iterable[date]) -> dict[Key, int]:
    """What is stored of these months."""
    rows = Cost.objects.filter(month__in=list(months)).values_list("month", "product", "channel", "kind", "amount")
    return {Key(month, product, channel, kind): amount for month, product, channel, kind, amount in rows}


def changes_of(key: Key) -> QuerySet[CostChange]:
    """What was entered for one thing, newest first, with who did it."""
    rows = CostChange.objects.filter(**{f"cost__{name}": value for name, value in key._asdict().items()})
    return rows.select_related("by").order_by("-id")
