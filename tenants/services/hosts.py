"""From a host's name to its tenant.

Cached is who a host belongs to and where that tenant's schema is: nothing that a job changes. The row with agenda and standing
is read by each request that needs it, so it is never stale. An entry is forgotten by the transaction that changes a host, a
tenant's database or whether it is ready. For a few seconds it then cannot be written either: a request that had read the old
state just before must not bring it back.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from tenants.backend.cache import asked
from tenants.models import Domain, Tenant

Known = dict[str, Any]
FIELDS = ("id", "schema_name", "database_alias")
KEPT_SECONDS = 600
# Longer than any request takes from reading the database to writing the cache.
CHANGING, CHANGING_SECONDS = "changing", 30


def is_public(host: str) -> bool:
    """The operator's own host, and what probes and tests call it."""
    return host in {settings.BASE_DOMAIN, "127.0.0.1", "testserver"}


def tenant_at(host: str) -> Tenant | None:
    """The ready tenant of a host with its whole row, fresh from the database; None for a host nobody has."""
    known = _known(host)
    tenant = _ready().filter(pk=known["id"]).first() if known else None
    # Not cached, or what was cached is not so any more.
    return tenant or _looked_up(host)


def identity_at(host: str) -> Tenant | None:
    """The ready tenant of a host with nothing but its id, schema and database; anything else is read when asked for."""
    known = _known(host)
    return _identity(known) if known else _looked_up(host)


def has_moved(tenant: Tenant) -> bool:
    """Whether the tenant is in another database by now than the row says that a request has read."""
    return Tenant.objects.filter(pk=tenant.pk).exclude(database_alias=tenant.database_alias).exists()


def forget_hosts(tenant: Tenant, hosts: Iterable[str] | None = None) -> None:
    """Forget where a tenant's hosts lead when this transaction has committed; to be called before hosts are deleted."""
    names = list(Domain.objects.filter(tenant=tenant).values_list("domain", flat=True) if hosts is None else hosts)
    transaction.on_commit(partial(_forget, names))


def _forget(hosts: Iterable[str]) -> None:
    marks = {_key(host): CHANGING for host in hosts}
    asked(lambda cache: cache.set_many(marks, CHANGING_SECONDS), None)


def _known(host: str) -> Known | None:
    known = asked(lambda cache: cache.get(_key(host)), None)
    return known if isinstance(known, dict) else None


def _identity(known: Known) -> Tenant:
    names = [field.attname for field in Tenant._meta.concrete_fields if field.attname in known]
    return Tenant.from_db(None, names, [known[name] for name in names])


def _looked_up(host: str) -> Tenant | None:
    tenant = _ready().filter(domains__domain=host).first()
    if tenant is not None:
        known = {name: getattr(tenant, name) for name in FIELDS}
        # Added, not set: a mark that the host is changing stays.
        asked(lambda cache: cache.add(_key(host), known, KEPT_SECONDS), None)
    return tenant


def _ready() -> "QuerySet[Tenant]":
    return Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY)


def _key(host: str) -> str:
    return f"host:{host}"
