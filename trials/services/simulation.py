"""Playing a customer's life on the production code path, in a throw-away tenant that is rolled back at the end."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from billing.errors import NoSubscription
from billing.rules.lifecycle import Status
from billing.selectors.accounts import balance_of, latest_subscription, living_subscription, open_documents
from billing.selectors.change_choices import Wanted
from billing.services.addons import AddonChange, change_addon
from billing.services.charges.purchases import Purchase, buy_item
from billing.services.charges.schedules import Signed, reach_milestone, sign_contract
from billing.services.charges.usage import Usage, day_of_report, report_usage
from billing.services.dunning.pausing import pause_subscription, resume_subscription
from billing.services.offers.discounts import grant_discount, take_back_discount
from billing.services.payments.receiving import Received, record_payment
from billing.services.standing import record
from billing.services.subscriptions.changes import change_plan
from billing.services.subscriptions.early_renewals import renew_early
from billing.services.subscriptions.life import Leaving, cancel_subscription, keep_subscription
from billing.services.subscriptions.quantities import Report, report_quantity
from partners.services.rewards import REWARD
from plans.rules.experiments import Assigned
from plans.rules.offer import choose_book
from plans.selectors.catalogue import catalogue_of
from plans.selectors.experiments import variants_shown
from tenants.context import SYSTEM, acting, inside, outside, writing
from tenants.errors import Conflict, DomainError
from tenants.models import Event, Tenant
from tenants.services.schemas import create_schema
from trials.errors import ScriptRefused
from trials.rules.script import Script, Step, refuse
from trials.selectors.quotes import Wish
from trials.services.companions import (
    be_referred,
    companion,
    follow_payments,
    join_with,
    joins_group,
    let_others_join,
    refer_another,
)
from trials.services.daily import is_due, live_day
from trials.services.played_gateway import PlayedGateway, charge, switch_off, switch_on
from trials.services.restarts import restart_subscription
from trials.services.trials import begin_subscription

Happening = dict[str, Any]


def simulate(script: Script) -> list[Happening]:
    """Everything that would happen, in order, one entry an event. Leaves no tenant, event, number or message behind.

    Each day the daily jobs run first, then that day's steps in the file's order, then whatever they make due at once. A
    step that the customer's state does not allow is told as `step.refused` and life goes on.
    """
    with transaction.atomic(), outside(), acting(SYSTEM):
        tenant = _throw_away(script)
        _live(tenant, script)
        happenings = [_told(event) for event in Event.objects.filter(tenant=tenant).order_by("id")]
        # Undoes the throw-away tenant with all that happened to it.
        transaction.set_rollback(True)
    return happenings


def _throw_away(script: Script) -> Tenant:
    # Its own schema name is its own number series, so no real series is locked while a year is played.
    tenant = companion(script.product, script.signup, script.timezone)
    create_schema(tenant=tenant)
    return tenant


def _live(tenant: Tenant, script: Script) -> None:
    _sign_up(tenant, script)
    card, debited = PlayedGateway(), any(step.do == "auto_debit" for step in script.events)
    # A card and a referral write after the jobs, and the row in hand does not show it.
    asks_daily = debited or script.referred
    for day in _days(script.signup, script.until):
        tenant.clock_on = day
        _live_if_due(tenant, day, certainly=asks_daily or day == script.signup)
        if debited:
            charge(tenant, day, card)
        steps = script.steps_of(day)
        for number, step in steps:
            try:
                _do(tenant, step, number, day)
                card.answers += step.answers or ()
            except (Conflict, NoSubscription) as refused:
                _tell_refusal(tenant, step, refused, day)
            except DomainError as error:
                raise refuse(number, step, str(error)) from error
        if steps:
            live_day(tenant, day)
        if script.referred:
            follow_payments(tenant, day)


def _live_if_due(tenant: Tenant, day: date, *, certainly: bool) -> None:
    """Nobody else writes to a throw-away tenant: after each `live_day` its row is true, and a quiet day needs no question."""
    if certainly or is_due(tenant, day):
        live_day(tenant, day)


def _sign_up(tenant: Tenant, script: Script) -> None:
    wish = Wish(
        script.product,
        script.quantity,
        script.signup,
        script.plan,
        script.interval_months,
        script.terms,
        dict(script.addons),
        variants=_variants(script),
        offers=script.offers,
        registration=script.registration,
        redeemed=True,
        anchor=script.anchor,
    )
    subscription = begin_subscription(tenant=tenant, wish=wish)
    if script.offers and joins_group(catalogue_of(script.product).offers, script.offers):
        with inside(tenant):
            join_with(tenant, subscription, wish, script.offers)
    if script.referred:
        be_referred(tenant, script.signup)


def _variants(script: Script) -> tuple[Assigned, ...]:
    """The variants of experiments that the customer saw, whether they run or not (K13)."""
    if not script.variants:
        return ()
    catalogue, nobody = catalogue_of(script.product), uuid4()
    book = choose_book(catalogue, script.signup).code
    shown = variants_shown(catalogue, {code: (variant, nobody) for code, variant in script.variants.items()})
    found = {item.assigned.experiment: item.assigned for item in shown if item.assigned.price_book == book}
    for experiment, variant in script.variants.items():
        if experiment not in found:
            said = f"“{experiment}: {variant}” is no variant of an experiment with {book}."
            raise ScriptRefused(said, field=f"variants.{experiment}", code="unknown_variant")
    return tuple(found[code] for code in script.variants)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _do(tenant: Tenant, step: Step, number: int, day: date) -> None:
    match step.do:
        case "pay":
            _pay(tenant, step, number, day)
        case "quantity" if step.value is not None:
            report_quantity(tenant=tenant, report=Report(step.value, day, "simulation"), today=day)
        case "addon" if step.addon is not None and step.value is not None:
            change = AddonChange(step.addon, step.value, "simulation")
            change_addon(tenant=tenant, change=change, today=day)
        case "buy" if step.item is not None and step.value is not None:
            key = f"simulation:{number}"
            purchase = Purchase(step.item, step.value, key, instalments=bool(step.instalments))
            buy_item(tenant=tenant, purchase=purchase, today=day)
        case "usage" if step.meter is not None and step.value is not None:
            _report_usage(tenant, step, step.meter, step.value, day)
        case "change_plan":
            change_plan(tenant=tenant, wanted=Wanted(step.plan, step.interval_months, step.amount), today=day)
        case _:
            _stop_or_go_on(tenant, step, day)


def _stop_or_go_on(tenant: Tenant, step: Step, day: date) -> None:
    match step.do:
        case "cancel":
            cancel_subscription(tenant=tenant, today=day, leaving=Leaving(on=step.ends_on))
        case "pause":
            pause_subscription(tenant=tenant, today=day, until=step.until)
        case "resume":
            resume_subscription(tenant=tenant, today=day)
        case "renew":
            renew_early(tenant=tenant, today=day)
        case "reactivate":
            _reactivate(tenant, day)
        case _:
            _as_staff(tenant, step, day)


def _as_staff(tenant: Tenant, step: Step, day: date) -> None:
    match step.do:
        case "offer" if step.offer is not None:
            grant_discount(tenant=tenant, code=step.offer, reason="simulation", today=day)
        case "offer_back" if step.offer is not None:
            take_back_discount(tenant=tenant, code=step.offer, reason="simulation", today=day)
        case "sign" if step.item is not None:
            sign_contract(tenant=tenant, signed=Signed(step.item, step.amount, "simulation"), today=day)
        case "milestone" if step.milestone is not None:
            reach_milestone(tenant=tenant, milestone=step.milestone, reason="simulation", today=day)
        case _:
            _with_others(tenant, step, day)


def _with_others(tenant: Tenant, step: Step, day: date) -> None:
    match step.do:
        case "refer":
            refer_another(tenant, day, step.amount or 0)
        case "auto_debit":
            switch_on(tenant, step.amount, day)
        case "auto_debit_off":
            switch_off(tenant, day)
        case "join" if step.offer is not None and step.value is not None:
            let_others_join(tenant, step.offer, int(step.value), day)


def _report_usage(tenant: Tenant, step: Step, meter: str, value: Decimal, day: date) -> None:
    """A correction is of the day of the report it corrects (C15)."""
    with inside(tenant):
        earlier = day_of_report(step.corrects) if step.corrects else None
    usage = Usage(meter, value, step.day or earlier or day, "simulation", step.key, step.corrects or "")
    report_usage(tenant=tenant, usage=usage, today=day)


def _tell_refusal(tenant: Tenant, step: Step, refused: DomainError, day: date) -> None:
    """A step that the customer's state does not allow (who owes changes no plan; students decide a school's plan) is told
    with its reason as `step.refused`, and life goes on. What the file has wrong, such as an unknown plan, stops the play.
    """
    with writing(tenant) as locked:
        subscription = latest_subscription()
        if subscription is not None:
            facts = {"do": step.do, "code": refused.code, "reason": refused.message}
            record(locked, subscription, "step.refused", day, **facts | ({"to": step.plan} if step.plan else {}))


def _pay(tenant: Tenant, step: Step, number: int, day: date) -> None:
    with inside(tenant):
        amount = step.amount or balance_of(open_documents())
    if amount:
        reference = f"simulation:{number}"
        record_payment(tenant=tenant, received=Received(amount, "simulation", reference, day))


def _reactivate(tenant: Tenant, day: date) -> None:
    """Take a cancellation back, or start again after the end."""
    last = None
    with inside(tenant):
        try:
            suspended = living_subscription().status == Status.SUSPENDED
        except NoSubscription:
            suspended = False
            last = latest_subscription()
    if last is not None:
        restart_subscription(tenant=tenant, quantity=last.quantity, today=day)
        return
    if suspended:
        raise Conflict("a suspended tenant is served again when it pays.", code="pay_first")
    keep_subscription(tenant=tenant, today=day)


def _told(event: Event) -> Happening:
    """An event as a line of `simulate --json`."""
    data = event.data
    line: Happening = {
        "date": event.occurred_on.isoformat(),
        "event": event.name,
        "status": data["status"],
        "access": data["access"],
        "balance": data["balance"],
    }
    keep = (
        *("invoice", "due", "amount", "channel", "about", "days", "plan", "quantity", "outcome", "method", "reason"),
        *("change", "from", "to", "when", "effective", "ends", "until", "do", "code", "offer"),
        *("amount_before", "kept", "renews", "item", "milestone", "exit_fee", "credit"),
        *("charged_on", "next"),
    )
    line |= {key: data[key] for key in keep if key in data}
    if "offer" in line and data.get("because") == REWARD:
        # The number behind it counts the referrals of everybody, those that were only simulated too.
        line["offer"] = data["offer"].rpartition("-")[0]
    if "lines" in data:
        shown = ("description", "quantity", "unit_price", "amount")
        line["lines"] = [{key: item[key] for key in shown} for item in data["lines"]]
    return line
