"""Closing a payment page: because somebody changes their mind, or because its time is over."""

from datetime import datetime

from django.utils.translation import gettext as _

from billing.errors import UnderReview
from billing.gateways.declines import WITHDRAWN
from billing.gateways.errors import GatewayRejected, NotFound
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import LIVE, Checkout, CheckoutState, NoticeState
from billing.gateways.values import Outcome
from billing.services.gateway.attempts import check_attempt, close_attempt
from billing.services.gateway.client import status_or_none, told_to_people
from billing.services.gateway.debit_outcomes import conclude_debit


def cancel_checkout(*, checkout: Checkout, now: datetime, gateway: MidtransClient) -> Checkout:
    """Close the page and what was begun on it; returns the attempt as it stands then: PAID if money came first.

    UnderReview while a bank looks at a card payment, or staff at an amount that does not fit.
    """
    if checkout.state not in LIVE:
        return checkout
    with told_to_people():
        _close_at_gateway(checkout, gateway)
        verdict = check_attempt(checkout_id=checkout.pk, now=now, gateway=gateway)
    checkout.refresh_from_db()
    still_pending = verdict.status is not None and verdict.status.outcome is Outcome.PENDING
    if checkout.state in LIVE and (
        verdict.state == NoticeState.SUSPENSE or checkout.state == CheckoutState.CHALLENGED or still_pending
    ):
        raise UnderReview(_("Pembayaran sebelumnya untuk tagihan ini sedang ditinjau. Tunggu kabar dari kami."))
    closed = close_attempt(checkout_id=checkout.pk, state=_closed_state(checkout))
    conclude_debit(checkout_id=checkout.pk, now=now, decline=WITHDRAWN)
    return closed


def _closed_state(checkout: Checkout) -> CheckoutState:
    """Without a link nobody can have paid: the page was never there for anybody."""
    return CheckoutState.CANCELLED if checkout.was_shown else CheckoutState.FAILED


def _close_at_gateway(checkout: Checkout, gateway: MidtransClient) -> None:
    """Close the page; where the payer has begun, cancel what is pending. Never what is paid: a capture would be
    undone.
    """
    if checkout.token:
        try:
            gateway.cancel_page(checkout.token)
        except NotFound:
            return
        except GatewayRejected as error:
            if error.code == "unauthorized":
                raise
    status = status_or_none(gateway, checkout.order_id)
    if status is not None and status.outcome is Outcome.PENDING:
        try:
            gateway.cancel(checkout.order_id)
        except GatewayRejected as error:  # Paid or expired in this instant: its status is asked next.
            if error.code != "not_modifiable":
                raise


def expire_checkout(*, checkout: Checkout, now: datetime, gateway: MidtransClient) -> Checkout:
    """End an attempt whose page is over: a page that expires sends nothing, and a virtual account outlives it.

    GatewayError when the gateway does not answer.
    """
    verdict = check_attempt(checkout_id=checkout.pk, now=now, gateway=gateway)
    status = verdict.status
    if status is not None and status.outcome is Outcome.PENDING:
        try:
            gateway.expire(checkout.order_id)
        except GatewayRejected as error:  # Paid in this instant, or expired by itself.
            if error.code != "not_modifiable":
                raise
        verdict = check_attempt(checkout_id=checkout.pk, now=now, gateway=gateway)
        status = verdict.status
    if status is None or status.outcome is Outcome.DENIED:
        never = not checkout.was_shown
        return close_attempt(checkout_id=checkout.pk, state=CheckoutState.FAILED if never else CheckoutState.EXPIRED)
    checkout.refresh_from_db()
    return checkout
