"""Offers of a customer with an agreement: what it holds, what it asks for, and what one more would change."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import WrongState
from billing.models import Subscription
from billing.rules.agreement import Agreement
from billing.rules.discounts import Granted
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.selectors.accounts import living_subscription
from billing.selectors.drafts import forecast
from plans.errors import CatalogueError
from plans.models import OPEN_CLAIMS, OfferClaim
from plans.rules.catalogue import Discount
from plans.rules.eligibility import (
    Asked,
    check_discount,
    check_place,
    check_together,
    in_file_order,
    needs_no_document,
    used_before,
)
from plans.selectors.catalogue import catalogue_of
from plans.selectors.discounts import refuse_used_up
from plans.selectors.groups import GroupStand, groups_of
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Preview:
    """The next invoice without and with one more offer; None where nothing will be billed."""

    before: Draft | None
    after: Draft | None


@dataclass(frozen=True, slots=True)
class Claimable:
    """An offer that this customer may ask for with a document, and what it would change."""

    discount: Discount
    preview: Preview


@dataclass(frozen=True, slots=True)
class Offers:
    """What a customer has, what it asked for (the latest claim of each offer), what it may ask for, and its groups (C7)."""

    held: tuple[Granted, ...]
    claims: tuple[OfferClaim, ...]
    claimable: tuple[Claimable, ...]
    groups: tuple[GroupStand, ...] = ()


def offers_of(tenant: Tenant, today: date) -> Offers:
    """All offers of a tenant; call it inside its schema."""
    subscription = living_subscription()
    claims, seen = list(OfferClaim.objects.filter(tenant=tenant).order_by("-created_at", "-pk")), set[str]()
    latest = [claim for claim in claims if not (claim.code in seen or seen.add(claim.code))]  # type: ignore[func-returns-value]
    closed = {claim.code for claim in latest if claim.state in {*OPEN_CLAIMS, "approved"}}
    found = [
        item
        for discount in catalogue_of(subscription.product_code).offers
        if discount.document is not None and discount.code not in closed
        if (item := _claimable(tenant, subscription, discount.code, today)) is not None
    ]
    return Offers(subscription.terms.discounts, tuple(latest), tuple(found), tuple(groups_of(tenant)))


def _claimable(tenant: Tenant, subscription: Subscription, code: str, today: date) -> Claimable | None:
    try:
        discount = claimable_offer(tenant, subscription, code, today)
        return Claimable(discount, preview_offer(subscription, discount, today))
    except (CatalogueError, WrongState):
        return None


def claimable_offer(tenant: Tenant, subscription: Subscription, code: str, today: date) -> Discount:
    """The offer of a code that a customer may ask for with a document; a `CatalogueError` says why not."""
    catalogue, agreement = catalogue_of(subscription.product_code), subscription.terms
    plan = agreement.plan_for(Decimal(subscription.quantity))
    registration = {name: str(value) for name, value in tenant.registration.items()}
    months = agreement.interval_months
    asked = Asked(today, plan.code, plan.name, months, agreement.charges, registration)
    discount = check_discount(catalogue, code, asked)
    if discount.document is None:
        raise needs_no_document(discount)
    with_offer(subscription, discount, today)
    refuse_used_up(subscription.product_code, [discount])
    return discount


def preview_offer(subscription: Subscription, discount: Discount, today: date) -> Preview:
    """What the next invoice would be, were the offer given today."""
    tried = copy.copy(subscription)
    tried.agreement = with_offer(subscription, discount, today)
    return Preview(forecast(subscription, today), forecast(tried, today))


def with_offer(subscription: Subscription, discount: Discount, today: date, *, combines: bool = False) -> Agreement:
    """The agreement with one more offer, from the first day that is not billed; a `CatalogueError` says why not.

    `combines`: whatever else is held, as a reward is.
    """
    if subscription.status == Status.SUSPENDED:
        raise WrongState(_("Bayar dahulu tagihan yang lewat jatuh tempo."), code="pay_first")
    agreement = subscription.terms
    held = [item.discount for item in agreement.discounts]
    if any(item.code == discount.code for item in held):
        raise used_before(discount)
    plan = agreement.plan_for(Decimal(subscription.quantity))
    check_place(discount, Asked(today, plan.code, plan.name, agreement.interval_months, agreement.charges))
    if not combines:
        check_together([*held, discount], agreement.charges, field="offer")
    granted = (*agreement.discounts, _dated(subscription, agreement, discount))
    return agreement.model_copy(update={"discounts": _ordered(agreement.product, granted)})


def _ordered(product: str, granted: Sequence[Granted]) -> tuple[Granted, ...]:
    by_code = {item.discount.code: item for item in granted}
    order = in_file_order(catalogue_of(product), [item.discount for item in granted])
    return tuple(by_code[item.code] for item in order)


def _dated(subscription: Subscription, agreement: Agreement, discount: Discount) -> Granted:
    """From the first day that is not billed yet; where billing has not begun, it begins with it."""
    granted, start = Granted(discount=discount), subscription.next_period_on
    if start is None:
        return granted
    # A free month follows those that are held already: two at once would be one.
    free = [item.to for item in agreement.discounts if item.discount.free_months and item.to is not None]
    start = max([start, *free]) if discount.free_months else start
    anchor = agreement.anchor.day(subscription.anchor_day)
    return granted.begun(start, start, anchor, agreement.interval_months)
