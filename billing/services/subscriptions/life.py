"""The life of an agreement: start, activation, renewal, quantity, cancelling, end."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.errors import StalePreview, WrongState
from billing.models import Document, Subscription
from billing.rules import drafting
from billing.rules.agreement import Agreement
from billing.rules.causes import caused_by
from billing.rules.lifecycle import Status, resting_status
from billing.selectors.accounts import is_overdue, living_subscription, open_documents
from billing.selectors.drafts import draft_next_period
from billing.selectors.endings import Ending, ending_of
from billing.selectors.price_books import renewed_agreement
from billing.selectors.taxing import taxed
from billing.services.charges.gathering import bill_gathered, take_gathered
from billing.services.charges.schedules import add_parts, close_schedule, drop_exit_fee
from billing.services.charges.sides import (
    bill_sides,
    close_sides,
    forget_sides,
    paid_before,
    sides_come_first,
    with_sides,
)
from billing.services.documents.invoicing import issue_draft
from billing.services.standing import move, record, refresh
from billing.services.subscriptions.early_renewals import drop_unpaid, take_renewed
from billing.services.subscriptions.price_notices import watch_prices
from billing.services.subscriptions.scheduling import drop_scheduled_change, record_taken, take_scheduled_change
from plans.rules.catalogue import RuleName
from plans.rules.money import plain
from plans.rules.periods import Period
from tenants.context import writing
from tenants.models import Tenant
from tenants.rows import keep


@dataclass(frozen=True, slots=True)
class Start:
    """How a subscription begins. `anchor_day` is the day of the month that periods return to (rule "Anchor"): the day of
    sign-up where the trial is counted in months (31 January → 28 February → … → 31), else the day billing begins."""

    on: date
    quantity: Decimal
    anchor_day: int
    trial_ends_on: date | None = None
    addons: Mapping[str, Decimal] = field(default_factory=dict)


def start_subscription(*, tenant: Tenant, agreement: Agreement, start: Start) -> Subscription:
    """Make the agreement: free at once (X1), on trial (X5, K6), or billed at once."""
    with writing(tenant) as locked:
        plan = agreement.plan_for(start.quantity)
        subscription = Subscription(
            product_code=agreement.product,
            plan_code=plan.code,
            book_code=agreement.book,
            status=Status.ACTIVE,
            agreement=agreement,
            quantity=start.quantity,
            addons={code: plain(count) for code, count in start.addons.items()},
            charged=paid_before(agreement, start.on),
            signed_up_on=start.on,
            anchor_day=start.anchor_day,
            reminded_through=start.on,
        )
        if agreement.is_free(start.quantity):
            subscription.status = Status.FREE
        elif start.trial_ends_on is not None:
            subscription.status, subscription.trial_ends_on = Status.TRIALING, start.trial_ends_on
        keep(subscription)
        _open(locked, subscription, start)
        refresh(locked, subscription, start.on)
    return subscription


def _open(tenant: Tenant, subscription: Subscription, start: Start) -> None:
    if subscription.status == Status.TRIALING:
        ends = start.trial_ends_on.isoformat() if start.trial_ends_on else ""
        record(tenant, subscription, "trial.started", start.on, trial_ends=ends)
        return
    if subscription.status != Status.ACTIVE:
        record(tenant, subscription, "subscription.activated", start.on)
        return
    term = first_term(subscription, start.on)
    record(tenant, subscription, "subscription.activated", start.on, period=term)
    begin_billing(subscription, start.on, anchor_day=start.anchor_day)
    bill_period(tenant, subscription, start.on)


def begin_billing(subscription: Subscription, on: date, *, anchor_day: int) -> None:
    """Periods are counted from `on`, and offers with them; the anchor day is the one to return to after a shorter month."""
    forget_sides(subscription)
    watch_prices(subscription, on)
    subscription.agreement = drafting.begun(subscription.terms, on, anchor_day)
    subscription.billing_starts_on, subscription.anchor_day = on, anchor_day
    subscription.next_period_on, subscription.trial_ends_on = on, None


def activate_subscription(tenant: Tenant, subscription: Subscription, today: date, *, starts_on: date) -> None:
    """The trial is over: billing begins on `starts_on`, the first invoice is issued now (X7, K6). The caller holds the lock."""
    move(subscription, Status.ACTIVE)
    begin_billing(subscription, starts_on, anchor_day=subscription.anchor_day)
    keep(subscription)
    record(tenant, subscription, "subscription.activated", today, period=first_term(subscription, starts_on))
    bill_period(tenant, subscription, today)


def first_term(subscription: Subscription, on: date) -> dict[str, str]:
    """The term that begins on a day, as an event tells it: the next bill may be one of what is charged beside the term, long
    before its end.
    """
    return _told(drafting.first_period(subscription.terms, on, subscription.anchor_day))


def _told(period: Period) -> dict[str, str]:
    return {"from": period.start.isoformat(), "to": period.end.isoformat()}


def bill_period(
    tenant: Tenant, subscription: Subscription, today: date, *, cause: RuleName | None = None
) -> Document | None:
    """Issue the next period's invoice and move on to the period after it; or what is due beside it, if that is earlier.

    A term that was renewed early begins without an invoice (X4). X9: a quantity that has become free turns the subscription
    free instead. A change of plan that was scheduled holds from this period on (C11). `cause` is named on the lines.
    """
    if sides_come_first(subscription):
        return bill_sides(tenant, subscription, today)
    if take_renewed(tenant, subscription, today):
        return bill_gathered(tenant, subscription, today)
    taken = take_scheduled_change(subscription)
    renewal = subscription.period_to is not None
    # By the period's own day: a run that is late over New Year must not take next year's book (X3).
    agreement = renewed_agreement(subscription, subscription.terms, subscription.next_period_on or today)
    if agreement.is_free(subscription.quantity):
        turn_free(tenant, subscription, today)
        record_taken(tenant, subscription, taken, today, 0)
        return bill_gathered(tenant, subscription, today)
    draft, locked = draft_next_period(subscription, agreement, today)
    draft = draft if cause is None else caused_by(draft, agreement, cause)
    _enter_period(subscription, agreement, draft.period, locked)
    draft = with_sides(subscription, agreement, draft, draft.period.start)
    more = (*take_gathered(subscription), *(taken.lines if taken is not None else ()))
    draft = taxed(replace(draft, lines=(*draft.lines, *more)), agreement)
    keep(subscription)
    record_taken(tenant, subscription, taken, today, draft.total)
    if renewal:
        record(tenant, subscription, "subscription.renewed", today, period=_told(draft.period), amount=draft.total)
    return issue_draft(tenant, subscription, draft)


def _enter_period(subscription: Subscription, agreement: Agreement, period: Period, locked: Mapping[str, str]) -> None:
    """The subscription as it stands within a period, for today's quantity; `locked`: the prices that hold from now on."""
    subscription.agreement, subscription.book_code = agreement, agreement.book
    subscription.plan_code = agreement.plan_for(subscription.quantity).code
    subscription.locked_prices, subscription.billed_quantity = locked, subscription.quantity
    subscription.period_from, subscription.period_to = period.start, period.end
    subscription.next_period_on = period.end


