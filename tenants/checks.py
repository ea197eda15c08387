"""What must be true of the database before anything is served; `manage.py check --database default` and `migrate` ask."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

from tenants.selectors.coordinator import has_citus, public_tables, refuse_unfit_node, unregistered
from tenants.selectors.pooling import refuse_shared_sessions


@register(Tags.database)
def sessions_are_our_own(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """No pooler in transaction mode between us and a database."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        try:
            refuse_shared_sessions(connections[alias])
        except ImproperlyConfigured as error:
            found.append(Error(str(error), id="tenants.E001"))
        except psycopg.OperationalError as error:
            found.append(Error(f"Database {alias!r} does not answer: {error}", id="tenants.E002"))
    return found


@register(Tags.database)
def cells_can_promise(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """A tenant outside the default database is written in two phases, which its server must allow."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if alias == DEFAULT_DB_ALIAS:
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW max_prepared_transactions")
            if cursor.fetchone()[0] == "0":
                said = f"Database {alias!r} has max_prepared_transactions = 0; set it to the number of connections."
                found.append(Error(said, id="tenants.E003"))
    return found


@register(Tags.database)
def coordinators_can_serve(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Of a Citus cluster the coordinator alone is connected to, as the default database, and it spreads tenants."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        try:
            refuse_unfit_node(connections[alias])
        except ImproperlyConfigured as error:
            found.append(Error(str(error), id="tenants.E004"))
        except psycopg.OperationalError:
            continue  # said by E002
    return found


@register(Tags.database)
def coordinator_knows_the_public_tables(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Else a crash at the wrong moment loses what was written beside a tenant's rows."""
    missing = _unregistered() if DEFAULT_DB_ALIAS in (databases or ()) else []
    if not missing:
        return []
    said = f"The coordinator does not know {len(missing)} public tables ({missing[0]}, …); run `manage.py prepare_coordinator`."
    return [Caution(said, id="tenants.W001")]


def _unregistered() -> list[str]:
    try:
        connection.ensure_connection()
    except OperationalError:
        return []  # said by E002
    return unregistered(public_tables()) if has_citus(connection.connection) else []
