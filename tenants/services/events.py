"""Writing what happened."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tenants.context import current_actor
from tenants.models import Event, Tenant
from tenants.rows import current_visit


def record_event(
    *,
    tenant: Tenant,
    name: str,
    on: date,
    data: Mapping[str, Any],
    cause: str = "",
    key: str | None = None,
    recurring: Mapping[str, Any] | None = None,
) -> Event | None:
    """Append one fact in the caller's transaction; with a `key` it is written once, and a repetition returns None.

    `data` must be JSON: dates as ISO strings, amounts as whole rupiah, quantities as decimal strings.
    `recurring` is what the tenant brings in a year after it (`billing.rules.recurring`), where that may have changed.
    """
    actor = current_actor()
    values = {
        "name": name,
        "occurred_on": on,
        "data": dict(data),
        "actor_kind": actor.kind,
        "actor": actor.label[:200],
        "request_id": actor.request_id[:64],
        "cause": cause[:300],
        "recurring": None if recurring is None else dict(recurring),
    }
    visit = current_visit()
    if visit is not None:
        # Whether its key was there already is known only when the batch is written; it is left out then.
        event = Event(tenant_id=tenant.pk, key=None if key is None else key[:200], **values)
        visit.events.append(event)
        return event
    if key is None:
        return Event.objects.create(tenant=tenant, **values)
    event, created = Event.objects.get_or_create(tenant=tenant, key=key[:200], defaults=values)
    return event if created else None


def standing_facts(tenant: Tenant) -> dict[str, Any]:
    """What every event says about its tenant, read from the public row: {"status": "active", "balance": 750000, …}."""
    return {
        "status": tenant.status,
        "access": tenant.has_access,
        "balance": tenant.balance,
        "product": tenant.product_code,
        "plan": tenant.plan_code,
        "quantity": "" if tenant.quantity is None else str(tenant.quantity),
    }
