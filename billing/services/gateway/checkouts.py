"""Opening a payment page for documents of one or several tenants (K16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.errors import CheckoutInProgress, NothingToPay, PaymentPageUnavailable, UnderReview
from billing.gateways.charges import OWN_METHODS, ChargeRequest
from billing.gateways.errors import GatewayError, GatewayRejected
from billing.gateways.methods import methods_for
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import Checkout, CheckoutItem, CheckoutState
from billing.gateways.values import CheckoutCustomer, CheckoutLink, CheckoutRequest
from billing.gateways.values import CheckoutItem as ItemValue
from billing.selectors.payables import payable_documents
from billing.services.gateway.attempts import close_attempt
from billing.services.gateway.checkout_ends import cancel_checkout
from billing.services.gateway.client import told_to_people
from billing.services.gateway.order_ids import new_order_id
from billing.services.gateway.ways import Way, as_json, chosen_way
from tenants.context import current_actor, inside
from tenants.models import Tenant

MOST_DOCUMENTS = 100
LEAST_TIME_LEFT = timedelta(minutes=15)
# Two requests that open the same page at once: the later one finds the winner, or closes what it left, and tries again.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Demand:
    """Documents of a tenant to be paid; None: all that is open. Whether the payer is a member there is the caller's
    check.
    """

    tenant: Tenant
    documents: Sequence[UUID] | None


@dataclass(frozen=True, slots=True)
class _Asked:
    tenant: Tenant
    document_id: UUID
    number: str
    amount: int


def start_checkout(
    *,
    demands: Sequence[Demand],
    payer: CheckoutCustomer,
    finish_url: str,
    now: datetime,
    gateway: MidtransClient,
    method: str = "",
) -> Checkout:
    """A way to pay what is outstanding on the documents and their late fees: the gateway's page, whose `redirect_url`
    takes the payer there, or (`method` of OWN_METHODS) `instructions` for a page of our own.

    A live attempt that asks for exactly this is given again; another one for any of the documents is cancelled first. If
    that one turns out to be paid, it is booked and returned instead: look at `state`. Raises AlreadyPaid,
    NothingToPay, DocumentNotFound, MethodRefused (the amount does not fit), CheckoutInProgress (double click), UnderReview
    and, where the gateway fails, PaymentPageUnavailable: the attempt then stays "created" and the next call asks the
    gateway what became of it.
    """
    for _round in range(_ROUNDS):
        asked = _asked(demands)
        way = chosen_way(method, sum(item.amount for item in asked), now)
        known = _live_attempt(asked, way, now, gateway)
        if known is not None:
            return known
        checkout = _commit_attempt(asked, way, now)
        if checkout is not None:
            return _open(checkout, asked, payer, finish_url, now, gateway)
    raise CheckoutInProgress(_("Halaman pembayaran sedang disiapkan. Coba lagi sebentar lagi."))


def _open(
    checkout: Checkout,
    asked: Sequence[_Asked],
    payer: CheckoutCustomer,
    finish_url: str,
    now: datetime,
    gateway: MidtransClient,
) -> Checkout:
    if checkout.method:
        return _make_charge(checkout, _charge_request(checkout, asked, payer, now), gateway)
    return _open_page(checkout, _request(checkout, asked, payer, finish_url, now), gateway)


def _asked(demands: Sequence[Demand]) -> list[_Asked]:
    """Each document once, with what is outstanding on it now."""
    found: dict[UUID, _Asked] = {}
    for demand in demands:
        with inside(demand.tenant):
            for item in payable_documents(demand.documents):
                found[item.pk] = _Asked(demand.tenant, item.pk, item.number, item.outstanding)
    if not found:
        raise NothingToPay(_("Tidak ada tagihan yang perlu dibayar."), field="documents")
    if len(found) > MOST_DOCUMENTS:
        raise UnderReview(
            _("Paling banyak %(count)s tagihan dalam satu pembayaran.") % {"count": MOST_DOCUMENTS},
            field="documents",
            code="too_many_documents",
        )
    return list(found.values())


def _live_attempt(asked: Sequence[_Asked], way: Way, now: datetime, gateway: MidtransClient) -> Checkout | None:
    """The live attempt that asks for exactly this, or one that turns out to be paid; others are cancelled here."""
    keys = [item.document_id for item in asked]
    found = (
        Checkout.objects.filter(items__live=True, items__document_id__in=keys).distinct().order_by("created_at", "pk")
    )
    for checkout in found:
        if checkout.state == CheckoutState.PAID:  # Paid, and its booking is still under way.
            return checkout
        if _is_reusable(checkout, asked, way, now):
            return checkout
        _refuse_in_progress(checkout, now, gateway)
        closed = cancel_checkout(checkout=checkout, now=now, gateway=gateway)
        if closed.state == CheckoutState.PAID:
            return closed
    return None


def _is_reusable(checkout: Checkout, asked: Sequence[_Asked], way: Way, now: datetime) -> bool:
    """Whether it is of the same method, open long enough, and asks for the same documents and amounts."""
    if (checkout.method, checkout.fee) != (way.code, way.fee):
        return False
    wanted = {item.document_id: item.amount for item in asked}
    offered = dict(checkout.items.filter(live=True).values_list("document_id", "amount"))
    lasts = checkout.expires_at - now >= LEAST_TIME_LEFT
    return bool(checkout.state == CheckoutState.PENDING and checkout.was_shown and lasts and wanted == offered)


def _refuse_in_progress(checkout: Checkout, now: datetime, gateway: MidtransClient) -> None:
    """A call to the gateway that may still be under way is not to be overtaken by a second one."""
    longest = timedelta(seconds=2 * gateway.config.timeout_seconds + 5)
    if checkout.state == CheckoutState.CREATED and not checkout.error and now - checkout.created_at < longest:
        raise CheckoutInProgress(_("Halaman pembayaran sedang disiapkan. Coba lagi sebentar lagi."))


def _commit_attempt(asked: Sequence[_Asked], way: Way, now: datetime) -> Checkout | None:
    """Write the attempt in a transaction of its own before the gateway hears of it; None if another one was faster."""
    checkout = Checkout(
        order_id=new_order_id(now),
        amount=sum(item.amount for item in asked) + way.fee,
        method=way.code,
        fee=way.fee,
        expires_at=now + timedelta(minutes=way.minutes),
        started_by=current_actor().label[:200],
    )
    items = [
        CheckoutItem(
            checkout=checkout, tenant=item.tenant, document_id=item.document_id, number=item.number, amount=item.amount
        )
        for item in asked
    ]
    try:
        # Durable: a notice may arrive before the gateway's answer, and must find the attempt.
        with transaction.atomic(durable=True):
            checkout.save()
            CheckoutItem.objects.bulk_create(items)
    except IntegrityError:
        return None
    return checkout


def _request(
    checkout: Checkout, asked: Sequence[_Asked], payer: CheckoutCustomer, finish_url: str, now: datetime
) -> CheckoutRequest:
    return CheckoutRequest(
        order_id=checkout.order_id,
        amount=checkout.amount,
        items=_items(asked),
        customer=payer,
        finish_url=finish_url,
        expiry_start=now,
        expiry_minutes=settings.CHECKOUT_MINUTES,
        enabled_payments=methods_for(checkout.amount, now.date()),
        language=get_language() or "id",
    )


def _items(asked: Sequence[_Asked]) -> list[ItemValue]:
    name = _("Tagihan %(number)s")
    return [ItemValue(item.number, name % {"number": item.number}, item.amount, 1) for item in asked]


def _charge_request(
    checkout: Checkout, asked: Sequence[_Asked], payer: CheckoutCustomer, now: datetime
) -> ChargeRequest:
    fee = [ItemValue("fee", _("Biaya layanan pembayaran"), checkout.fee, 1)] if checkout.fee else []
    return ChargeRequest(
        order_id=checkout.order_id,
        amount=checkout.amount,
        items=[*_items(asked), *fee],
        customer=payer,
        expiry_start=now,
        expiry_minutes=int((checkout.expires_at - now).total_seconds() // 60),
        method=OWN_METHODS[checkout.method],
        language=get_language() or "id",
    )


def _make_charge(checkout: Checkout, request: ChargeRequest, gateway: MidtransClient) -> Checkout:
    """As `_open_page`, with a number or a code instead of a link."""
    try:
        with told_to_people():
            charge = gateway.charge(request)
    except PaymentPageUnavailable as error:
        _note_failure(checkout, error.__cause__)
        raise
    with transaction.atomic():
        stored = Checkout.objects.select_for_update().get(pk=checkout.pk)
        stored.instructions, stored.error = as_json(charge.instructions), ""
        stored.expires_at = charge.instructions.expires_at or stored.expires_at
        if stored.state == CheckoutState.CREATED:
            stored.state = CheckoutState.PENDING
        stored.save(update_fields=["instructions", "expires_at", "state", "error"])
    return stored


def _open_page(checkout: Checkout, request: CheckoutRequest, gateway: MidtransClient) -> Checkout:
    """Call the gateway outside of any transaction, then store what it said."""
    try:
        with told_to_people():
            link = gateway.create_checkout(request)
    except PaymentPageUnavailable as error:
        _note_failure(checkout, error.__cause__)
        raise
    return _store_link(checkout, link)


def _note_failure(checkout: Checkout, cause: BaseException | None) -> None:
    """A refusal ends the attempt; after silence it may exist at the gateway, and stays until the gateway was asked."""
    if isinstance(cause, GatewayRejected):
        close_attempt(checkout_id=checkout.pk, state=CheckoutState.FAILED, error=str(cause))
    elif isinstance(cause, GatewayError):
        Checkout.objects.filter(pk=checkout.pk, state=CheckoutState.CREATED).update(error=str(cause)[:300])


def _store_link(checkout: Checkout, link: CheckoutLink) -> Checkout:
    """Keep the link; a notice may have been faster and moved the state on."""
    with transaction.atomic():
        stored = Checkout.objects.select_for_update().get(pk=checkout.pk)
        stored.token, stored.redirect_url, stored.error = link.token, link.redirect_url, ""
        if stored.state == CheckoutState.CREATED:
            stored.state = CheckoutState.PENDING
        stored.save(update_fields=["token", "redirect_url", "state", "error"])
    return stored
