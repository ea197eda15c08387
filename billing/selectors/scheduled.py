"""A change of plan that waits for the next period, kept on the subscription with the agreement it leads to."""

import copy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from billing.models import Subscription
from billing.rules import joining, readings, sides
from billing.rules.agreement import Agreement
from billing.rules.change_verdicts import Place
from billing.rules.drafting import Line
from billing.rules.moved_agreements import anchor_day, carried
from billing.rules.progress import write_progress
from billing.rules.sides import Stand
from billing.selectors.sides import stand_of
from plans.rules.catalogue import Plan
from plans.rules.money import plain
from plans.rules.plan_changes import ChangeKind


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What holds from `on`, the first day of the next period (later where that is billed later)."""

    on: date
    kind: ChangeKind
    plan_code: str
    agreement: Agreement

    @property
    def plan(self) -> Plan:
        """The plan it leads to."""
        return next(plan for plan in self.agreement.plans if plan.code == self.plan_code)

    def stored(self) -> dict[str, object]:
        """As JSON."""
        agreement = self.agreement.model_dump(mode="json", by_alias=True)
        return {"on": self.on.isoformat(), "kind": self.kind.value, "plan": self.plan_code, "agreement": agreement}


def scheduled_change(subscription: Subscription) -> Scheduled | None:
    """The change that waits, if there is one."""
    kept = subscription.scheduled_change
    if kept is None:
        return None
    agreement = Agreement.model_validate(kept["agreement"])
    return Scheduled(date.fromisoformat(kept["on"]), ChangeKind(kept["kind"]), kept["plan"], agreement)


def place_of(agreement: Agreement, quantity: Decimal) -> Place:
    """The plan that a quantity has under an agreement, and the interval."""
    return Place(agreement.plan_for(quantity).code, agreement.interval_months)


def next_period_start(subscription: Subscription) -> date | None:
    """The first day that is not billed yet."""
    return subscription.next_period_on or subscription.period_to


def put_on(subscription: Subscription, agreement: Agreement, on: date) -> None:
    """Set the fields that a change of plan sets, without saving: prices, plan, and where periods are counted from.

    The unit prices locked for the old plan are none of the new one's; its offers are, where they are for it, too, even if
    they were given after the change was scheduled. With another interval periods are counted anew from
    the change: a year from 1 May is 1 May – 30 April, whatever month billing once began in.
    """
    old, stand = subscription.terms, stand_of(subscription)
    if old.interval_months != agreement.interval_months and subscription.billing_starts_on is not None:
        subscription.billing_starts_on = on
        subscription.anchor_day = anchor_day(old, agreement, subscription.anchor_day, on)
    subscription.agreement = carried(old, agreement)
    subscription.book_code = agreement.book
    subscription.plan_code = agreement.plan_for(subscription.quantity).code
    subscription.locked_prices = {}
    if stand is not None and (old.sides or agreement.sides):
        _join(subscription, old, stand, on)


def _join(subscription: Subscription, old: Agreement, stand: Stand, on: date) -> None:
    """The charges beside the periods as the new plan has them; see `billing.rules.joining`."""
    agreement = subscription.terms
    after = joining.joined(old, agreement, stand, on, subscription.read)
    after = replace(
        after, starts_on=subscription.billing_starts_on or after.starts_on, anchor_day=subscription.anchor_day
    )
    subscription.addons = {code: plain(count) for code, count in after.addons.items()}
    subscription.charged = write_progress(after.progress)
    subscription.read = readings.unbilled(agreement, after, subscription.read)
    subscription.side_due_on = sides.next_due(agreement, after)


def leaving_lines(subscription: Subscription, agreement: Agreement, on: date) -> tuple[Line, ...]:
    """What is billed in arrears up to a change of plan on a day, as far as it has been reported (C15)."""
    stand = stand_of(subscription)
    if stand is None or not subscription.terms.sides:
        return ()
    return joining.leaving_lines(subscription.terms, agreement, stand, on, subscription.read)


def as_scheduled(subscription: Subscription) -> Subscription:
    """The subscription as the next period will find it: itself, or a copy with the change that waits."""
    change, start = scheduled_change(subscription), next_period_start(subscription)
    if change is None or start is None:
        return subscription
    changed = copy.copy(subscription)
    put_on(changed, change.agreement, start)
    return changed