def turn_free(tenant: Tenant, subscription: Subscription, on: date) -> None:
    """Free Forever (X9): no period runs, nothing is billed until the quantity grows."""
    move(subscription, Status.FREE)
    subscription.plan_code = subscription.terms.plan_for(subscription.quantity).code
    subscription.period_from = subscription.period_to = subscription.next_period_on = None
    subscription.trial_ends_on = subscription.billing_starts_on = subscription.suspended_on = None
    subscription.paused_on = subscription.paused_until = None
    forget_sides(subscription)
    drop_exit_fee(subscription)
    subscription.billed_quantity, subscription.locked_prices, subscription.scheduled_change = Decimal(0), {}, None
    subscription.renewed_early = subscription.price_notice_on = None
    keep(subscription)
    record(tenant, subscription, "subscription.changed", on, change="free")


def settle_status(subscription: Subscription, today: date) -> None:
    """Put a paying subscription where it rests: past due, cancelled or active."""
    if subscription.status in {Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED}:
        overdue = is_overdue(open_documents(), today)
        resting = resting_status(overdue=overdue, cancelling=subscription.cancel_on is not None)
        if resting is not Status.PAST_DUE or subscription.status == Status.PAST_DUE:
            move(subscription, resting)


@dataclass(frozen=True, slots=True)
class Leaving:
    """How somebody leaves: `on` a day (else the earliest), exactly on the day and for the fee (rupiah before tax) that were
    `agreed` in a preview; `waived` where staff do not insist on the notice, `no_fee` where they let the fee go."""

    on: date | None = None
    agreed: date | None = None
    agreed_fee: int | None = None
    waived: bool = False
    no_fee: bool = False

    def agrees(self, ending: Ending) -> bool:
        """Whether an end is what was shown."""
        fee = ending.fee.amount if ending.fee else 0
        return self.agreed in {None, ending.on} and self.agreed_fee in {None, fee}

    def tells(self, ending: Ending) -> dict[str, Any]:
        """What the event says: the day, and the fee that is to be paid, or that staff let go (rupiah before tax)."""
        told: dict[str, Any] = {"ends": ending.on.isoformat()}
        return told if ending.fee is None else told | {"waived_fee" if self.no_fee else "exit_fee": ending.fee.amount}


