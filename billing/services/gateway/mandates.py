"""Auto-debit switched on and off: the consent, the card or account at the gateway, and what is left to tidy up there.

Locks: the mandate's row first, the tenant's after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.errors import MandateRefused
from billing.gateways.errors import GatewayError, GatewayRejected
from billing.gateways.mandate_models import OPEN_MANDATES, Mandate, MandateMethod, MandateState
from billing.gateways.methods import limits_on
from billing.gateways.midtrans import MidtransClient
from billing.gateways.midtrans_tokens import account_of, link_account, unlink_account
from billing.gateways.tokens import SavedCard
from billing.gateways.values import CheckoutCustomer, CheckoutItem, CheckoutRequest, GatewayStatus, Outcome
from billing.rules.debiting import CONSENT
from billing.selectors.accounts import latest_subscription
from billing.services.gateway.client import status_or_none, told_to_people
from billing.services.gateway.order_ids import new_order_id
from billing.services.standing import record
from plans.selectors.catalogue import product_of
from tenants.context import current_actor, local_today, writing
from tenants.models import Tenant, User
from tenants.rows import change_tenant

log = structlog.get_logger(__name__)
# What a card is tried with when it is saved: the least that the gateway takes. It is given back at once.
CARD_TRIAL = limits_on(None)["credit_card"].minimum
MOST_AT_ONCE = 200
FIRST_LOOK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agrees to: from what, at most how many rupiah an invoice, and where the gateway sends them back to.

    `phone` is that of the GoPay account, digits without the country code.
    """

    user: User
    method: MandateMethod
    limit: int
    return_url: str
    phone: str = ""


def start_mandate(*, tenant: Tenant, consent: Consent, now: datetime, gateway: MidtransClient) -> Mandate:
    """Keep a consent and begin to save the card or to link the account: `page_url` takes the person to the gateway.

    Nothing is charged before the gateway confirmed it (`check_mandate`). Raises MandateRefused where auto-debit is not offered,
    is on already, or the limit is no amount; PaymentPageUnavailable where the gateway fails.
    """
    if product_of(tenant.product_code).auto_debit is None:
        raise MandateRefused(_("Auto-debit tidak ditawarkan untuk produk ini."), code="auto_debit_not_offered")
    if consent.limit <= 0:
        raise MandateRefused(_("Batas harus lebih dari nol."), field="limit", code="limit_not_positive")
    _give_up_begun(tenant, now, gateway)
    mandate = _commit(tenant, consent, now)
    try:
        with told_to_people():
            _begin(mandate, consent, now, gateway)
    except Exception:
        _end(mandate.pk, MandateState.FAILED, "gateway", now)
        raise
    _keep_begun(mandate)
    return mandate


def _keep_begun(mandate: Mandate) -> None:
    """What the gateway answered; somebody may have begun another one meanwhile, which took this one's place."""
    begun = Mandate.objects.filter(pk=mandate.pk, state=MandateState.PENDING)
    if not begun.update(page_url=mandate.page_url, token=mandate.token, hint=mandate.hint):
        Mandate.objects.filter(pk=mandate.pk).update(unlink=mandate.token)
        raise MandateRefused(_("Auto-debit sedang disiapkan. Coba lagi sebentar lagi."))


def _give_up_begun(tenant: Tenant, now: datetime, gateway: MidtransClient) -> None:
    """One that was begun and never confirmed makes room for the next, unless it has been confirmed meanwhile."""
    begun = Mandate.objects.filter(tenant=tenant, state__in=OPEN_MANDATES).first()
    if begun is None:
        return
    if begun.state == MandateState.PENDING:
        with told_to_people():
            begun = check_mandate(mandate_id=begun.pk, now=now, gateway=gateway)
    if begun.state == MandateState.ACTIVE:
        raise MandateRefused(_("Auto-debit sudah aktif. Matikan dulu untuk mengganti kartu atau akun."))
    _end(begun.pk, MandateState.FAILED, "replaced", now)


