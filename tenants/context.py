"""Who acts, in which tenant: the only place that switches schemas.

Trap: `with tenant:` of django-tenants keeps its stack on the class and mixes threads up; use `inside` or `writing` here.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

from tenants.backend.places import choose_alias, current_alias
from tenants.models import Tenant
from tenants.rows import Visit, current_visit


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused something. `kind`: member, staff, key, gateway, system; `label` is what a history page shows."""

    kind: str
    label: str = ""
    request_id: str = ""


SYSTEM = Actor("system", "sistem")
_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


def current_actor() -> Actor:
    """The actor of this request, task or command."""
    return _actor.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Everything written inside is written in this actor's name."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def set_actor(actor: Actor) -> None:
    """For middleware, whose request is the context."""
    _actor.set(actor)


@contextmanager
def inside(tenant: Tenant) -> Iterator[None]:
    """Read in the tenant's schema, wherever it lives."""
    if tenant.database_alias == DEFAULT_DB_ALIAS == current_alias():
        with tenant_context(tenant):
            yield
        return
    here: Any = connection
    before, before_alias = here.tenant, current_alias()
    before_there = connections[before_alias].tenant  # type: ignore[attr-defined]
    enter(tenant)
    try:
        yield
    finally:
        choose_alias(before_alias)
        here.set_tenant(before)
        if before_alias != DEFAULT_DB_ALIAS:
            connections[before_alias].set_tenant(before_there, include_public=False)  # type: ignore[attr-defined]


@contextmanager
def outside() -> Iterator[None]:
    """Work in the public schema alone."""
    with schema_context(get_public_schema_name()):
        yield


def enter(tenant: Tenant | None) -> None:
    """Point this request's connection at a tenant, or at the public schema; for middleware, whose request is the context."""
    tenanted: Any = connection
    choose_alias(DEFAULT_DB_ALIAS if tenant is None else tenant.database_alias)
    if tenant is None:
        tenanted.set_schema_to_public()
    elif tenant.database_alias == DEFAULT_DB_ALIAS:
        tenanted.set_tenant(tenant)
    else:
        # The cell's tables there, public tables here; a transaction that is open here is theirs, too.
        tenanted.set_schema_to_public()
        cell: Any = connections[tenant.database_alias]
        cell.set_tenant(tenant, include_public=False)
        if tenanted.in_atomic_block:
            tenanted.take_in(cell)


@contextmanager
def schema_named(name: str) -> Iterator[None]:
    """Look at a schema by name alone; for provisioning, which has no tables to read yet."""
    with schema_context(name):
        yield


@contextmanager
def writing(tenant: Tenant) -> Iterator[Tenant]:
    """One transaction in the tenant's schema, alone: the public row is locked first, so writers of a tenant queue up.

    Yields the row as it is under the lock. Every service that moves money or state begins here; therefore there is one lock
    order (tenant, then number series) and no deadlock. FOR NO KEY UPDATE leaves events and other children free to refer to it.
    On a visit of the daily jobs the batch holds the lock already.
    """
    visit = current_visit()
    if visit is not None:
        yield _visited(visit, tenant)
        return
    with transaction.atomic(), inside(tenant):
        locked = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
        # Whoever waited for a move to another database goes on there.
        with nullcontext() if locked.database_alias == tenant.database_alias else inside(locked):
            yield locked


def _visited(visit: Visit, tenant: Tenant) -> Tenant:
    if visit.tenant.pk != tenant.pk:
        raise RuntimeError(f"A visit of {visit.tenant.schema_name} cannot write {tenant.schema_name}.")
    return visit.tenant


def current_tenant() -> Tenant | None:
    """The tenant whose tables are looked at, as it was read when it was entered; None in the public schema."""
    visit = current_visit()
    if visit is not None:
        return visit.tenant
    found = getattr(connections[current_alias()], "tenant", None)
    return found if isinstance(found, Tenant) else None


def required_tenant() -> Tenant:
    """As `current_tenant`, for what is written of a tenant; a programming error in the public schema."""
    tenant = current_tenant()
    if tenant is None:
        raise RuntimeError("Something of a tenant is written outside of it.")
    return tenant


def in_public_schema() -> bool:
    """Whether the connection looks at the public schema."""
    return bool(getattr(connection, "schema_name", "") == get_public_schema_name())


def local_today(tenant: Tenant, now: datetime) -> date:
    """The tenant's day: its test clock's if it has one, else the date at `now` (an aware instant) in its time zone."""
    return tenant.clock_on or now.astimezone(ZoneInfo(tenant.timezone)).date()


def rest_session() -> None:
    """End a session that has met many schemas, where no transaction is open: see `tenants.backend.session`."""
    tenanted: Any = connection
    if tenanted.has_met_enough() and not tenanted.in_atomic_block:
        tenanted.close()
