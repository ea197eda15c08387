"""Keep what products report of their customers' health: once, corrected where it is said anew, all of it or nothing (C12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from reports.models import HealthReport, HealthStand
from reports.rules.health_reports import Fact, Outcome, Version, is_named, outcome_of
from tenants.models import Tenant

Place = tuple[UUID, str, date]
WRITTEN = ["value", "versions", "source", "said_by", "said_at"]
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Said:
    """A fact about a tenant; of one report no two are of the same measure and day."""

    tenant: UUID
    fact: Fact

    @property
    def place(self) -> Place:
        """What it is about."""
        return self.tenant, self.fact.measure.value, self.fact.on


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it, by which way ("api", "file"), and when."""

    way: str
    name: str
    at: datetime


@transaction.atomic
def keep_reports(*, said: Sequence[Said], source: Source) -> list[Outcome]:
    """Store figures and mark their tenants, whose score is worked out anew by the next run; what became of each, in order.

    `ReusedId` or `TooManyVersions` for one of them stores none. Reports of a tenant wait for each other at its stand.
    """
    tenants = sorted({item.tenant for item in said})
    hold_stands(tenants)
    rows, outcomes = _stored(said), foresee_reports(said)
    told = list(zip(said, outcomes, strict=True))
    _insert([item for item, outcome in told if outcome is Outcome.RECORDED], source)
    _rewrite([(rows[item.place], item.fact, outcome) for item, outcome in told if item.place in rows], source)
    HealthStand.objects.filter(tenant__in=tenants, changed=False).update(changed=True)
    return outcomes


def foresee_reports(said: Sequence[Said]) -> list[Outcome]:
    """What would become of each if it were kept now; nothing is written."""
    rows = _stored(said)
    return [outcome_of(item.fact, _versions(rows.get(item.place))) for item in said]


def hold_stands(tenants: Sequence[UUID]) -> None:
    """Lock the stands of tenants, made where there is none yet; always in the same order."""
    products = Tenant.objects.filter(pk__in=tenants).values_list("pk", "product_code", "is_test")
    HealthStand.objects.bulk_create(
        [HealthStand(tenant_id=key, product=product, is_test=test) for key, product, test in products],
        ignore_conflicts=True,
    )
    list(HealthStand.objects.select_for_update().filter(tenant__in=tenants).order_by("tenant_id").values_list("pk"))


def _stored(said: Sequence[Said]) -> dict[Place, HealthReport]:
    tenants, days = {item.tenant for item in said}, {item.fact.on for item in said}
    rows = HealthReport.objects.filter(tenant__in=tenants, on__in=days)
    return {(row.tenant_id, row.measure, row.on): row for row in rows}


def _versions(row: HealthReport | None) -> list[Version]:
    return [] if row is None else [Version(Decimal(value), name) for value, name in row.versions]


def _insert(said: Sequence[Said], source: Source) -> None:
    made = [
        HealthReport(
            tenant_id=item.tenant,
            measure=item.fact.measure,
            on=item.fact.on,
            value=item.fact.value,
            versions=[_version(item.fact)],
            source=source.way,
            said_by=source.name[:150],
            said_at=source.at,
        )
        for item in said
    ]
    HealthReport.objects.bulk_create(made, batch_size=AT_ONCE)


def _rewrite(told: Sequence[tuple[HealthReport, Fact, Outcome]], source: Source) -> None:
    """A correction takes the place of the value; the same value under a new name leaves the name."""
    changed = []
    for row, fact, outcome in told:
        versions = _versions(row)
        if outcome is Outcome.CORRECTED or (fact.external_id and is_named(fact, versions) is None):
            row.versions = [*row.versions, _version(fact)]
            row.value, row.source, row.said_by, row.said_at = fact.value, source.way, source.name[:150], source.at
            changed.append(row)
    HealthReport.objects.bulk_update(changed, WRITTEN, batch_size=AT_ONCE)


def _version(fact: Fact) -> list[str]:
    return [str(fact.value), fact.external_id]
