"""Which contract runs, and when an agreement may end (C8, C9, K15)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from billing.rules.agreement import Agreement
from billing.rules.drafting import period_on
from plans.rules.periods import Period, period_containing

ONE_DAY = timedelta(days=1)


class Refusal(StrEnum):
    """Why an agreement cannot end on the day that was asked for."""

    PAST = "day_has_passed"
    NOTICE = "notice_too_short"


class EndRefused(ValueError):
    """The agreement cannot end on that day; `earliest` is the first on which it can."""

    def __init__(self, refusal: Refusal, earliest: date) -> None:
        super().__init__(refusal.value)
        self.refusal, self.earliest = refusal, earliest


@dataclass(frozen=True, slots=True)
class Running:
    """A billed subscription: where its periods are counted from, and the end of the one billed last."""

    agreement: Agreement
    starts_on: date
    anchor_day: int
    billed_to: date

    def period(self, day: date) -> Period:
        """The billing period a day falls in."""
        return period_on(self.agreement, self.starts_on, self.anchor_day, day)

    def term(self, day: date) -> Period:
        """The contract a day falls in: its months in whole billing periods, counted from where billing began.

        Twelve months billed monthly from 10 March 2026: [10 March 2026, 10 March 2027). Without months of its own a
        contract is a billing period.
        """
        interval = self.agreement.interval_months
        months = self.agreement.terms.contract.months or interval
        length = -(-months // interval) * interval
        anchor = self.agreement.anchor
        return period_containing(self.starts_on, anchor.day(self.anchor_day), length, day, anchor_month=anchor.month)

    @property
    def last_term(self) -> Period:
        """The contract that what was billed last belongs to."""
        return self.term(self.billed_to - ONE_DAY)


def earliest_end(running: Running, today: date) -> date:
    """The first end of a contract that the notice reaches (C8); without notice the end of what runs (K15).

    30 days, billed to 1 April: asked on 2 March 1 April, asked on 3 March 1 May, for 2 April is within April.
    """
    notice, end = running.agreement.terms.contract.notice_days, running.last_term.end
    while notice and end < today + timedelta(days=notice):
        end = running.term(end).end
    return end


def notice_by(running: Running) -> date:
    """The last day on which the contract that runs can be left: 30 days before 1 April is 2 March."""
    return running.last_term.end - timedelta(days=running.agreement.terms.contract.notice_days)


def chosen_end(running: Running, today: date, wanted: date | None, *, waived: bool = False) -> date:
    """The day the agreement ends: the earliest, or as the catalogue allows for a day that was asked for.

    A later day moves to the end of its contract. Where the catalogue ends agreements on a `date`, or staff waive the terms
    (`waived`), the day itself holds within what was billed, and moves to the end of its period after that: no period is
    billed for a part of itself. Raises `EndRefused`.
    """
    earliest, contract = earliest_end(running, today), running.agreement.terms.contract
    if wanted is None:
        return earliest
    if wanted < today:
        raise EndRefused(Refusal.PAST, first_end(running, today))
    at_once = "now" in contract.ends and wanted == today
    in_time = "date" in contract.ends and wanted >= today + timedelta(days=contract.notice_days)
    if waived or at_once or in_time:
        return _unsplit(running, wanted)
    if wanted < earliest:
        raise EndRefused(Refusal.NOTICE, first_end(running, today))
    return running.term(wanted - ONE_DAY).end


def first_end(running: Running, today: date) -> date:
    """The first day that can be asked for: where agreements end on a `date`, that which the notice reaches (C8).

    A contract to 10 March 2027, billed to 10 April 2026, 90 days: asked on 20 March they end on 18 June, within the month to
    10 July, which is billed in full: the first day is 10 July.
    """
    earliest, contract = earliest_end(running, today), running.agreement.terms.contract
    if "date" not in contract.ends:
        return earliest
    return min(earliest, _unsplit(running, today + timedelta(days=contract.notice_days)))


def _unsplit(running: Running, day: date) -> date:
    """The day itself within what was billed, else the end of its period."""
    return day if day <= running.billed_to else running.period(day - ONE_DAY).end
