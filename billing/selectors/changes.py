"""What a change of plan would do, computed by what carries it out: in money and dates, nothing written (C11)."""

import copy
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.errors import ChangeRefused
from billing.models import Subscription
from billing.rules import drafting
from billing.rules.agreement import Agreement, agree
from billing.rules.change_verdicts import Outcome, Place, Refusal, Situation, Verdict, hindrance, judge, judge_contract
from billing.rules.changes import Ledger, Net, Switch, draft_switch, net_of
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.moved_agreements import moved
from billing.rules.tax_amounts import Taxation, payable
from billing.selectors.accounts import is_overdue, open_documents
from billing.selectors.drafts import forecast
from billing.selectors.scheduled import (
    Scheduled,
    leaving_lines,
    next_period_start,
    place_of,
    put_on,
    scheduled_change,
)
from billing.selectors.taxing import taxation_of, taxed
from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue, Plan
from plans.rules.money import format_number
from plans.rules.offer import intervals_of, make_contract, make_offer, named_book, named_plan
from plans.rules.periods import Period, whole_period_of
from plans.rules.plan_changes import ChangeBilling, ChangeRule, ChangeWhen
from plans.rules.variants import vary
from plans.selectors.catalogue import catalogue_of

CONTRACT_RULE = "C1"
CLOSED = frozenset({Status.SUSPENDED, Status.PAUSED, Status.ENDED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; what is not named stays as it is.

    `price` is the one agreed on for a period of a plan sold by contract, in rupiah; staff alone name one, and with `waits` it
    holds from the next period on (C1).
    """

    plan: str | None = None
    interval_months: int | None = None
    price: int | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan and interval of the kept price book; `price` is a whole period at today's quantity, in rupiah."""

    agreement: Agreement
    place: Place
    verdict: Verdict
    price: int

    @property
    def plan(self) -> Plan:
        """The plan itself."""
        return next(plan for plan in self.agreement.plans if plan.code == self.place.plan)


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
    agreement = subscription.terms
    catalogue = vary(catalogue_of(agreement.product), agreement.variants)
    situation, taxation = _situation(subscription, today), taxation_of(agreement, today)
    old = _here(subscription, taxation)
    new = _choice(subscription, agreement, catalogue, wanted, situation, taxation)
    if new.verdict.refusal is not None:
        raise refused(subscription, new.verdict.refusal, new.plan)
    scheduled = scheduled_change(subscription)
    return _previewed(subscription, old, new, scheduled, today)


def choices_of(subscription: Subscription, today: date) -> tuple[Choice, ...]:
    """Where the tenant may be: where it is, and every place that the catalogue declares a change to, in its order."""
    return room_of(subscription, today)[0]


def room_of(subscription: Subscription, today: date) -> tuple[tuple[Choice, ...], ChangeRefused | None]:
    """Where the tenant may be, and why nothing can be changed now, whatever is wanted."""
    situation = _situation(subscription, today)
    return _choices(subscription, today, situation), _hindered(subscription, situation)


def obstacle(subscription: Subscription, today: date) -> ChangeRefused | None:
    """Why nothing can be changed now, whatever is wanted."""
    return _hindered(subscription, _situation(subscription, today))


def _hindered(subscription: Subscription, situation: Situation) -> ChangeRefused | None:
    refusal = hindrance(situation)
    here = subscription.terms.plan_for(subscription.quantity)
    return None if refusal is None else refused(subscription, refusal, here)


def _choices(subscription: Subscription, today: date, situation: Situation) -> tuple[Choice, ...]:
    agreement = subscription.terms
    catalogue = vary(catalogue_of(agreement.product), agreement.variants)
    book, found = named_book(catalogue, agreement.book), []
    taxation = taxation_of(agreement, today)
    for plan in _reachable(catalogue, subscription):
        for months in intervals_of(book, plan):
            try:
                choice = _choice(subscription, agreement, catalogue, Wanted(plan.code, months), situation, taxation)
            except CatalogueError:
                continue  # not to be had at this quantity, or by contract alone: no choice
            if choice.verdict.refusal is not Refusal.NOT_OFFERED:
                found.append(choice)
    return tuple(found)


def _reachable(catalogue: Catalogue, subscription: Subscription) -> list[Plan]:
    if catalogue.product.plan_choice == "by_quantity":
        return [plan for plan in catalogue.plans if subscription.quantity in plan.quantity]
    return list(catalogue.plans)


def _here(subscription: Subscription, taxation: Taxation | None) -> Choice:
    agreement, quantity = subscription.terms, subscription.quantity
    price = agreement.price_of(quantity, subscription.locked_prices)
    shown = payable(price, taxation)
    return Choice(agreement, place_of(agreement, quantity), Verdict(Outcome.UNCHANGED), shown)


def _choice(
    subscription: Subscription,
    agreement: Agreement,
    catalogue: Catalogue,
    wanted: Wanted,
    situation: Situation,
    taxation: Taxation | None,
) -> Choice:
    """The wanted place with its agreement, judged."""
    here, quantity = place_of(agreement, subscription.quantity), subscription.quantity
    plan = named_plan(catalogue, wanted.plan or here.plan)
    if agreement.plan_choice == "by_quantity" and plan.code != here.plan:
        place = Place(plan.code, agreement.interval_months)
        return Choice(_for_show(agreement, plan), place, Verdict(None, Refusal.QUANTITY_DECIDES), 0)
    if wanted.price is not None:
        return _contract(subscription, agreement, catalogue, plan, wanted, situation, taxation)
    months = wanted.interval_months or _usual_interval(catalogue, agreement, plan)
    place = Place(plan.code, months)
    to = agreement if place == here else _agreement_at(subscription, agreement, catalogue, place)
    verdict = judge(catalogue.product.changes, here, place, situation, free=to.is_free(quantity))
    locked = subscription.locked_prices if place == here else None
    return Choice(to, place, verdict, payable(to.price_of(quantity, locked), taxation))


def _contract(
    subscription: Subscription,
    agreement: Agreement,
    catalogue: Catalogue,
    plan: Plan,
    wanted: Wanted,
    situation: Situation,
    taxation: Taxation | None,
) -> Choice:
    """A plan sold by contract at the price agreed on; the same price again changes nothing."""
    quantity, price = subscription.quantity, wanted.price or 0
    months = wanted.interval_months or agreement.interval_months
    here, place = place_of(agreement, quantity), Place(plan.code, months)
    offer = make_contract(
        catalogue, plan=plan.code, quantity=quantity, interval_months=months, price=price, book=agreement.book
    )
    to = moved(agreement, agree(catalogue, offer, agreement.variants))
    if place == here and agreement.price_of(quantity) == price and situation.scheduled is None:
        return Choice(agreement, here, Verdict(Outcome.UNCHANGED), payable(price, taxation))
    when = ChangeWhen.PERIOD_END if wanted.waits else ChangeWhen.NOW
    rule = ChangeRule(when=when, billing=ChangeBilling.PRO_RATA, rule=CONTRACT_RULE)
    return Choice(to, place, judge_contract(here, place, situation, rule), payable(price, taxation))


def _for_show(agreement: Agreement, plan: Plan) -> Agreement:
    return agreement.model_copy(update={"plans": (plan,)})


def _usual_interval(catalogue: Catalogue, agreement: Agreement, plan: Plan) -> int:
    """The running interval where the plan has it, else the plan's shortest."""
    offered = intervals_of(named_book(catalogue, agreement.book), plan)
    if agreement.interval_months in offered or not offered:
        return agreement.interval_months
    return offered[0]


def _agreement_at(subscription: Subscription, agreement: Agreement, catalogue: Catalogue, place: Place) -> Agreement:
    """The agreement on another place, under the kept price book (X3) and in the variants of the sign-up (K13)."""
    offer = make_offer(
        catalogue,
        plan=place.plan,
        quantity=subscription.quantity,
        interval_months=place.interval_months,
        on=subscription.signed_up_on,
        book=agreement.book,
    )
    return moved(agreement, agree(catalogue, offer, agreement.variants))


def _situation(subscription: Subscription, today: date) -> Situation:
    scheduled, status = scheduled_change(subscription), Status(subscription.status)
    due = [day for day in (subscription.trial_ends_on, subscription.next_period_on) if day is not None]
    return Situation(
        status=status,
        cancelling=subscription.cancel_on is not None,
        overdue=is_overdue(open_documents(), today),
        behind=status not in CLOSED and any(day <= today for day in due),
        renewed=subscription.renewed_early is not None,
        scheduled=place_of(scheduled.agreement, subscription.quantity) if scheduled else None,
    )


def refused(subscription: Subscription, refusal: Refusal, plan: Plan) -> ChangeRefused:
    """Why not, and what to do, as an error on field "plan"."""
    agreement, language = subscription.terms, get_language() or "id"
    here = agreement.plan_for(subscription.quantity)
    values = {
        "wanted": plan.name.of(language),
        "plan": here.name.of(language),
        "count": f"{format_number(subscription.quantity)} {agreement.unit.of(language)}",
        "unit": agreement.unit.of(language),
    }
    words = {
        Refusal.QUANTITY_DECIDES: _(
            "Jumlah %(unit)s menentukan paketnya: dengan %(count)s paketnya %(plan)s, bukan %(wanted)s. "
            "Laporkan jumlah yang baru bila berubah."
        ),
        Refusal.NOT_OFFERED: _("Perubahan dari %(plan)s ke %(wanted)s tidak ditawarkan. Hubungi kami."),
        Refusal.PAY_FIRST: _("Bayar dahulu tagihan yang lewat jatuh tempo, lalu ganti paket."),
        Refusal.RESUME_FIRST: _("Langganan ini sedang dijeda. Aktifkan dahulu, lalu ganti paket."),
        Refusal.KEEP_FIRST: _("Langganan ini akan berhenti. Batalkan dahulu penghentiannya, lalu ganti paket."),
        Refusal.RENEWED: _("Masa berikutnya sudah diperpanjang untuk paket ini. Ganti paket sesudah masa itu mulai."),
        Refusal.BEHIND: _("Tagihan hari ini sedang disiapkan. Coba lagi beberapa menit lagi."),
    }
    return ChangeRefused(words[refusal] % values, field="plan", code=refusal.value, data={"plan": here.code})


# --- what it does ----------------------------------------------------------------------------------------------------


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


def _new_term(changed: Subscription, agreement: Agreement, today: date) -> Draft:
    """Free until now: a whole period from today, and `changed` as it stands after it."""
    put_on(changed, agreement, today)
    period = drafting.first_period(agreement, today, today.day)
    draft = drafting.draft_period(
        agreement, changed.quantity, period, today.day, today, agreement.lock(changed.quantity)
    )
    changed.status, changed.billing_starts_on, changed.anchor_day = Status.ACTIVE, today, today.day
    changed.period_from, changed.period_to, changed.next_period_on = period.start, period.end, period.end
    return draft


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
