"""What must be true of the database before anything is served; `manage.py check --database default` and `migrate` ask."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

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
