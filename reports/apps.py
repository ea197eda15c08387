"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Public schema: reports."""

    name = "reports"
    verbose_name = _("Laporan")
