"""The client for this installation, from its settings: the only place of the gateways where Django meets Midtrans."""

from django.conf import settings

from billing.gateways.midtrans import MidtransClient, MidtransConfig


def midtrans_config() -> MidtransConfig:
    """The settings MIDTRANS_* as one value."""
    return MidtransConfig(
        server_key=settings.MIDTRANS_SERVER_KEY,
        client_key=settings.MIDTRANS_CLIENT_KEY,
        merchant_id=settings.MIDTRANS_MERCHANT_ID,
        signature_key=settings.MIDTRANS_SIGNATURE_KEY or settings.MIDTRANS_SERVER_KEY,
        snap_base_url=settings.MIDTRANS_SNAP_BASE_URL,
        api_base_url=settings.MIDTRANS_API_BASE_URL,
        timeout_seconds=float(settings.MIDTRANS_TIMEOUT_SECONDS),
        is_production=not settings.MIDTRANS_SANDBOX,
    )


def midtrans_client() -> MidtransClient:
    """A client made anew, so that tests may change the settings."""
    return MidtransClient(midtrans_config())
