"""The stand-in for Midtrans as an app of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MidtransSandboxConfig(AppConfig):
    """Public schema; answers only where settings.MIDTRANS_SANDBOX is true."""

    name = "billing.gateways.sandbox"
    label = "midtrans_sandbox"
    verbose_name = _("Simulator Midtrans")
    default_auto_field = "django.db.models.BigAutoField"
