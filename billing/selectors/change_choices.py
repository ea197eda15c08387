"""Where a tenant may go from where it is: each plan and interval with its agreement, its price, and the verdict (C11)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.errors import ChangeRefused
from billing.models import Subscription
from billing.rules.agreement import Agreement, agree
from billing.rules.change_verdicts import Outcome, Place, Refusal, Situation, Verdict, hindrance, judge, judge_contract
from billing.rules.lifecycle import Status
from billing.rules.moved_agreements import moved
from billing.rules.tax_amounts import Taxation, payable
from billing.selectors.accounts import is_overdue, open_documents
from billing.selectors.scheduled import place_of, scheduled_change
from billing.selectors.taxing import taxation_of
from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue, Plan
from plans.rules.money import format_number
from plans.rules.offer import intervals_of, make_contract, make_offer, named_book, named_plan
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
class _Ground:
    """What all choices of a subscription are judged on, read once."""

    subscription: Subscription
    agreement: Agreement
    catalogue: Catalogue
    situation: Situation
    taxation: Taxation | None

    @property
    def here(self) -> Place:
        """Where it is."""
        return place_of(self.agreement, self.subscription.quantity)


def _ground(subscription: Subscription, today: date, situation: Situation) -> _Ground:
    agreement = subscription.terms
    catalogue = vary(catalogue_of(agreement.product), agreement.variants)
    return _Ground(subscription, agreement, catalogue, situation, taxation_of(agreement, today))


def from_to(subscription: Subscription, wanted: Wanted, today: date) -> tuple[Choice, Choice]:
    """Where the tenant is, and the judged place that it wants; a `CatalogueError` for what is not on sale."""
    ground = _ground(subscription, today, _situation(subscription, today))
    return _here(ground), _choice(ground, wanted)


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
    ground = _ground(subscription, today, situation)
    book, found = named_book(ground.catalogue, ground.agreement.book), []
    for plan in _reachable(ground.catalogue, subscription):
        for months in intervals_of(book, plan):
            try:
                choice = _choice(ground, Wanted(plan.code, months))
            except CatalogueError:
                continue  # not to be had at this quantity, or by contract alone: no choice
            if choice.verdict.refusal is not Refusal.NOT_OFFERED:
                found.append(choice)
    return tuple(found)


def _reachable(catalogue: Catalogue, subscription: Subscription) -> list[Plan]:
    if catalogue.product.plan_choice == "by_quantity":
        return [plan for plan in catalogue.plans if subscription.quantity in plan.quantity]
    return list(catalogue.plans)


def _here(ground: _Ground) -> Choice:
    price = ground.agreement.price_of(ground.subscription.quantity, ground.subscription.locked_prices)
    return Choice(ground.agreement, ground.here, Verdict(Outcome.UNCHANGED), payable(price, ground.taxation))


def _choice(ground: _Ground, wanted: Wanted) -> Choice:
    """The wanted place with its agreement, judged."""
    agreement, here, subscription = ground.agreement, ground.here, ground.subscription
    plan = named_plan(ground.catalogue, wanted.plan or here.plan)
    if agreement.plan_choice == "by_quantity" and plan.code != here.plan:
        place = Place(plan.code, agreement.interval_months)
        return Choice(_for_show(agreement, plan), place, Verdict(None, Refusal.QUANTITY_DECIDES), 0)
    if wanted.price is not None:
        return _contract(ground, plan, wanted, wanted.price)
    place = Place(plan.code, wanted.interval_months or _usual_interval(ground.catalogue, agreement, plan))
    to = agreement if place == here else _agreement_at(ground, place)
    free = to.is_free(subscription.quantity)
    verdict = judge(ground.catalogue.product.changes, here, place, ground.situation, free=free)
    locked = subscription.locked_prices if place == here else None
    return Choice(to, place, verdict, payable(to.price_of(subscription.quantity, locked), ground.taxation))


def _contract(ground: _Ground, plan: Plan, wanted: Wanted, price: int) -> Choice:
    """A plan sold by contract at the price agreed on; the same price again changes nothing."""
    agreement, here, quantity = ground.agreement, ground.here, ground.subscription.quantity
    place = Place(plan.code, wanted.interval_months or agreement.interval_months)
    offer = make_contract(
        ground.catalogue,
        plan=plan.code,
        quantity=quantity,
        interval_months=place.interval_months,
        price=price,
        book=agreement.book,
    )
    if place == here and agreement.price_of(quantity) == price and ground.situation.scheduled is None:
        return Choice(agreement, here, Verdict(Outcome.UNCHANGED), payable(price, ground.taxation))
    to = moved(agreement, agree(ground.catalogue, offer, agreement.variants))
    when = ChangeWhen.PERIOD_END if wanted.waits else ChangeWhen.NOW
    rule = ChangeRule(when=when, billing=ChangeBilling.PRO_RATA, rule=CONTRACT_RULE)
    return Choice(to, place, judge_contract(here, place, ground.situation, rule), payable(price, ground.taxation))


def _for_show(agreement: Agreement, plan: Plan) -> Agreement:
    return agreement.model_copy(update={"plans": (plan,)})


def _usual_interval(catalogue: Catalogue, agreement: Agreement, plan: Plan) -> int:
    """The running interval where the plan has it, else the plan's shortest."""
    offered = intervals_of(named_book(catalogue, agreement.book), plan)
    if agreement.interval_months in offered or not offered:
        return agreement.interval_months
    return offered[0]


def _agreement_at(ground: _Ground, place: Place) -> Agreement:
    """The agreement on another place, under the kept price book (X3) and in the variants of the sign-up (K13)."""
    offer = make_offer(
        ground.catalogue,
        plan=place.plan,
        quantity=ground.subscription.quantity,
        interval_months=place.interval_months,
        on=ground.subscription.signed_up_on,
        book=ground.agreement.book,
    )
    return moved(ground.agreement, agree(ground.catalogue, offer, ground.agreement.variants))


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
