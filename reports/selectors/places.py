"""Where a customer belongs in a report: province, how it came, the variant it saw; from public rows, many at once."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from partners.models import Referral
from partners.models.partners import PartnerKind
from plans.models import Enrolment
from reports.rules.revenue import Place
from reports.selectors.revenue import Scope
from tenants.models import Event, Tenant
from tenants.rules.provinces import province_named

DIRECT, CUSTOMER = "direct", "customer"
CHANNELS = (DIRECT, CUSTOMER, *PartnerKind.values)


def places_of(tenants: Iterable[Tenant]) -> dict[UUID, Place]:
    """Each tenant's place; the plan is said by its events."""
    found = list(tenants)
    keys = [tenant.pk for tenant in found]
    channels, variants = _channels(keys), _variants(keys)
    return {
        tenant.pk: Place(
            product=tenant.product_code,
            province=province_of(tenant.registration),
            channel=channels.get(tenant.pk, DIRECT),
            variant=variants.get(tenant.pk, "")[:130],
        )
        for tenant in found
    }


def province_of(registration: Mapping[str, object]) -> str:
    """By its official name: "jabar" → "Jawa Barat", "dki jakarta" → "DKI Jakarta"; what is no province is spelled one way:
    " negeri  JAUH" → "Negeri Jauh". Empty where nobody asked.
    """
    written = " ".join(str(registration.get("province", "")).split())
    return province_named(written) or written.title()[:60]


def customers_of(scope: Scope, before: str = "") -> Q:
    """The tenants of a scope's product and province, or what leads to them by `before`; its days do not matter.

    Each is in one province: of whom nothing is drawn yet none is known, as of those who gave none. So provinces add up.
    """
    found = Q() if scope.tests else Q(**{f"{before}is_test": False})
    if "product" in scope.where:
        found &= Q(**{f"{before}product_code": scope.where["product"]})
    if "province" in scope.where:
        inside = Q(**{f"{before}revenue__province": scope.where["province"]})
        found &= inside if scope.where["province"] else inside | Q(**{f"{before}revenue__isnull": True})
    return found


def plan_of(event: Event) -> str:
    """The plan that the event says the tenant is on."""
    return str(event.data.get("plan", ""))[:60]


def _channels(keys: list[UUID]) -> dict[UUID, str]:
    """`customer` where another one brought it along, else the kind of partner who did."""
    rows = Referral.objects.filter(tenant__in=keys).values_list("tenant_id", "partner__kind")
    return {tenant: kind or CUSTOMER for tenant, kind in rows}


def _variants(keys: list[UUID]) -> dict[UUID, str]:
    """ "prices:higher"; of several experiments the first is named, in the order in which they were taken."""
    rows = Enrolment.objects.filter(tenant__in=keys).order_by("-pk")
    return {key: f"{code}:{name}" for key, code, name in rows.values_list("tenant_id", "experiment__code", "variant")}
