"""What a pause would do, and what is billed when it ends."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from billing.errors import PauseRefused
from billing.models import Subscription
from billing.rules import drafting, pausing, sides
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.pausing import By, Refusal, Situation
from billing.rules.progress import write_progress
from billing.rules.seats import BILLS_NOW, Decision, Outcome, decide
from billing.selectors.accounts import open_documents, standing_of
from billing.selectors.drafts import draft_next_period, draft_report, first_with_sides, waiting_lines
from billing.selectors.price_books import renewed_agreement
from billing.selectors.renewed import renewed_of
from billing.selectors.scheduled import as_scheduled
from billing.selectors.sides import stand_of
from billing.selectors.taxing import taxed
from plans.rules.catalogue import Pause
from plans.rules.periods import Period


@dataclass(frozen=True, slots=True)
class Pausing:
    """A pause of today: the day it ends, and the furthest day on which it could."""

    until: date
    furthest: date


def pause_of(subscription: Subscription) -> Pause | None:
    """The rules of pausing of the plan that the tenant is on; None where it has none."""
    return next((plan.pause for plan in subscription.terms.plans if plan.code == subscription.plan_code), None)


def pause_hindrance(subscription: Subscription, today: date, by: By = "customer") -> Refusal | None:
    """Why it cannot be paused now; None if it can."""
    due = (subscription.next_period_on, subscription.side_due_on)
    situation = Situation(
        status=Status(subscription.status),
        cancelling=subscription.cancel_on is not None,
        owing=bool(open_documents()),
        behind=any(day is not None and day <= today for day in due),
    )
    return pausing.hindrance(pause_of(subscription), by, situation)


def pausing_of(subscription: Subscription, today: date, until: date | None = None, by: By = "customer") -> Pausing:
    """A pause until a day, else for as long as the plan allows. Raises `PauseRefused`."""
    rules, refusal = pause_of(subscription), pause_hindrance(subscription, today, by)
    if rules is None or refusal is not None:
        raise refused(refusal or Refusal.NOT_OFFERED)
    furthest = pausing.furthest(rules, today)
    if until is not None and not pausing.ends_in_time(rules, today, until):
        raise PauseRefused(
            _("Jeda paling lama %(days)d hari, dan berakhir paling cepat besok.") % {"days": rules.max_days},
            field="until",
            code=Refusal.TOO_LONG.value,
            data={"furthest": furthest.isoformat()},
        )
    return Pausing(until or furthest, furthest)


def refused(refusal: Refusal) -> PauseRefused:
    """Why not, and what to do."""
    reasons = {
        Refusal.NOT_OFFERED: _("Paket ini tidak dapat dijeda."),
        Refusal.NOT_RUNNING: _("Hanya langganan yang aktif dapat dijeda."),
        Refusal.KEEP_FIRST: _("Langganan ini akan berhenti. Batalkan dahulu penghentiannya."),
        Refusal.PAY_FIRST: _("Bayar dahulu tagihan yang terbuka, lalu jeda langganan."),
        Refusal.BEHIND: _("Tagihan hari ini sedang diproses. Coba lagi sebentar."),
    }
    return PauseRefused(reasons[refusal], code=refusal.value)


def billed_on_return(subscription: Subscription, today: date) -> tuple[Draft, ...]:
    """The invoices that taking it up again on a day would issue; none within a period that is billed already.

    Those of `billing.services.dunning.steps.resume_billing`: what was interrupted in arrears, then the current period in full.
    """
    agreement, stand, found = subscription.terms, stand_of(subscription), list[Draft]()
    if stand is not None and agreement.sides:
        parts, stand = sides.resumed(agreement, stand, today)
        if parts:
            span = Period(min(part.period.start for part in parts), max(part.period.end for part in parts))
            found.append(taxed(drafting.dated(agreement, sides.lines_of(agreement, parts), today, span), agreement))
    if subscription.next_period_on is None or subscription.next_period_on > today:
        return (*found, *_billed_rise(subscription, today))
    back = copy(subscription)
    start = subscription.billing_starts_on or today
    back.next_period_on = drafting.period_on(agreement, start, subscription.anchor_day, today).start
    renewed = renewed_of(subscription)
    if renewed is not None and renewed.from_ == back.next_period_on:
        return tuple(found)
    if back.cancel_on is not None and back.cancel_on <= back.next_period_on:
        return tuple(found)
    back.charged = write_progress(stand.progress) if stand is not None else back.charged
    draft = _current_period(back, back.next_period_on, today)
    return (*found, draft) if draft.total else tuple(found)


def _current_period(back: Subscription, start: date, today: date) -> Draft:
    """The invoice of the period that runs, with what waited for it: rises that were gathered, a change of plan (C11)."""
    more, back = waiting_lines(back, start), as_scheduled(back)
    agreement, stand = renewed_agreement(back, back.terms, start), stand_of(back)
    draft, _locked = draft_next_period(back, agreement, today)
    if stand is not None:
        draft = first_with_sides(agreement, draft, stand)
    return taxed(replace(draft, lines=(*draft.lines, *more)), agreement)


def _billed_rise(subscription: Subscription, today: date) -> tuple[Draft, ...]:
    """A rise reported while nothing ran, billed for the days that are left of the period (X8)."""
    back = copy(subscription)
    back.status = Status.ACTIVE
    decision = rise_to_judge(back, today)
    if decision is None or decision.outcome not in BILLS_NOW:
        return ()
    draft = draft_report(back, back.terms, decision, back.quantity, today, today)
    return () if draft is None else (draft,)


def rise_to_judge(subscription: Subscription, today: date) -> Decision | None:
    """What becomes of a count reported while suspended or paused, now that it runs again; None where nothing waits.

    A rise that staff voided is not billed again by itself.
    """
    if subscription.quantity == subscription.billed_quantity:
        return None  # nothing to read on a visit of the daily jobs
    last = subscription.reports.filter(measure="").order_by("-created_at", "-pk").first()
    if last is None or last.outcome != Outcome.RECORDED.value:
        return None
    return decide(subscription.terms, standing_of(subscription, today), subscription.quantity)
