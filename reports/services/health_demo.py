"""What products say of the demo's tenants: some are healthy, some at risk, some changed (C12)."""

from datetime import datetime, timedelta
from decimal import Decimal

from reports.models import HealthReport
from reports.rules.health_reports import Fact
from reports.rules.health_table import Measure
from reports.services.health_reports import Said, Source, keep_reports
from reports.services.health_scoring import score_tenant
from tenants.models import Tenant

# By schema: days before the tenant's own today, and what was measured then.
Told = tuple[int, dict[str, str]]
STORIES: dict[str, tuple[Told, ...]] = {
    "t_griya_asri": ((9, {"usage": "7", "adoption": "82", "tickets": "1", "nps": "9"}), (1, {"usage": "7"})),
    "t_federasi_nusantara": ((3, {"usage": "6", "adoption": "76.5", "tickets": "2", "nps": "10"}),),
    "t_akademi_digital": (
        (9, {"usage": "6", "adoption": "64", "tickets": "2", "nps": "8"}),
        (2, {"usage": "3", "tickets": "4"}),
    ),
    "t_kopdes_maju": ((9, {"usage": "2", "adoption": "35", "tickets": "4"}), (1, {"usage": "5", "adoption": "45"})),
    "t_taman_sari": (
        (9, {"usage": "3", "adoption": "48", "nps": "7"}),
        (1, {"usage": "0", "tickets": "7", "nps": "4"}),
    ),
    "t_smp_harapan": ((2, {"usage": "0", "adoption": "22"}),),
    "t_pt_maju_teknologi": ((4, {"usage": "5", "nps": "6"}),),
}


def make_health(*, now: datetime) -> list[Tenant]:
    """Tell the stories of those of whom nothing is told yet, each scored on its days; safe to repeat."""
    told = HealthReport.objects.values("tenant_id")
    tenants = list(Tenant.objects.filter(schema_name__in=STORIES, clock_on__isnull=False).exclude(pk__in=told))
    for tenant in tenants:
        for ago, values in STORIES[tenant.schema_name]:
            _tell(tenant, ago, values, now)
    return tenants


def _tell(tenant: Tenant, ago: int, values: dict[str, str], now: datetime) -> None:
    if tenant.clock_on is None:
        return
    on = tenant.clock_on - timedelta(days=ago)
    said = [Said(tenant.pk, Fact(Measure(name), Decimal(value), on)) for name, value in values.items()]
    keep_reports(said=said, source=Source("demo", "", now))
    score_tenant(tenant=tenant, on=on)
