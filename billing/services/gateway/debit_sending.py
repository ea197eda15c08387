"""Sending a committed attempt to the gateway, and asking what became of it (K7).

The network is never waited for inside a transaction. An attempt that is sent again has the same order id, which the gateway
charges once.
"""

from datetime import datetime, timedelta

import structlog
from django.utils.translation import gettext as _

from billing.gateways.declines import UNLINKED, WITHDRAWN, Decline, decline_of_refusal
from billing.gateways.errors import GatewayError, GatewayRejected
from billing.gateways.mandate_models import Debit, DebitOutcome, Mandate, MandateMethod
from billing.gateways.midtrans import MidtransClient
from billing.gateways.midtrans_tokens import account_of, charge_token
from billing.gateways.models import LIVE, Checkout, CheckoutState
from billing.gateways.tokens import TokenCharge
from billing.gateways.values import CheckoutCustomer
from billing.gateways.values import CheckoutItem as ItemValue
from billing.models import Document
from billing.selectors.debits import open_invoices
from billing.selectors.transfers import transfer_under_review
from billing.services.gateway.attempts import check_attempt, close_attempt
from billing.services.gateway.debit_outcomes import conclude_debit
from billing.services.gateway.debit_planning import ATTEMPT_LIFETIME, holds
from tenants.context import writing

log = structlog.get_logger(__name__)


def send_debit(mandate: Mandate, debit: Debit, now: datetime, gateway: MidtransClient) -> None:
    """Charge, and take in what the gateway says of it. After silence the attempt stays in flight: its status is asked later."""
    try:
        refused = _charge(mandate, debit, now, gateway)
        if refused is None:
            check_attempt(checkout_id=debit.checkout_id, now=now, gateway=gateway)
        else:
            _close(debit, refused, now)
    except GatewayError as error:
        log.warning("debit_without_answer", order_id=debit.checkout.order_id, error=str(error))
        Checkout.objects.filter(pk=debit.checkout_id, state__in=LIVE).update(error=str(error)[:300])


def _charge(mandate: Mandate, debit: Debit, now: datetime, gateway: MidtransClient) -> Decline | None:
    """Ask for the money; why the gateway would not even try, or None where its status tells."""
    option = ""
    if mandate.method == MandateMethod.GOPAY:
        account = account_of(gateway, mandate.token)
        if account.status != "ENABLED":
            return UNLINKED
        option = account.option
    try:
        charge_token(gateway, _request(mandate, debit, option, now))
    except GatewayRejected as error:
        return None if error.code == "duplicate" else decline_of_refusal(error)
    return None


def _request(mandate: Mandate, debit: Debit, option: str, now: datetime) -> TokenCharge:
    name = _("Tagihan %(number)s")
    items = [
        ItemValue(item.number, name % {"number": item.number}, item.amount, 1) for item in debit.checkout.items.all()
    ]
    tenant = mandate.tenant
    return TokenCharge(
        order_id=debit.checkout.order_id,
        amount=debit.amount,
        items=items,
        customer=CheckoutCustomer(tenant.contact_name or tenant.name, tenant.contact_email, tenant.contact_phone),
        expiry_start=now,
        expiry_minutes=int(ATTEMPT_LIFETIME.total_seconds() // 60),
        token=mandate.token,
        option=option,
        is_gopay=mandate.method == MandateMethod.GOPAY,
    )


def _close(debit: Debit, decline: Decline, now: datetime) -> None:
    close_attempt(checkout_id=debit.checkout_id, state=CheckoutState.FAILED, error=decline.reason)
    conclude_debit(checkout_id=debit.checkout_id, now=now, decline=decline)


def follow_up(mandate: Mandate, debit: Debit, now: datetime, gateway: MidtransClient) -> None:
    """Ask what became of a charge; one that the gateway never got is sent again under its order id, if it is wanted."""
    longest = timedelta(seconds=2 * gateway.config.timeout_seconds + 5)
    if now - debit.sent_at < longest:
        return
    try:
        verdict = check_attempt(checkout_id=debit.checkout_id, now=now, gateway=gateway)
    except GatewayError as error:
        log.warning("debit_still_unknown", order_id=debit.checkout.order_id, error=str(error))
        return
    if verdict.status is not None:
        return
    if not _is_wanted(mandate, debit):
        _close(debit, WITHDRAWN, now)
    elif Debit.objects.filter(pk=debit.pk, outcome=DebitOutcome.IN_FLIGHT, sent_at=debit.sent_at).update(sent_at=now):
        send_debit(mandate, debit, now, gateway)


def _is_wanted(mandate: Mandate, debit: Debit) -> bool:
    """Whether the consent holds and exactly this is still to be paid."""
    if not holds(mandate):
        return False
    with writing(mandate.tenant):
        document = Document.objects.filter(pk=debit.document_id).first()
        owed = {item.pk: item.outstanding for item in open_invoices()}
    asked = debit.checkout.items.get(document_id=debit.document_id).amount
    held = document is not None and transfer_under_review(mandate.tenant, document)
    return owed.get(debit.document_id) == asked and not held
