"""Where a customer is: told at sign-up, put right by itself or by staff."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.rules.provinces import province_named
from tenants.services.events import record_event, standing_facts


@transaction.atomic
def set_province(*, tenant: Tenant, province: str, today: date, cause: str = "") -> bool:
    """Write a tenant's province by its official name; False where it is that already.

    Leaves `tenant.province_changed`, after which the reports' facts of the tenant are of that province, also those of before:
    it is where the customer is, not where it was when something was billed.
    """
    name = province_named(province)
    if not name:
        said = _("Provinsi %(value)s tidak dikenal.") % {"value": province}
        raise DomainError(said, field="province", code="unknown_province")
    locked = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    before = str(locked.registration.get("province", ""))
    if before == name:
        return False
    locked.registration = {**locked.registration, "province": name}
    locked.facts_changed = True
    locked.save(update_fields=["registration", "facts_changed"])
    facts = {"before": before, "after": name}
    record_event(
        tenant=locked, name="tenant.province_changed", on=today, data=standing_facts(locked) | facts, cause=cause
    )
    return True
