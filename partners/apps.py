"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Public schema: referrals, partners, commissions."""

    name = "partners"
    verbose_name = _("Mitra")
