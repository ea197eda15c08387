"""App registration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    """Public schema: tenants, people, keys, agenda, events."""

    name = "tenants"
    verbose_name = _("Tenant")

    def ready(self) -> None:
        """Register the checks; imported here, because models must be loaded first."""
        import_module("tenants.checks")
