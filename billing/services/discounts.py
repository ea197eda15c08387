"""Offers that staff give to a tenant (C3), with a reason; what a customer takes by code is agreed to at sign-up."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.errors import WrongState
from billing.models import Subscription
from billing.rules.agreement import Agreement
from billing.rules.discounts import Granted
from billing.rules.lifecycle import Status
from billing.selectors.accounts import living_subscription
from billing.services.standing import record, refresh
from plans.rules.catalogue import Discount
from plans.rules.eligibility import Asked, check_place, check_together, find_discount, in_file_order, used_before
from plans.selectors.catalogue import catalogue_of
from plans.services.discounts import Taking, redeem
from tenants.context import writing
from tenants.models import Tenant
from tenants.rows import keep


def grant_discount(*, tenant: Tenant, code: str, reason: str, today: date) -> Subscription:
    """Give a tenant an offer from its next invoice on; one on trial has it from its first.

    Staff may give what no code opens, outside its window and to whom it is not for; the number of places, the plan and
    what combines hold for them, too. A `CatalogueError` says why not.
    """
    with writing(tenant) as locked:
        subscription = living_subscription()
        give_discount(locked, subscription, code, reason=reason, today=today)
        refresh(locked, subscription, today)
    return subscription


def give_discount(tenant: Tenant, subscription: Subscription, code: str, *, reason: str, today: date) -> None:
    """As `grant_discount`, within a write; the agreement, `subscription.changed` and the redemption are one transaction."""
    if subscription.status == Status.SUSPENDED:
        raise WrongState(_("Bayar dahulu tagihan yang lewat jatuh tempo."), code="pay_first")
    agreement = subscription.terms
    catalogue = catalogue_of(agreement.product)
    discount = find_discount(catalogue, code)
    held = [item.discount for item in agreement.discounts]
    if any(item.code == discount.code for item in held):
        raise used_before(discount)
    check_place(discount, _asked(subscription, agreement, today))
    check_together([*held, discount], agreement.charges, field="offer")
    redeem(discounts=[discount], taking=Taking(tenant, today, reason))
    granted = {item.discount.code: item for item in (*agreement.discounts, _dated(subscription, agreement, discount))}
    order = in_file_order(catalogue, [*held, discount])
    subscription.agreement = agreement.model_copy(update={"discounts": tuple(granted[item.code] for item in order)})
    keep(subscription)
    begins = granted[discount.code].from_
    facts: dict[str, Any] = {"change": "offer", "offer": discount.code, "offer_name": discount.name.model_dump()}
    facts |= {"effective": begins.isoformat()} if begins else {}
    record(tenant, subscription, "subscription.changed", today, cause=reason, **facts)


def _asked(subscription: Subscription, agreement: Agreement, today: date) -> Asked:
    plan = agreement.plan_for(Decimal(subscription.quantity))
    return Asked(today, plan.code, plan.name, agreement.interval_months, agreement.charges)


def _dated(subscription: Subscription, agreement: Agreement, discount: Discount) -> Granted:
    """From the first day that is not billed yet; where billing has not begun, it begins with it."""
    granted, start = Granted(discount=discount), subscription.next_period_on
    if start is None:
        return granted
    anchor = agreement.anchor.day(subscription.anchor_day)
    return granted.begun(start, start, anchor, agreement.interval_months)
