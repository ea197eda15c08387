"""How a refund leaves: through the gateway, or by a transfer of our own with its proof; booked when it has left.

The gateway is called outside of any transaction; its key is the refund's id, so that the same refund sent twice is one there,
too.
"""

from datetime import datetime, timedelta

from django.core.files.base import File
from django.utils.translation import gettext as _

from billing.errors import RefundRefused
from billing.gateways.errors import GatewayRejected
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import Refund, RefundState, RefundWay
from billing.services.files.proofs import forget_proof, store_proof
from billing.services.gateway.client import told_to_people
from billing.services.refunds.requests import Account, check_account
from billing.services.refunds.rows import finish_refund, locked_refund, refuse_sent, require_state, require_way
from tenants.errors import DomainError
from tenants.models import User

RESENT_AFTER = timedelta(minutes=5)


def send_refund(*, refund: Refund, staff: User | None, now: datetime, gateway: MidtransClient) -> Refund:
    """Pay an approved refund out through the gateway, then book it. Safe to repeat: the key is the refund's own.

    A refusal is kept in `error` and raised as RefundRefused; the refund then waits for another way. Silence raises
    PaymentPageUnavailable: it is sent again, by staff or by the regular look.
    """
    with locked_refund(refund) as current:
        if current.state == RefundState.DONE:
            return current
        require_state(current, RefundState.APPROVED)
        require_way(current, RefundWay.GATEWAY)
        current.sent_at, current.error = now, ""
        current.save(update_fields=["sent_at", "error"])
    try:
        with told_to_people():
            gateway.refund(current.transaction_id, str(current.pk), current.amount, current.reason)
    except DomainError as error:
        _note_refusal(current, error.__cause__)
        raise
    return _complete(current, staff, now)


def resend_refunds(*, now: datetime, gateway: MidtransClient) -> int:
    """Ask again about refunds whose answer was lost; returns how many are done now. One that fails holds up no other."""
    due = Refund.objects.filter(
        state=RefundState.APPROVED, way=RefundWay.GATEWAY, sent_at__lte=now - RESENT_AFTER, error=""
    )
    done = 0
    for refund in due.select_related("tenant"):
        try:
            done += send_refund(refund=refund, staff=None, now=now, gateway=gateway).state == RefundState.DONE
        except DomainError:
            continue  # logged by `told_to_people`; kept with the refund where it was a refusal
    return done


def pay_by_transfer(*, refund: Refund, account: Account) -> Refund:
    """Where the gateway refused (or cannot): the money goes back by a transfer of our own instead."""
    with locked_refund(refund) as current:
        require_state(current, RefundState.REQUESTED, RefundState.APPROVED)
        require_way(current, RefundWay.GATEWAY, RefundWay.TRANSFER)
        refuse_sent(current)
        check_account(account)
        current.way = RefundWay.TRANSFER
        current.bank, current.account, current.holder = account.bank, account.number, account.holder
        current.save(update_fields=["way", "bank", "account", "holder"])
    return current


def confirm_transfer(*, refund: Refund, file: "File[bytes]", staff: User, now: datetime) -> Refund:
    """Staff have transferred an approved refund: the proof is kept with it, and it is booked. Repeating changes nothing."""
    if refund.state == RefundState.DONE:
        return refund
    proof = store_proof(file)
    try:
        with locked_refund(refund) as current:
            require_state(current, RefundState.APPROVED)
            require_way(current, RefundWay.TRANSFER)
            current.proof.name, current.proof_type, current.proof_name = proof.path, proof.content_type, proof.name
            current.save(update_fields=["proof", "proof_type", "proof_name"])
            return finish_refund(current, staff, now)
    except Exception:
        forget_proof(proof.path)
        raise


def _note_refusal(refund: Refund, cause: BaseException | None) -> None:
    if isinstance(cause, GatewayRejected):
        Refund.objects.filter(pk=refund.pk, state=RefundState.APPROVED).update(error=cause.message[:300] or cause.code)
        raise RefundRefused(
            _("Midtrans menolak pengembalian ini: %(reason)s") % {"reason": cause.message}, code="gateway_refused"
        ) from cause


def _complete(refund: Refund, staff: User | None, now: datetime) -> Refund:
    with locked_refund(refund) as current:
        return current if current.state == RefundState.DONE else finish_refund(current, staff, now)