EARLIEST = Leaving()


def cancel_subscription(*, tenant: Tenant, today: date, reason: str = "", leaving: Leaving = EARLIEST) -> Subscription:
    """Cancel: effective at the end of the contract that the notice reaches (C8), without notice of the paid period (K15); a
    trial at its end; a free plan at once. The fee of leaving a contract early is billed on the day it ends. Raises
    `EndNotPossible`, and `StalePreview` where it is not as agreed."""
    with writing(tenant) as locked:
        subscription = living_subscription()
        if subscription.cancel_on is not None:
            return subscription
        ending = ending_of(subscription, today, leaving.on, waived=leaving.waived)
        if not leaving.agrees(ending):
            raise StalePreview(_("Hari berakhirnya sudah berbeda. Lihat kembali sebelum menyetujui."))
        _set_end(locked, subscription, today, ending, reason, charge=not leaving.no_fee)
        told = leaving.tells(ending)
        record(locked, subscription, "subscription.cancel_scheduled", today, cause=reason, **told)
        if ending.on <= today:
            if subscription.status != Status.SUSPENDED:
                close_sides(locked, subscription, today)
            end_subscription(locked, subscription, today)
        refresh(locked, subscription, today)
    return subscription


def _set_end(
    tenant: Tenant, subscription: Subscription, today: date, ending: Ending, reason: str, *, charge: bool
) -> None:
    """It runs to that day, and nothing that was planned or offered for later holds; with the fee of leaving if `charge`."""
    drop_unpaid(tenant, subscription, today)
    subscription.cancel_on, subscription.cancel_reason = ending.on, reason[:300]
    if charge and ending.fee is not None:
        add_parts(subscription, [ending.fee])
    drop_scheduled_change(tenant, subscription, today, told=False)
    if subscription.status in {Status.ACTIVE, Status.TRIALING}:
        move(subscription, Status.CANCELLED)
    keep(subscription)


def keep_subscription(*, tenant: Tenant, today: date, reason: str = "") -> Subscription:
    """Take a cancellation back while it has not taken effect."""
    with writing(tenant) as locked:
        subscription = living_subscription()
        if subscription.cancel_on is None:
            raise WrongState(_("Tidak ada penghentian yang dijadwalkan."))
        subscription.cancel_on, subscription.cancel_reason = None, ""
        drop_exit_fee(subscription)
        if subscription.status == Status.CANCELLED:
            move(subscription, Status.TRIALING if subscription.trial_ends_on else Status.ACTIVE)
        if subscription.billing_starts_on is not None:
            subscription.price_told_to, subscription.price_notice_on = None, today  # who stays is told what others were
        keep(subscription)
        settle_status(subscription, today)
        record(locked, subscription, "subscription.changed", today, cause=reason, change="kept")
        refresh(locked, subscription, today)
    return subscription


def end_subscription(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """The agreement is over: access closes, nothing more is billed; what is open stays owed."""
    trial = subscription.trial_ends_on is not None
    close_schedule(tenant, subscription, today)
    bill_gathered(tenant, subscription, today)
    move(subscription, Status.ENDED)
    subscription.ended_on, subscription.suspended_on = today, None
    subscription.paused_on = subscription.paused_until = None
    subscription.scheduled_change = subscription.renewed_early = None
    subscription.next_period_on = subscription.trial_ends_on = subscription.price_notice_on = None
    keep(subscription)
    if trial:
        record(tenant, subscription, "trial.ended", today, outcome="cancelled")
    record(tenant, subscription, "subscription.cancelled", today)


def current_period(subscription: Subscription, agreement: Agreement, today: date) -> Period:
    """The period today falls in, on the old anchor: billing goes on with it after a suspension."""
    start = subscription.billing_starts_on or today
    return drafting.period_on(agreement, start, subscription.anchor_day, today)
