"""App registration: payment attempts and what gateways said, in the public schema."""

from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    """Public schema: checkouts, notices, bank transfers."""

    name = "billing.gateways"
    label = "gateways"
    verbose_name = "Pembayaran masuk"
