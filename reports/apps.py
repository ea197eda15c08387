"""App registration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Public schema: reports."""

    name = "reports"
    verbose_name = "Laporan"
