"""Where a table lives: public tables in the default database, a tenant's in the one its row names."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django_tenants.routers import TenantSyncRouter

from tenants.backend.places import current_alias


@lru_cache(maxsize=1)
def _tenant_labels() -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for name in settings.TENANT_APPS)


class TenantRouter(TenantSyncRouter):  # type: ignore[misc]
    """Keeps tenant apps out of the public schema, shared apps out of tenants' schemas, and each in its database."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The database of the tenant that is worked on, for its own tables."""
        return current_alias() if model._meta.app_label in _tenant_labels() else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """As for reading."""
        return self.db_for_read(model, **hints)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        """Cells hold tenants' schemas only; those are made by `tenants.services`, never by Django's own migrate."""
        return super().allow_migrate(db, app_label, model_name, **hints) if db == DEFAULT_DB_ALIAS else False
