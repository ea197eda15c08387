"""Starting, extending and ending trials. Billing knows no trials; this drives it."""

from datetime import date

from django.utils.translation import gettext as _

from billing.errors import NoSubscription
from billing.models import Subscription
from billing.rules.lifecycle import Status
from billing.selectors.accounts import living_subscription
from billing.services.offers.discounts import give_discount
from billing.services.standing import move, record, refresh
from billing.services.subscriptions.life import Start, activate_subscription, start_subscription
from plans.services.onboarding import begin_onboarding
from tenants.context import inside, writing
from tenants.models import Tenant
from tenants.rows import change
from tenants.services.numbering import take_number
from trials.errors import NoTrial
from trials.models import Trial
from trials.rules.periods import anchor_day, trial_end
from trials.selectors.quotes import Wish, quote
from trials.services.pilots import open_duties

PILOT = "pilot"


def begin_subscription(*, tenant: Tenant, wish: Wish, with_trial: bool = True) -> Subscription:
    """Agree to what is on sale: with the plan's trial for a new tenant (X5, K6), free at once where the plan is free."""
    made = quote(wish)
    ends = made.trial_ends_on if with_trial else None
    anchor = anchor_day(made.offer.trial if with_trial else None, wish.on)
    with writing(tenant):
        subscription = start_subscription(
            tenant=tenant, agreement=made.agreement, start=Start(wish.on, wish.quantity, anchor, ends, made.addons)
        )
        if ends is not None:
            Trial.objects.create(subscription_id=subscription.pk, starts_on=wish.on, ends_on=ends)
        begin_onboarding(tenant=tenant, stages=made.offer.product.onboarding, plan=made.offer.plan.code, on=wish.on)
    return subscription


def grant_pilot(*, tenant: Tenant, reason: str, today: date) -> Subscription:
    """Give a running trial the pilot's length, counted from sign-up, as long as there are places (K6: five), and the offers
    that come with it (C3).

    The places are a gapless series: two grants at the same instant cannot both take the last one.
    """
    with writing(tenant) as locked:
        subscription = living_subscription()
        trial = Trial.objects.filter(subscription_id=subscription.pk).first()
        pilot = next((plan.pilot for plan in subscription.terms.plans if plan.pilot is not None), None)
        if trial is None or pilot is None:
            raise NoTrial(_("Paket ini tidak memiliki program pilot."), code="no_pilot")
        if trial.outcome == PILOT:
            raise NoTrial(_("Tenant ini sudah menjadi pilot."), code="pilot_already")
        series = f"pilot:{subscription.product_code}"
        if take_number(series=series, kind=PILOT, year=0) > pilot.places:
            raise NoTrial(
                _("Seluruh %(places)d tempat pilot sudah terisi.") % {"places": pilot.places}, code="pilot_full"
            )
        Trial.objects.filter(pk=trial.pk).update(outcome=PILOT)
        for code in pilot.offers:
            give_discount(locked, subscription, code, reason=reason, today=today)
        open_duties(locked, subscription, pilot.duties, today)
        ends_on = trial_end(pilot.trial, trial.starts_on)
        return extend_trial(tenant=locked, ends_on=ends_on, reason=reason, today=today)


def end_due_trial(*, tenant: Tenant, today: date) -> None:
    """Turn a trial that is over into a paying subscription: the first invoice is issued (X7). Safe to repeat.

    Late runs issue today, but the term runs from the trial's end.
    """
    with writing(tenant) as locked:
        subscription = _over(today)
        if subscription is None or subscription.trial_ends_on is None:
            return
        ended = subscription.trial_ends_on
        change(Trial, {"subscription_id": subscription.pk}, ended_on=today, outcome="paid")
        move(subscription, Status.ACTIVE)  # before it is told: an event says how things stand after it
        record(locked, subscription, "trial.ended", today, outcome="paid")
        activate_subscription(locked, subscription, today, starts_on=ended)
        refresh(locked, subscription, today)


def _over(today: date) -> Subscription | None:
    """The subscription whose trial is over."""
    try:
        subscription = living_subscription()
    except NoSubscription:
        return None
    ends = subscription.trial_ends_on
    return subscription if subscription.status == Status.TRIALING and ends is not None and ends <= today else None


def extend_trial(*, tenant: Tenant, ends_on: date, reason: str, today: date) -> Subscription:
    """Give a running trial another last day, with a reason; reminders are planned anew."""
    with writing(tenant) as locked:
        subscription = living_subscription()
        if subscription.status != Status.TRIALING or subscription.trial_ends_on is None:
            raise NoTrial(_("Tenant ini tidak sedang dalam masa coba."), field="ends_on")
        if ends_on <= today:
            raise NoTrial(_("Akhir masa coba harus setelah hari ini."), field="ends_on", code="date_not_in_future")
        before = subscription.trial_ends_on
        subscription.trial_ends_on, subscription.anchor_day = ends_on, ends_on.day
        subscription.save()
        Trial.objects.filter(subscription_id=subscription.pk).update(
            ends_on=ends_on, extended_from=before, extension_reason=reason[:300]
        )
        facts = {"change": "trial_extended", "from": before.isoformat(), "to": ends_on.isoformat()}
        record(locked, subscription, "subscription.changed", today, cause=reason, **facts)
        refresh(locked, subscription, today)
    return subscription


def running_trial(tenant: Tenant) -> Trial | None:
    """The tenant's trial that has not ended."""
    with inside(tenant):
        return Trial.objects.filter(ended_on__isnull=True).order_by("-starts_on", "-pk").first()
