"""Every fact of a tenant again: from its events, and held against what its own schema says it brings."""

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
from tenants.context import writing
from tenants.models import Event, Tenant

CORRECTED = "corrected"
_OUR_OWN = ("id", "summed")  # says nothing of what happened


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
        Tenant.objects.filter(pk=locked.pk).update(facts_changed=False)
    return found


def check_facts(*, tenant: Tenant) -> tuple[Difference, ...]:
    """What `rebuild_facts` would change; nothing is written."""
    with writing(tenant) as locked:
        return _differences(*_expected(locked))


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
    stored = [_told(row) for row in RevenueMove.objects.filter(tenant=tenant)]
    stored += [_told(row) for row in RevenueStand.objects.filter(tenant=tenant)]
    stored += [_told(row) for row in cash_stored(tenant, drawn.place)]
    expected = [*(_told(row) for row in drawn.moves), _told(drawn.row()), *map(_told, cash)]
    wrong = [Difference(stored=True, fact=fact) for fact in sorted(set(stored) - set(expected))]
    return (*wrong, *(Difference(stored=False, fact=fact) for fact in sorted(set(expected) - set(stored))))


def _told(row: RevenueMove | RevenueStand | Facts) -> str:
    """A row in full: "RevenueMove on=2025-03-01 kind=new yearly=750000 …"; the database keeps no order of charges."""
    found: dict[str, Any] = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values = [(name, sorted(value.items()) if isinstance(value, dict) else value) for name, value in found.items()]
    return " ".join([type(row).__name__, *(f"{name}={value}" for name, value in values if name not in _OUR_OWN)])
