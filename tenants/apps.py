"""App registration."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Public schema: tenants, people, keys, agenda, events."""

    name = "tenants"
    verbose_name = "Tenant"
