"""App registration: payment attempts and what gateways said, in the public schema."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewaysConfig(AppConfig):
    """Public schema: checkouts, notices, bank transfers."""

    name = "billing.gateways"
    label = "gateways"
    verbose_name = _("Pembayaran masuk")
