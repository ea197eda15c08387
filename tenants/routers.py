"""Where a table lives. One database today; a tenant carries its alias so that cells can be added without touching callers."""

from typing import Any

from django_tenants.routers import TenantSyncRouter


class TenantRouter(TenantSyncRouter):  # type: ignore[misc]
    """Keeps tenant apps out of the public schema and shared apps out of tenants' schemas."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """The default database; a cell's alias would be chosen here from the current tenant."""
        return None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """As for reading."""
        return None
