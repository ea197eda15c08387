"""What a database session remembers: which schemas it looks at, and how many tenants it has met.

django-tenants sets the search path again after each switch, needed or not, and whatever a pooled connection had set before.
Here the path is compared with what the session has, so a request that stays in one schema sends at most one SET.

A backend of PostgreSQL keeps about 84 kB for each tenant it has met, for ever: a connection that met enough is replaced.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantWrapper
from django_tenants.utils import get_public_schema_name
from psycopg.pq import TransactionStatus

# Kept on the driver's connection, which outlives the wrapper's use of it in a pool.
_PATH, _MET = "langganan_path", "langganan_met"


class SessionWrapper(TenantWrapper):  # type: ignore[misc]
    """The library's connection, with fewer SETs and a bounded life."""

    search_path_set_schemas: list[str] | None

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Choose the schema; the SET waits for the next statement and is left out where the session has that path."""
        on_server = self.search_path_set_schemas
        super().set_tenant(tenant, include_public)
        self.search_path_set_schemas = on_server

    def forget_search_path(self) -> None:
        """For code that sets the path by SQL of its own: the next statement sets it again."""
        self.search_path_set_schemas = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path or self.search_path_set_schemas == self._get_cursor_search_paths():
            return
        self.search_path_set_schemas = None
        super()._handle_search_path(cursor)
        if self.schema_name != get_public_schema_name():
            self._met().add(self.schema_name)

    def _met(self) -> set[str]:
        met: set[str] | None = getattr(self.connection, _MET, None)
        if met is None:
            met = set()
            setattr(self.connection, _MET, met)
        return met

    def note_met(self, schemas: Iterable[str]) -> None:
        """Count tenants whose tables were reached by their full names, past the search path."""
        self._met().update(schemas)

    def has_met_enough(self) -> bool:
        """Whether the session has grown as large as it may."""
        return self.connection is not None and len(self._met()) >= settings.TENANTS_PER_CONNECTION

    def get_new_connection(self, conn_params: Any) -> Any:
        """A connection of the pool still has the path that it came back with."""
        raw = super().get_new_connection(conn_params)
        self.search_path_set_schemas = getattr(raw, _PATH, None)
        return raw

    def close(self) -> None:
        """Give the connection back, or end it where it has met enough tenants."""
        if self.connection is not None and self.pool:
            idle = self.connection.info.transaction_status == TransactionStatus.IDLE
            # A SET inside a transaction that the pool now rolls back is undone with it.
            setattr(self.connection, _PATH, self.search_path_set_schemas if idle else None)
            if self.has_met_enough():
                # The pool replaces what is past its time in the background, and says so on level INFO only.
                self.connection._expire_at = 0.0
        super().close()

    def close_if_unusable_or_obsolete(self) -> None:
        """Between two requests or tasks, also where connections are kept without a pool."""
        super().close_if_unusable_or_obsolete()
        if self.has_met_enough():
            self.close()
