"""What a newly reported quantity does (X8, X9, K4), as one decision that preview and service share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.rules.agreement import Agreement
from billing.rules.lifecycle import Status
from plans.rules.catalogue import SeatPolicy


class Outcome(StrEnum):
    """What happens to a report."""

    RECORDED = "recorded"  # counts from the next invoice on
    BELOW_THRESHOLD = "below_threshold"  # a rise too small to be billed (X8)
    PRO_RATA = "pro_rata"  # the added units for the rest of the term (X8)
    GATHERED = "gathered"  # the added units, on the next invoice: the plan gathers them there
    IN_FULL = "in_full"  # the added units in full: a line of the price list was crossed (X8)
    NEW_TERM = "new_term"  # free → paid: a new term for all units (X8)
    FREE_NOW = "free_now"  # nothing paid yet: free at once, the open invoice is voided (X9)
    FREE_AT_RENEWAL = "free_at_renewal"  # a paid term runs to its end, the renewal is free (X9)


BILLS_NOW = frozenset({Outcome.PRO_RATA, Outcome.IN_FULL, Outcome.NEW_TERM})
PRICED = BILLS_NOW | {Outcome.GATHERED}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision needs to know of a subscription. `term_paid`: something was paid on the running term's invoices."""

    status: Status
    billed_quantity: Decimal
    term_paid: bool
    period_from: date | None = None
    period_to: date | None = None
    locked_prices: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, and the units to bill (0 where nothing is billed). `in_full`: what is gathered
    is not by the days that are left."""

    outcome: Outcome
    added: Decimal = Decimal(0)
    in_full: bool = False


def decide(agreement: Agreement, standing: Standing, quantity: Decimal) -> Decision:
    """Judge a reported quantity.

    X8, 2025 book: billed 100 → 115: too few; → 125: 25 pro rata; 499 → 502: 3 in full; free 45 → 51: a new term for 51.
    The rise is measured from the last *billed* count: 100 → 115 → 130 bills 30.
    """
    if agreement.seats.policy is SeatPolicy.AT_INVOICE:
        return Decision(Outcome.RECORDED)
    if agreement.is_free(quantity):
        return _fall_to_free(standing)
    if standing.status is Status.FREE:
        return Decision(Outcome.NEW_TERM, quantity)
    if standing.status not in {Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED} or standing.period_to is None:
        return Decision(Outcome.RECORDED)
    rise = _rise(agreement, standing.billed_quantity, quantity)
    if agreement.seats.policy is SeatPolicy.NEXT_INVOICE and rise.outcome in BILLS_NOW:
        return replace(rise, outcome=Outcome.GATHERED, in_full=rise.outcome is Outcome.IN_FULL)
    return rise


def _fall_to_free(standing: Standing) -> Decision:
    if standing.status is Status.FREE:
        return Decision(Outcome.RECORDED)
    if standing.status is Status.TRIALING or not standing.term_paid:
        return Decision(Outcome.FREE_NOW)
    return Decision(Outcome.FREE_AT_RENEWAL)


def _rise(agreement: Agreement, billed: Decimal, quantity: Decimal) -> Decision:
    added = quantity - billed
    if added <= 0:
        return Decision(Outcome.RECORDED)
    if any(billed <= line < quantity for line in agreement.seats.full_price_above):
        return Decision(Outcome.IN_FULL, added)
    if added < agreement.seats.free_rise_below:
        return Decision(Outcome.BELOW_THRESHOLD)
    return Decision(Outcome.PRO_RATA, added)
