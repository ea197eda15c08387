"""What a change of plan would do, computed by what carries it out: in money and dates, nothing written (C11)."""

import copy
from dataclasses import dataclass, replace
from datetime import date

from billing.models import Subscription
from billing.rules import drafting, sides
from billing.rules.agreement import Agreement
from billing.rules.change_verdicts import Outcome, Verdict
from billing.rules.changes import Ledger, Net, Switch, draft_switch, net_of
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.progress import write_progress
from billing.selectors.change_choices import Choice, Wanted, from_to, refused
from billing.selectors.drafts import first_with_sides, forecast
from billing.selectors.scheduled import Scheduled, leaving_lines, next_period_start, put_on, scheduled_change
from billing.selectors.sides import begun_anew
from billing.selectors.taxing import taxed
from plans.rules.periods import Period, whole_period_of


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """What a change does: `draft` is invoiced today (None: nothing), `upcoming` is the next invoice after the change and
    `before` the one without it, `dropped` the scheduled change that it replaces. `on` is the day from which it holds.
    """

    old: Choice
    new: Choice
    verdict: Verdict
    on: date
    net: Net | None
    draft: Draft | None
    upcoming: Draft | None
    before: Draft | None
    dropped: Scheduled | None

    @property
    def outcome(self) -> Outcome:
        """What becomes of it."""
        return self.verdict.outcome or Outcome.UNCHANGED


def preview_change(*, subscription: Subscription, wanted: Wanted, today: date) -> ChangePreview:
    """What would happen, or a `ChangeRefused` that says why not, or a `CatalogueError` for what is not on sale."""
    old, new = from_to(subscription, wanted, today)
    if new.verdict.refusal is not None:
        raise refused(subscription, new.verdict.refusal, new.plan)
    scheduled = scheduled_change(subscription)
    return _previewed(subscription, old, new, scheduled, today)


def _previewed(
    subscription: Subscription, old: Choice, new: Choice, scheduled: Scheduled | None, today: date
) -> ChangePreview:
    outcome, net, draft = new.verdict.outcome, None, None
    changed, on = copy.copy(subscription), today
    if outcome is Outcome.PERIOD_END and new.verdict.kind is not None:
        on = next_period_start(subscription) or today
        changed.scheduled_change = Scheduled(on, new.verdict.kind, new.place.plan, new.agreement).stored()
    elif outcome is Outcome.NEW_TERM:
        draft = taxed(_new_term(changed, new.agreement, today), new.agreement)
    elif outcome in {Outcome.TRIAL, Outcome.NOW}:
        net, draft = _switched(subscription, new, today)
        put_on(changed, new.agreement, today)
    if outcome is Outcome.UNCHANGED and scheduled is not None:
        on = scheduled.on
    elif outcome is not Outcome.PERIOD_END:
        changed.scheduled_change = None
    before, upcoming = forecast(subscription, today), forecast(changed, today)
    return ChangePreview(old, new, new.verdict, on, net, draft, upcoming, before, scheduled)


def _switched(subscription: Subscription, new: Choice, today: date) -> tuple[Net | None, Draft | None]:
    """The net line of a change within a running period; nothing where none runs (a trial, a free plan)."""
    rule = new.verdict.rule
    if rule is None or subscription.period_from is None or subscription.period_to is None:
        return None, None
    agreement, period = subscription.terms, Period(subscription.period_from, subscription.period_to)
    anchor = agreement.anchor.day(subscription.anchor_day)
    switch = Switch(
        old=agreement,
        new=new.agreement,
        billed=subscription.billed_quantity,
        locked=subscription.locked_prices,
        period=period,
        whole=whole_period_of(period, anchor, agreement.interval_months),
        on=max(today, period.start),
        rule=rule,
    )
    net = net_of(switch, Ledger.model_validate(subscription.change_ledger))
    draft = _with_leaving(draft_switch(switch, net, today), subscription, new.agreement, today)
    return net, None if draft is None else taxed(draft, new.agreement)


def _with_leaving(draft: Draft | None, subscription: Subscription, agreement: Agreement, today: date) -> Draft | None:
    """The change's invoice with what the old plan bills afterwards, up to today (C15)."""
    lines = leaving_lines(subscription, agreement, today)
    if not lines:
        return draft
    if draft is not None:
        return replace(draft, lines=(*draft.lines, *lines))
    span = Period(min(line.period.start for line in lines), max(line.period.end for line in lines))
    return drafting.dated(agreement, lines, today, span)


def _new_term(changed: Subscription, new: Agreement, today: date) -> Draft:
    """Free until now: a whole period from today with what is due beside it, and `changed` as it stands after it."""
    put_on(changed, new, today)
    agreement = drafting.begun(changed.terms, today, today.day)
    period = drafting.first_period(agreement, today, today.day)
    draft = drafting.draft_period(
        agreement, changed.quantity, period, today.day, today, agreement.lock(changed.quantity)
    )
    stand = begun_anew(changed, today, changed.quantity)
    after = sides.moved(agreement, stand, sides.due_parts(agreement, stand, today))
    changed.agreement, changed.charged = agreement, write_progress(after.progress)
    changed.side_due_on = sides.next_due(agreement, after)
    changed.status, changed.billing_starts_on, changed.anchor_day = Status.ACTIVE, today, today.day
    changed.period_from, changed.period_to, changed.next_period_on = period.start, period.end, period.end
    return first_with_sides(agreement, draft, stand)


def essence_of(preview: ChangePreview) -> str:
    """What a person agrees to when confirming: from where to where, when, both amounts, and the change it replaces.

    "starter/1:growth/1:now:2025-06-16:150000:2025-06-26:600000:" changes with the day, and when somebody else changes.
    """
    draft, upcoming, dropped = preview.draft, preview.upcoming, preview.dropped
    return ":".join(
        [
            f"{preview.old.place.plan}/{preview.old.place.interval_months}",
            f"{preview.new.place.plan}/{preview.new.place.interval_months}",
            preview.outcome.value,
            preview.on.isoformat(),
            f"{draft.total}:{draft.due_on.isoformat()}" if draft else "0",
            str(upcoming.total) if upcoming else "0",
            f"{dropped.plan_code}/{dropped.agreement.interval_months}" if dropped else "",
        ]
    )
