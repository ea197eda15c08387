"""How a customer pays and whether it renews, drawn from its events and its bills."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from reports.models import Bill, Payer, Term
from reports.rules.cash import Habit, habit
from reports.rules.renewals import SHORTEST, TermState, state_of
from reports.rules.revenue import Place
from reports.rules.rhythm import rhythm
from reports.services.cash_drawing import sold
from tenants.models import Event, Tenant

TERMS = UUID("c1f0a7de-3b52-5a8e-9f41-6d2be0537a94")
RENEWED, CANCELLED = "subscription.renewed", "subscription.cancelled"
HEARD = ("member", "key")
INVOICE = "invoice"


def draw_payer(
    tenant: Tenant, place: Place, payer: Payer, events: Iterable[Event], bills: Sequence[Bill]
) -> list[Term]:
    """Take these events (oldest first) into how a tenant pays, of all its bills; returns the terms that ended with them."""
    payer.first_on = min((bill.issued_on for bill in bills), default=None)
    found = [term for event in events for term in _follow(tenant, place, payer, event)]
    paid = [bill for bill in bills if bill.kind == INVOICE and bill.paid_on is not None]
    paid.sort(key=lambda bill: (bill.paid_on, bill.number), reverse=True)
    usual = habit([Habit(bill.days or 0, bill.late or 0) for bill in paid])
    payer.days, payer.late = (usual.days, usual.late) if usual else (None, None)
    return found


def settle_terms(terms: Iterable[Term], payer: Payer, bills: Iterable[Bill]) -> list[Term]:
    """Say of terms what became of them, as the bills stand now; returns those of which that is something else."""
    paid, changed = [bill.issued_on for bill in bills if bill.kind == INVOICE and bill.paid_on is not None], []
    for term in terms:
        state = state_of(term.billed, term.billed_on, paid, closed=payer.closed).value
        if term.state not in {TermState.LEFT.value, state}:
            term.state = state
            changed.append(term)
    return changed


def _follow(tenant: Tenant, place: Place, payer: Payer, event: Event) -> Iterator[Term]:
    ended = _ENDS[event.name](payer, event) if event.name in _ENDS else None
    if ended is not None:
        yield Term(
            id=uuid5(TERMS, str(event.pk)), tenant_id=tenant.pk, event_id=event.pk, **ended, **sold(tenant, place)
        )
    if event.name in _TAKES:
        _TAKES[event.name](payer, event)
    if event.actor_kind in HEARD:
        payer.heard_on = event.occurred_on
    payer.seen_event, payer.seen_on = event.pk, event.occurred_on


def _renewed(payer: Payer, event: Event) -> dict[str, Any] | None:
    """The term before the one that begins; of the first term the length is that of the next."""
    if (span := _span(event)) is None:
        return None
    months = payer.months or whole_months(*span)
    amount = int(event.data.get("amount", 0))
    values = {"on": span[0], "months": months, "billed": amount, "billed_on": event.occurred_on}
    return {**values, "state": TermState.OPEN.value} if months >= SHORTEST else None


def _left(payer: Payer, event: Event) -> dict[str, Any] | None:
    """A paid term that nobody renewed. Who was closed before it ended has lost that term already; a trial is none."""
    on = event.occurred_on
    if payer.closed or payer.first_on is None or payer.first_on > on:
        return None
    months = rhythm(payer.months, payer.first_on, on)
    left = {"on": on, "months": months, "billed": 0, "billed_on": on, "state": TermState.LEFT.value}
    return left if months >= SHORTEST else None


def _span(event: Event) -> tuple[date, date] | None:
    period = event.data.get("period")
    return None if not period else (date.fromisoformat(period["from"]), date.fromisoformat(period["to"]))


def whole_months(start: date, end: date) -> int:
    """The months of a period, end excluded: 1 March – 1 April is one; the rest of a month none."""
    return (end.year - start.year) * 12 + end.month - start.month


def _take_period(payer: Payer, event: Event) -> None:
    payer.closed = False
    _take_span(payer, event)


def _take_span(payer: Payer, event: Event) -> None:
    if (span := _span(event)) is not None:
        payer.months, payer.period_to = whole_months(*span) or payer.months, span[1]
        if payer.rise_on is not None and payer.rise_on <= span[0]:
            payer.rise_on = None


def _close(payer: Payer, _event: Event) -> None:
    payer.closed = True


def _open(payer: Payer, _event: Event) -> None:
    payer.closed = False


def _debit_off(payer: Payer, event: Event) -> None:
    payer.debit_off_on = event.occurred_on


def _debit_on(payer: Payer, _event: Event) -> None:
    payer.debit_off_on = None


def _rise(payer: Payer, event: Event) -> None:
    """A higher price from a renewal on; where the price is kept there is none."""
    if event.data.get("renews") and not event.data.get("kept"):
        payer.rise_on = date.fromisoformat(event.data["renews"])
        payer.rise_from, payer.rise_to = int(event.data["amount_before"]), int(event.data["amount"])


_ENDS: Mapping[str, Callable[[Payer, Event], dict[str, Any] | None]] = {RENEWED: _renewed, CANCELLED: _left}
_TAKES: Mapping[str, Callable[[Payer, Event], None]] = {
    RENEWED: _take_period,
    CANCELLED: _close,
    "subscription.suspended": _close,
    "subscription.reactivated": _open,
    "subscription.activated": _take_period,
    "subscription.changed": _take_span,
    "debit.disabled": _debit_off,
    "debit.enabled": _debit_on,
    "price.announced": _rise,
}
FOLLOWED = tuple(_TAKES)
