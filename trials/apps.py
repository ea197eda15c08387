"""App registration."""

from django.apps import AppConfig


class TrialsConfig(AppConfig):
    """Tenant schema: trials."""

    name = "trials"
    verbose_name = "Masa coba"
