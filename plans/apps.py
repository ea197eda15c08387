"""App registration."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Public schema: the catalogue."""

    name = "plans"
    verbose_name = "Katalog"
