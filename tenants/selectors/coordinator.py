"""Is a database a Citus coordinator, and does that know the public tables which are written together with a tenant's?

A tenant's tables are on a worker, the public ones on the coordinator. Citus commits both in two phases if the public table is
in its metadata; else the worker's part is committed first, and a crash between the two loses the public part.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection, models
from django_tenants.utils import get_public_schema_name

from tenants.selectors.pooling import Connection, fresh

_HAS_CITUS = "SELECT 1 FROM pg_extension WHERE extname = 'citus'"
_STATE = "SELECT citus_is_coordinator(), current_setting('citus.enable_schema_based_sharding')::boolean"
_UNKNOWN = (
    "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND relname = ANY(%s)"
    " AND NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = pg_class.oid) ORDER BY relname"
)
# Trap: an advisory lock taken on a worker, or a number given there, is seen by nobody else.
_NOT_HERE = (
    "Database {alias!r} is a worker of a Citus cluster, or a coordinator without nodes: advisory locks and public tables are"
    " the coordinator's. Connect to the coordinator; where this is it, name it to the cluster (citus_set_coordinator_host)."
)
_NO_CELL = (
    "Database {alias!r} is a Citus coordinator, which refuses PREPARE TRANSACTION: it can be the default one, no cell."
)
_NOT_SPREAD = (
    "Database {alias!r} is a Citus coordinator with citus.enable_schema_based_sharding = off: new tenants would stay on it. Set"
    " it to on for the database."
)


def has_citus(client: Connection) -> bool:
    """Whether the database has the extension."""
    return client.execute(_HAS_CITUS).fetchone() is not None


def fault_of(client: Connection, alias: str) -> str:
    """Why tenants cannot be served from here, in a sentence; empty for plain PostgreSQL and for a coordinator that is ready."""
    if not has_citus(client):
        return ""
    coordinator, spreads = client.execute(_STATE).fetchone()
    if not coordinator:
        return _NOT_HERE.format(alias=alias)
    if alias != DEFAULT_DB_ALIAS:
        return _NO_CELL.format(alias=alias)
    return "" if spreads else _NOT_SPREAD.format(alias=alias)


def refuse_unfit_node(wrapper: Any) -> None:
    """Raise `ImproperlyConfigured` where a Django connection leads into a Citus cluster at a place that cannot serve."""
    with closing(fresh(wrapper)) as client:
        fault = fault_of(client, wrapper.alias)
    if fault:
        raise ImproperlyConfigured(fault)


def public_tables() -> set[str]:
    """The public tables that may be written in one transaction with a tenant's: {"tenants_tenant", …}.

    Those of the project's own applications, and all that foreign keys tie to them, because Citus takes these along or
    refuses. Left out are sessions, the scheduler's and such: nothing of a tenant is written with them, and a table that Citus
    knows is slower to read.
    """
    shared = [model for model in apps.get_models(include_auto_created=True) if _is_public(model)]
    found = {model for model in shared if _is_ours(model)}
    ties = [(model, other) for model in shared for other in _referred(model)]
    while more := {b for pair in ties for a, b in (pair, pair[::-1]) if a in found} - found:
        found |= more
    return {model._meta.db_table for model in found}


def unregistered(tables: Iterable[str]) -> list[str]:
    """Those of `tables` that are there and not in the coordinator's metadata, in the order of the alphabet."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [get_public_schema_name(), list(tables)])
        return [name for (name,) in cursor.fetchall()]


def _is_public(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy and model._meta.app_config.name not in settings.TENANT_APPS


def _is_ours(model: type[models.Model]) -> bool:
    """Its application is a folder of this project, not of a library."""
    return (Path(settings.BASE_DIR) / model._meta.app_config.name.partition(".")[0]).is_dir()


def _referred(model: type[models.Model]) -> Iterator[type[models.Model]]:
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey):
            yield field.related_model
