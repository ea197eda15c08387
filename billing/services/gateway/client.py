"""The gateway as services use it, and its failures in words for people."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.utils.translation import gettext as _

from billing.errors import PaymentPageUnavailable
from billing.gateways.connection import midtrans_client, midtrans_config
from billing.gateways.errors import GatewayError, NotFound
from billing.gateways.midtrans import MidtransClient
from billing.gateways.values import GatewayStatus
from tenants.context import Actor

log = structlog.get_logger(__name__)
MIDTRANS = Actor("gateway", "Midtrans")


def gateway() -> MidtransClient:
    """The client of this installation. The edge asks for it and passes it down, so that tests may pass another."""
    return midtrans_client()


def signature_key() -> str:
    """The key notifications are signed with: the server key, unless the dashboard gave another."""
    return midtrans_config().signature_key


def status_or_none(client: MidtransClient, order_id: str) -> GatewayStatus | None:
    """What the gateway knows of an order of ours; None while no method was chosen, and for one it never got."""
    try:
        return client.status(order_id)
    except NotFound:
        return None


@contextmanager
def told_to_people() -> Iterator[None]:
    """A failure of the gateway as an error a payer understands; staff find the details in the log."""
    try:
        yield
    except GatewayError as error:
        log.warning("gateway_failed", code=error.code, error=error.message)
        raise PaymentPageUnavailable(
            _("Layanan pembayaran sedang tidak dapat dihubungi. Coba lagi nanti, atau bayar lewat transfer.")
        ) from error
