"""A scheduled change of plan taking effect, or being dropped; and what events say of any change (C11)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.models import Subscription
from billing.rules.agreement import Agreement
from billing.rules.changes import Ledger
from billing.rules.drafting import Line
from billing.rules.moved_agreements import named
from billing.selectors.scheduled import Scheduled, leaving_lines, next_period_start, put_on, scheduled_change
from billing.services.standing import record
from plans.rules.plan_changes import ChangeKind, ChangeWhen
from tenants.models import Tenant

PLAN, SCHEDULED, WITHDRAWN = "plan", "plan_scheduled", "plan_withdrawn"


@dataclass(frozen=True, slots=True)
class Taken:
    """A scheduled change that has just taken effect, the agreement it replaced, and what that bills afterwards (C15)."""

    old: Agreement
    change: Scheduled
    on: date
    lines: tuple[Line, ...] = ()


def take_scheduled_change(subscription: Subscription) -> Taken | None:
    """Put the subscription on the agreement that waited, from its next period on; unsaved, the caller bills that period."""
    change, start = scheduled_change(subscription), next_period_start(subscription)
    if change is None or start is None:
        return None
    old, lines = subscription.terms, leaving_lines(subscription, change.agreement, start)
    put_on(subscription, change.agreement, start)
    subscription.scheduled_change = None
    subscription.change_ledger = Ledger(since=start).model_dump(mode="json")
    return Taken(old, change, start, lines)


def record_taken(tenant: Tenant, subscription: Subscription, taken: Taken | None, today: date, amount: int) -> None:
    """Tell that a scheduled change holds now; `amount` is the invoice of the period that begins with it."""
    if taken is None:
        return
    facts = change_facts(taken.old, taken.change.agreement, taken.change.kind, subscription.quantity)
    facts |= {"when": ChangeWhen.PERIOD_END.value, "effective": taken.on.isoformat(), "amount": amount}
    record(tenant, subscription, "subscription.changed", today, change=PLAN, **facts)


def drop_scheduled_change(
    tenant: Tenant, subscription: Subscription, today: date, *, cause: str = "", told: bool = True
) -> Scheduled | None:
    """Forget a change that has not taken effect; `told` where nothing else says so."""
    change = scheduled_change(subscription)
    if change is None:
        return None
    subscription.scheduled_change = None
    if told:
        facts = change_facts(subscription.terms, change.agreement, change.kind, subscription.quantity)
        facts |= {"effective": change.on.isoformat()}
        record(tenant, subscription, "subscription.changed", today, cause=cause, change=WITHDRAWN, **facts)
    return change


def change_facts(old: Agreement, new: Agreement, kind: ChangeKind | None, quantity: Decimal) -> dict[str, Any]:
    """From where to where: codes for programs, names in both languages for people, a whole period's prices in rupiah."""
    before, after = old.plan_for(quantity), new.plan_for(quantity)
    return {
        "kind": kind.value if kind else "",
        "from": before.code,
        "to": after.code,
        "from_name": named(old, new, quantity).model_dump(),
        "to_name": named(new, old, quantity).model_dump(),
        "from_months": old.interval_months,
        "to_months": new.interval_months,
        "price_before": old.price_of(quantity),
        "price_after": new.price_of(quantity),
    }
