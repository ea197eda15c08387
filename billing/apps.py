"""App registration."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Tenant schema: agreements and money."""

    name = "billing"
    verbose_name = "Penagihan"
