"""Every fact of a tenant again: from its events, held against what its own schema says it brings; health; what is settled."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from billing.selectors.accounts import latest_subscription
from billing.selectors.recurring import recurring_of
from reports.models import RevenueMove, RevenueStand
from reports.rules.revenue import Place
from reports.selectors.places import places_of
from reports.services.cash_rebuilding import Facts, cash_expected, cash_stored, keep_cash
from reports.services.day_sums import sum_up, take_out
from reports.services.drawing import Drawn, begin, read_charges
from reports.services.following import keep_drawn
from reports.services.health_rebuilding import Health, health_expected, health_stored, keep_health
from reports.services.receivables import close_settled, open_again, wrongly_closed
from tenants.context import writing
from tenants.models import Event, ReceivableMove, Tenant

CORRECTED = "corrected"
_OUR_OWN = ("id", "summed")  # says nothing of what happened
Fact = RevenueMove | RevenueStand | Facts | Health | ReceivableMove


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that is stored and should not be, or should be and is not."""

    stored: bool
    fact: str


def rebuild_facts(*, tenant: Tenant) -> tuple[Difference, ...]:
    """Write the facts of a tenant anew and say what was wrong with those that were there. Safe to repeat."""
    with writing(tenant) as locked:
        drawn, cash = _expected(locked)
        found = _differences(drawn, cash)
        if found:
            take_out([locked])
            RevenueMove.objects.filter(tenant=locked).delete()
            keep_drawn([drawn])
            keep_cash(locked, cash)
        sum_up([locked])
        health = health_stored(locked)
        anew = health_expected(locked, health)
        if wrong := _between(health, anew):
            keep_health(locked, anew)
        closed = wrongly_closed(locked)
        open_again(closed)
        close_settled([locked])
        Tenant.objects.filter(pk=locked.pk).update(facts_changed=False)
    return (*found, *wrong, *_stored(closed))


def check_facts(*, tenant: Tenant) -> tuple[Difference, ...]:
    """What `rebuild_facts` would change; nothing is written."""
    with writing(tenant) as locked:
        health = health_stored(locked)
        anew = health_expected(locked, health)
        return (*_differences(*_expected(locked)), *_between(health, anew), *_stored(wrongly_closed(locked)))


def _expected(tenant: Tenant) -> tuple[Drawn, list[Facts]]:
    place = places_of([tenant])[tenant.pk]
    return _drawn(tenant, place), cash_expected(tenant, place)


def _drawn(tenant: Tenant, place: Place) -> Drawn:
    """From the first event on. What the schema says comes last: where the events know nothing of it (they are older than
    their figures), the difference counts from the last of them."""
    drawn = begin(tenant, place)
    events = list(
        Event.objects.filter(tenant=tenant).order_by("id").only("tenant_id", "name", "occurred_on", "data", "recurring")
    )
    drawn.follow(events)
    last = next((event for event in reversed(events) if "plan" in event.data), None)
    subscription = latest_subscription()
    if last is not None and subscription is not None:
        measured = next((event for event in reversed(events) if event.recurring is not None), last)
        actual = read_charges(recurring_of(subscription, measured.occurred_on))
        if actual != drawn.stand.charges:
            drawn.take(measured, actual, again=CORRECTED)
    return drawn


def _differences(drawn: Drawn, cash: list[Facts]) -> tuple[Difference, ...]:
    tenant = drawn.tenant
    stored: list[Fact] = [*RevenueMove.objects.filter(tenant=tenant), *RevenueStand.objects.filter(tenant=tenant)]
    return _between([*stored, *cash_stored(tenant, drawn.place)], [*drawn.moves, drawn.row(), *cash])


def _between(stored: Iterable[Fact], expected: Iterable[Fact]) -> tuple[Difference, ...]:
    there, should = {_told(row) for row in stored}, {_told(row) for row in expected}
    wrong = [Difference(stored=True, fact=fact) for fact in sorted(there - should)]
    return (*wrong, *(Difference(stored=False, fact=fact) for fact in sorted(should - there)))


def _stored(closed: Iterable[ReceivableMove]) -> Iterator[Difference]:
    """Rows of the trail that say they are settled, and are not: "ReceivableMove … amount=750000 closed_on=2025-03-20"."""
    return (Difference(stored=True, fact=_told(row)) for row in closed)


def _told(row: Fact) -> str:
    """A row in full: "RevenueMove on=2025-03-01 kind=new yearly=750000 …"; the database keeps no order of charges."""
    found: dict[str, Any] = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values = [(name, sorted(value.items()) if isinstance(value, dict) else value) for name, value in found.items()]
    return " ".join([type(row).__name__, *(f"{name}={value}" for name, value in values if name not in _OUR_OWN)])
