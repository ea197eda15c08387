"""App registration."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Public schema: referrals, partners, commissions."""

    name = "partners"
    verbose_name = "Mitra"
