"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Public schema: the catalogue."""

    name = "plans"
    verbose_name = _("Katalog")
