"""What is known of each customer's health on its day, from public rows: what was reported, and what our books say (C12)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from reports.models import Bill, HealthReport, HealthStand, Payer
from reports.rules.health import Figure, Health, Scored, days_past
from reports.rules.health_table import Colour, Measure

Known = dict[Measure, Figure]


def known_of(days: Mapping[UUID, date]) -> dict[UUID, Known]:
    """The latest figure of each measure on each tenant's day, of which nothing later is reported; three queries for all."""
    found: dict[UUID, Known] = {tenant: {} for tenant in days}
    rows = HealthReport.objects.filter(tenant__in=days, on__lte=max(days.values(), default=date.min))
    latest = rows.order_by("tenant_id", "measure", "-on").distinct("tenant_id", "measure")
    for tenant, measure, value, on in latest.values_list("tenant_id", "measure", "value", "on"):
        found[tenant][Measure(measure)] = Figure(value, on)
    for tenant, due in _dues(days).items():
        found[tenant][Measure.PAYMENT] = Figure(days_past(due, days[tenant]), due)
    return found


def _dues(days: Mapping[UUID, date]) -> dict[UUID, date | None]:
    """Of everybody who was ever billed the day on which the oldest open bill is due; None where nothing is open."""
    billed = Payer.objects.filter(tenant__in=days, first_on__isnull=False).values_list("pk", flat=True)
    owed = Bill.objects.filter(tenant__in=days, left__gt=0).order_by().values_list("tenant_id")
    return {**dict.fromkeys(billed), **dict(owed.annotate(due=Min("due_on")))}


def last_use(tenants: Mapping[UUID, date]) -> dict[UUID, date]:
    """The last day of which usage was reported, of those that were used."""
    used = HealthReport.objects.filter(tenant__in=tenants, measure=Measure.USAGE, value__gt=0).order_by()
    return dict(used.values_list("tenant_id").annotate(last=Max("on")))


def stored(part: Scored) -> list[Any]:
    """A part as `HealthStand.parts` keeps it."""
    day = part.figure.on.isoformat() if part.figure.on else None
    return [str(part.figure.value), day, part.colour.value, part.weight]


def health_of(stand: HealthStand) -> Health:
    """A customer's health as it was stored."""
    parts = tuple(
        Scored(Measure(name), Figure(Decimal(value), date.fromisoformat(day) if day else None), Colour(colour), weight)
        for name, (value, day, colour, weight) in stand.parts.items()
    )
    return Health(stand.score, Colour(stand.colour) if stand.colour else None, sum(p.weight for p in parts), parts)
