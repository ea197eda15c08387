"""Renewing early: the next term billed ahead at the price of today (X4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import ConfigDict, Field

from billing.rules.agreement import Agreement
from billing.rules.lifecycle import Status
from plans.rules.catalogue import AtRenewal
from plans.rules.parts import Part
from plans.rules.periods import Period


class Refusal(StrEnum):
    """Why a term cannot be renewed early."""

    NOTHING_TO_LOCK = "nothing_to_lock"
    NOT_RUNNING = "no_term_runs"
    PAY_FIRST = "pay_first"
    RESUME_FIRST = "resume_first"
    KEEP_FIRST = "take_cancellation_back_first"
    WITHDRAW_FIRST = "withdraw_change_first"
    RENEWED = "renewed_early"
    BEHIND = "billing_behind"


class Renewed(Part):
    """A term that was billed before it begins: its days, the count and the unit prices it was billed for, the invoice, and the
    agreement that holds in it."""

    from_: date = Field(alias="from")
    to: date
    quantity: Decimal
    locked: Mapping[str, str]
    number: str
    agreement: Agreement
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @property
    def period(self) -> Period:
        """Its days."""
        return Period(self.from_, self.to)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a verdict needs to know. `overdue`: something should have been paid before today; `behind`: today's billing has not
    been done yet; `waits`: a change of plan does."""

    status: Status
    cancelling: bool = False
    overdue: bool = False
    behind: bool = False
    waits: bool = False
    renewed: bool = False


def hindrance(policy: AtRenewal, situation: Situation) -> Refusal | None:
    """What stands in the way of renewing early, prices aside. Who keeps a price book has nothing to lock (X3)."""
    if policy is not AtRenewal.CURRENT_BOOK:
        return Refusal.NOTHING_TO_LOCK
    if situation.overdue or situation.status in {Status.PAST_DUE, Status.SUSPENDED}:
        return Refusal.PAY_FIRST
    if situation.status is Status.PAUSED:
        return Refusal.RESUME_FIRST
    if situation.cancelling:
        return Refusal.KEEP_FIRST
    if situation.status is not Status.ACTIVE:
        return Refusal.NOT_RUNNING
    if situation.renewed:
        return Refusal.RENEWED
    if situation.waits:
        return Refusal.WITHDRAW_FIRST
    return Refusal.BEHIND if situation.behind else None
