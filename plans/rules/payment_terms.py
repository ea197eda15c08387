"""When an invoice is due, and what follows where it is not paid (X7, K3); part of what an agreement freezes."""

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from plans.rules.contracts import Contract
from plans.rules.parts import Code, Part, Text


class Due(Part):
    """When an invoice is due: days after issue, or a day of the month when issued on the period's regular day.

    `{"days": 16}`: issued 1 March, due 17 March (X7). `{"day_of_month": 15, "days": 14}`: issued on the 1st, due on the
    15th; issued on any other day, due 14 days later (K3).
    """

    days: int = Field(ge=0, le=365)
    day_of_month: int | None = Field(default=None, ge=1, le=28)


class Suspend(Part):
    """When an unpaid invoice closes access: days after issue (K3: 45, X7: 30) or after the due date (net 30: 61)."""

    days_after_issue: int | None = Field(default=None, ge=1)
    days_after_due: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.days_after_issue is None) == (self.days_after_due is None):
            raise ValueError("give days_after_issue or days_after_due, not both")
        return self


class LateFee(Part):
    """Percent of the unpaid principal, the day after the due date and every further month (K3); never on a fee."""

    percent: Decimal = Field(gt=0, le=100)


class PromiseRules(Part):
    """What a promise to pay, recorded by staff, may do: so many days ahead at most, and whether suspension waits for it."""

    max_days: int = Field(default=30, ge=1, le=365)
    suspension_waits: bool = False


class PaymentTerms(Part):
    """Due date, fee, suspension, contract and end. Frozen into the agreement."""

    code: Code
    name: Text
    due: Due
    suspend: Suspend | None
    late_fee: LateFee | None = None
    end_after_suspended_days: int = Field(default=90, ge=1)
    end_notices: tuple[int, ...] = (30, 7)
    contract: Contract = Field(default_factory=Contract)
    pause_on_holidays: bool = False  # no reminder, fee or suspension in the days of plans/holidays
    promise: PromiseRules = Field(default_factory=PromiseRules)
