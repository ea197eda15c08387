"""Giving tenants the offers they have earned elsewhere (C7, K10, C6): each under its own lock, before its next invoice."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

from billing.errors import NoSubscription, WrongState
from billing.models import CreditEntry, Subscription
from billing.selectors.accounts import credit_balance, latest_subscription, living_subscription
from billing.selectors.offers import with_offer
from billing.services.books.ledger import keep_credit
from billing.services.offers.discounts import put_discount, take_back_discount
from billing.services.standing import record, refresh
from plans.errors import CatalogueError
from plans.models import OwedOffer, Redemption
from plans.models.owed import OwedState
from plans.rules.discounts import Discount
from plans.rules.eligibility import used_before
from plans.rules.money import format_rupiah
from tenants.context import local_today, writing
from tenants.models import StaffTask, Tenant
from tenants.rows import current_visit, keep_once, remembered

CREDIT, CREDIT_BACK = "credit", "credit_taken_back"
WAITING = (OwedState.OWED, OwedState.RECALLED)
log = structlog.get_logger(__name__)


class MetAlone(RuntimeError):
    """On a batch's visit: this tenant has something written beside its schema, and is met by itself."""


def settle_owed(*, tenant: Tenant, today: date) -> int:
    """Put all that the tenant is owed into its agreement, from its next invoice on; returns how many. Safe to repeat.

    While it is suspended, or before it has begun, it waits. What cannot be given (it does not go with another offer, or was had
    before) is left to staff as a task, with the reason.
    """
    with writing(tenant) as locked:
        try:
            subscription = living_subscription()
        except NoSubscription:
            return 0
        rows = OwedOffer.objects.select_for_update(of=("self",)).filter(tenant=locked, state__in=WAITING)
        waiting = list(rows.order_by("created_at", "pk"))
        given = [_give(locked, subscription, row, today) for row in waiting if row.state == OwedState.OWED]
        if any(given):
            refresh(locked, subscription, today)
        for row in waiting:
            if row.state == OwedState.RECALLED:
                _take_back(locked, row, today)
        if any(row.credit is not None and row.state == OwedState.RECALLED for row in waiting):
            refresh(locked, subscription, today)
    return sum(given)


def _take_back(tenant: Tenant, row: OwedOffer, today: date) -> None:
    """What it was earned by is undone. Months that were billed with it stay as they are."""
    if row.credit is not None:
        take_credit(tenant, row, today)
        return
    try:
        take_back_discount(tenant=tenant, code=row.code, reason=f"Dibatalkan: {row.cause}", today=today)
    except WrongState as error:
        OwedOffer.objects.filter(pk=row.pk).update(reason=error.message[:300])
    OwedOffer.objects.filter(pk=row.pk).update(state=OwedState.CANCELLED)


def _give(tenant: Tenant, subscription: Subscription, row: OwedOffer, today: date) -> bool:
    if row.credit is not None:
        give_credit(tenant, subscription, row, row.credit, today)
        mark_given(row, today)
        return True
    discount = Discount.model_validate(row.terms)
    if row.combines and subscription.next_period_on is None:
        return False  # a free month is counted from a day: it waits until billing has begun
    try:
        if Redemption.objects.filter(tenant=tenant, code=row.code).exists():
            raise used_before(discount)
        with_offer(subscription, discount, today, combines=row.combines)
    except WrongState:
        return False
    except CatalogueError as error:
        _leave_to_staff(tenant, row, error.message, today)
        return False
    put_discount(
        tenant,
        subscription,
        discount,
        reason=row.cause,
        today=today,
        because=row.because,
        combines=row.combines,
        earned=True,
    )
    mark_given(row, today)
    return True


def give_credit(tenant: Tenant, subscription: Subscription, row: OwedOffer, amount: int, today: date) -> None:
    """A reward in money (N10): credit that the next invoice uses. Posted as given without money (allowances → credit)."""
    keep_credit(CreditEntry(amount=amount, on=today, cause=row.cause[:200]))
    facts: dict[str, Any] = {"change": CREDIT, "because": row.because, "credit": amount}
    record(tenant, subscription, "subscription.changed", today, cause=row.cause, **facts)


def take_credit(tenant: Tenant, row: OwedOffer, today: date) -> None:
    """What of it is left is taken back; what an invoice has used stays used."""
    subscription, left = latest_subscription(), min(row.credit or 0, credit_balance())
    reason = f"Dibatalkan: {row.cause}"[:200]
    if left:
        keep_credit(CreditEntry(amount=-left, on=today, cause=reason))
    if subscription is not None and left:
        facts: dict[str, Any] = {"change": CREDIT_BACK, "credit": left}
        record(tenant, subscription, "subscription.changed", today, cause=reason, **facts)
    used = "" if left == row.credit else f"{format_rupiah((row.credit or 0) - left)} sudah terpakai"
    OwedOffer.objects.filter(pk=row.pk).update(state=OwedState.CANCELLED, reason=used)


def mark_given(row: OwedOffer, today: date) -> None:
    """It is in the agreement."""
    OwedOffer.objects.filter(pk=row.pk).update(state=OwedState.GIVEN, given_on=today)


def _leave_to_staff(tenant: Tenant, row: OwedOffer, reason: str, today: date) -> None:
    OwedOffer.objects.filter(pk=row.pk).update(state=OwedState.STUCK, reason=reason[:300])
    title = f"Penawaran {row.code} tidak dapat diberikan"[:200]
    keep_once(
        StaffTask(tenant=tenant, kind="offer", key=f"owed:{row.pk}", title=title, note=reason[:1000], due_on=today)
    )


def settle_before_billing(*, tenant: Tenant, today: date) -> None:
    """First on a billing visit: an invoice issued today has what was earned before. One query for a whole batch."""
    if tenant.pk not in _owing(tenant):
        return
    if current_visit() is not None:
        raise MetAlone(f"{tenant.schema_name} is owed an offer.")
    settle_owed(tenant=tenant, today=today)


def _owing(tenant: Tenant) -> frozenset[UUID]:
    visit = current_visit()
    visited = visit.batch.tenants if visit is not None else (tenant.pk,)

    def asked() -> frozenset[UUID]:
        waiting = OwedOffer.objects.filter(tenant__in=visited, state__in=WAITING)
        return frozenset(waiting.values_list("tenant_id", flat=True))

    return remembered("owed_offers", asked)


def settle_all_owed(*, now: datetime) -> int:
    """Give every ready tenant what it is owed; one that fails is logged and tried again at the next run."""
    owing = OwedOffer.objects.filter(state__in=WAITING).values("tenant_id")
    given = 0
    for tenant in Tenant.objects.filter(pk__in=owing, provisioning=Tenant.ProvisioningState.READY).order_by("pk"):
        try:
            given += settle_owed(tenant=tenant, today=local_today(tenant, now))
        except Exception:
            log.exception("owed_offer_not_given", tenant=tenant.schema_name)
    return given