def _commit(tenant: Tenant, consent: Consent, now: datetime) -> Mandate:
    """Written before the gateway hears of it: who agreed, when, to which text, up to how much."""
    mandate = Mandate(
        tenant=tenant,
        method=consent.method,
        agreed_by=consent.user,
        agreed_name=str(consent.user)[:200],
        agreed_at=now,
        text_version=CONSENT,
        limit=consent.limit,
        order_id=new_order_id(now),
    )
    try:
        with transaction.atomic(durable=True):
            mandate.save(force_insert=True)
    except IntegrityError as error:
        raise MandateRefused(_("Auto-debit sedang disiapkan. Coba lagi sebentar lagi.")) from error
    return mandate


def _begin(mandate: Mandate, consent: Consent, now: datetime, gateway: MidtransClient) -> None:
    if mandate.method == MandateMethod.GOPAY:
        account = link_account(gateway, phone=consent.phone, return_url=consent.return_url)
        mandate.token, mandate.page_url = account.account_id, account.link
        mandate.hint = f"0{consent.phone[:3]}····{consent.phone[-3:]}"
        return
    mandate.page_url = gateway.create_checkout(_trial_of(mandate, consent, now)).redirect_url


def _trial_of(mandate: Mandate, consent: Consent, now: datetime) -> CheckoutRequest:
    """The gateway's own page asks for the card and proves who holds it (3-D Secure): no number comes to us."""
    return CheckoutRequest(
        order_id=mandate.order_id,
        amount=CARD_TRIAL,
        items=[CheckoutItem("card", _("Verifikasi kartu, dikembalikan"), CARD_TRIAL, 1)],
        customer=CheckoutCustomer(mandate.tenant.name, consent.user.email),
        finish_url=consent.return_url,
        expiry_start=now,
        expiry_minutes=settings.CHECKOUT_MINUTES,
        enabled_payments=["credit_card"],
        save_card_for=str(mandate.tenant.pk),
    )


def check_mandate(
    *, mandate_id: UUID, now: datetime, gateway: MidtransClient, told: Mapping[str, Any] | None = None
) -> Mandate:
    """Ask the gateway whether the card was saved or the account linked, and activate the mandate if so.

    `told`: a notification whose signature is ours; of it only the name of the saved card is taken, where the status lacks it.
    Safe to repeat. GatewayError where the gateway does not answer (nothing has changed then).
    """
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=mandate_id)
        if mandate.state == MandateState.PENDING:
            mandate.checked_at = now
            take_in = _take_account if mandate.method == MandateMethod.GOPAY else _take_card
            take_in(mandate, now, gateway, told or {})
            mandate.save()
            if mandate.state == MandateState.ACTIVE:
                _tell(mandate, "debit.enabled", local_today(mandate.tenant, now))
    tidy_mandate(mandate=mandate, now=now, gateway=gateway)
    return mandate


def _is_over(mandate: Mandate, now: datetime) -> bool:
    return now >= mandate.agreed_at + timedelta(minutes=settings.CHECKOUT_MINUTES)


def _take_card(mandate: Mandate, now: datetime, gateway: MidtransClient, told: Mapping[str, Any]) -> None:
    status = status_or_none(gateway, mandate.order_id)
    paid = status is not None and _is_trial(status, gateway.config.merchant_id)
    card = SavedCard.from_answer({**told, **status.raw}) if status is not None and paid else SavedCard()
    mandate.release = paid
    if card.token:
        mandate.state, mandate.token = MandateState.ACTIVE, card.token
        mandate.hint, mandate.good_until = card.masked, card.good_until
    elif _is_over(mandate, now):
        mandate.state, mandate.reason = MandateState.FAILED, "not_saved"


def _is_trial(status: GatewayStatus, merchant_id: str) -> bool:
    ours = not (merchant_id and status.merchant_id) or status.merchant_id == merchant_id
    return ours and status.outcome is Outcome.PAID and status.amount_matches(CARD_TRIAL)


