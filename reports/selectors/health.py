"""Customers by their health: how many of each colour, who fell or rose within a week, and the list of them (C12)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet

from reports.models import HealthMove, HealthStand
from reports.rules.health import WEEK
from tenants.models import StaffTask

UNKNOWN, WORSE, BETTER = "unknown", "worse", "better"


@dataclass(frozen=True, slots=True)
class Of:
    """Whose health is asked for: of a product, a province ("-": none is known), a colour or `unknown`, who fell or rose."""

    product: str = ""
    province: str = ""
    colour: str = ""
    change: str = ""
    tests: bool = False

    def where(self, prefix: str = "") -> dict[str, Any]:
        """As a filter of stands, or with a prefix of what refers to them; the change is looked for apart."""
        found: dict[str, Any] = {f"{prefix}on__isnull": False}
        if not self.tests:
            found[f"{prefix}is_test"] = False
        if self.product:
            found[f"{prefix}product"] = self.product
        if self.province:
            found[f"{prefix}province"] = "" if self.province == "-" else self.province
        if self.colour:
            found[f"{prefix}colour"] = "" if self.colour == UNKNOWN else self.colour
        return found

    def link(self) -> dict[str, str]:
        """The same as the query of an address."""
        return {name: "on" if value is True else value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Before:
    """How a customer stood a week ago."""

    score: int
    colour: str


def by_colour(of: Of) -> dict[str, int]:
    """How many there are of each colour (empty: nothing known), whatever colour is asked for; one query."""
    rows = HealthStand.objects.filter(**Of(of.product, of.province, tests=of.tests).where()).order_by()
    return dict(rows.values_list("colour").annotate(count=Count("pk")))


Turned = dict[str, dict[UUID, Before]]


def turned(of: Of, on: date) -> Turned:
    """Who stands worse and who better than a week ago, with how it stood then; one query.

    Of a customer that was first scored within the week its first score counts.
    """
    week = HealthMove.objects.filter(on__gt=on - WEEK, score_before__isnull=False, **of.where("tenant__health__"))
    first = week.order_by("tenant_id", "on").distinct("tenant_id")
    found: Turned = {WORSE: {}, BETTER: {}}
    for tenant, score, colour, now in first.values_list(
        "tenant_id", "score_before", "colour_before", "tenant__health__score"
    ):
        if now is not None and score is not None and now != score:
            found[WORSE if now < score else BETTER][tenant] = Before(score, colour)
    return found


def customers(of: Of, moved: Turned) -> QuerySet[HealthStand]:
    """The stands that are asked for, the worst first, then who brings most; who has no score comes last.

    `moved`: who fell and who rose, if that is asked for.
    """
    rows = HealthStand.objects.filter(**of.where())
    if of.change:
        rows = rows.filter(pk__in=moved.get(of.change, {}))
    return rows.order_by(
        F("score").asc(nulls_last=True), F("tenant__revenue__yearly").desc(nulls_last=True), "tenant__name", "pk"
    )


def told(keys: Sequence[UUID]) -> list[HealthStand]:
    """These stands with their customers, in this order: a page's, read after its keys were sorted without the wide rows."""
    found = HealthStand.objects.select_related("tenant__revenue").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def open_tasks(tenants: Iterable[UUID]) -> dict[UUID, StaffTask]:
    """The open task about the health of each of these, with who has it; one query."""
    rows = StaffTask.objects.filter(tenant__in=list(tenants), kind="health", done_at__isnull=True)
    return {task.tenant_id: task for task in rows.select_related("care__owner")}


def provinces() -> list[str]:
    """Where customers are."""
    named = HealthStand.objects.exclude(province="").order_by("province")
    return list(named.values_list("province", flat=True).distinct())