def _take_account(mandate: Mandate, now: datetime, gateway: MidtransClient, _told: Mapping[str, Any]) -> None:
    status = account_of(gateway, mandate.token).status
    if status == "ENABLED":
        mandate.state = MandateState.ACTIVE
    elif status != "PENDING" or _is_over(mandate, now):
        mandate.state, mandate.reason = MandateState.FAILED, f"account_{status.lower()}"[:300]
        mandate.token = ""


def end_mandate(*, tenant: Tenant, reason: str, now: datetime) -> Mandate | None:
    """Take the consent back: nothing is charged from here on, and the card or account is forgotten. None where there was none.

    What is in flight already is carried through. The gateway is told by `tidy_mandate`; its failure holds nothing up.
    """
    mandate = Mandate.objects.filter(tenant=tenant, state__in=OPEN_MANDATES).first()
    return None if mandate is None else _end(mandate.pk, MandateState.ENDED, reason, now)


def _end(mandate_id: UUID, state: MandateState, reason: str, now: datetime) -> Mandate:
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=mandate_id)
        if mandate.state not in OPEN_MANDATES:
            return mandate
        # A card's page may be paid on until it is over: what comes in is given back.
        mandate.release |= mandate.method == MandateMethod.CARD and mandate.state == MandateState.PENDING
        mandate.unlink = mandate.token if mandate.method == MandateMethod.GOPAY else ""
        mandate.state, mandate.token, mandate.reason = state, "", reason[:300]
        mandate.ended_at, mandate.ended_by = now, current_actor().label[:200]
        mandate.save()
        if state == MandateState.ENDED:
            _tell(mandate, "debit.disabled", local_today(mandate.tenant, now), reason=reason)
    return mandate


def _tell(mandate: Mandate, name: str, today: date, **facts: Any) -> None:
    with writing(mandate.tenant) as locked:
        subscription = latest_subscription()
        if subscription is not None:
            said: dict[str, Any] = {"method": mandate.method, "hint": mandate.hint, "limit": mandate.limit} | facts
            record(locked, subscription, name, today, key=f"{name}:{mandate.pk}", **said)
            change_tenant(locked, facts_changed=True)


def tidy_mandate(*, mandate: Mandate, now: datetime, gateway: MidtransClient) -> bool:
    """Give the card's trial back and undo the account's link; False where the gateway would not, and it is tried again."""
    try:
        if mandate.release:
            mandate.release = not _given_back(mandate, now, gateway)
        if mandate.unlink:
            unlink_account(gateway, mandate.unlink)
            mandate.unlink = ""
    except GatewayError as error:
        log.warning("mandate_not_tidy", mandate=str(mandate.pk), error=str(error))
        return False
    finally:
        Mandate.objects.filter(pk=mandate.pk).update(release=mandate.release, unlink=mandate.unlink)
    return True


def _given_back(mandate: Mandate, now: datetime, gateway: MidtransClient) -> bool:
    """Cancelled while it is only captured, refunded once it is settled; True once nothing can come any more."""
    status = status_or_none(gateway, mandate.order_id)
    if status is None or status.outcome is not Outcome.PAID:
        return _is_over(mandate, now)
    try:
        gateway.cancel(mandate.order_id)
    except GatewayRejected as error:
        if error.code != "not_modifiable":
            raise
        gateway.refund(mandate.order_id, str(mandate.pk), CARD_TRIAL, "Verifikasi kartu")
    return True


def tend_mandates(*, now: datetime, gateway: MidtransClient) -> int:
    """Ask about those that were begun and not heard of, and tidy up at the gateway; returns how many were looked at."""
    begun = Mandate.objects.filter(state=MandateState.PENDING, agreed_at__lte=now - FIRST_LOOK)
    untidy = Mandate.objects.filter(release=True) | Mandate.objects.exclude(unlink="")
    looked = list(begun.order_by("agreed_at", "pk")[:MOST_AT_ONCE]) + list(
        untidy.order_by("agreed_at", "pk")[:MOST_AT_ONCE]
    )
    for mandate in looked:
        try:
            check_mandate(mandate_id=mandate.pk, now=now, gateway=gateway)
        except GatewayError as error:
            log.warning("mandate_not_checked", mandate=str(mandate.pk), error=str(error))
    return len(looked)
