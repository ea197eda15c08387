"""How long a customer agrees for, and how it leaves (C8, C9, K15)."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from plans.rules.parts import Part

Ends = Literal["term_end", "date", "now"]


class ExitFee(Part):
    """What it costs to leave before a contract ends: `percent` of what of it is not billed yet, or a fixed `amount` (rupiah).

    `{"percent": "50"}`: twelve months at 3.500.000, left after eight that were billed: 50 % of 14.000.000 = 7.000.000.
    """

    percent: Decimal | None = Field(default=None, gt=0, le=100)
    amount: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("give percent or amount, not both and not none")
        return self


class Contract(Part):
    """Length, renewal and end of an agreement; part of the payment terms, and frozen with them.

    `months` is how long one agrees for; left out it is the billing period. A contract renews by itself. Leaving takes
    `notice_days` of notice: given later, the agreement ends with the contract after (C8). `ends` says on which days it may
    end: with a contract (always), on a `date` once the notice is over, or `now`; nothing is refunded in any case. Who leaves
    before the contract ends pays the `exit_fee`, where there is one.
    `renewal_task_days` before a contract renews staff get a task (C9), unless the contract is shorter than that.

    `{"notice_days": 30, "renewal_task_days": 45, "rule": "C8"}`: a year that ends on 10 March 2027 can be left until
    8 February; on 24 January staff are asked to see to its renewal.
    """

    months: int | None = Field(default=None, ge=1, le=120)
    notice_days: int = Field(default=0, ge=0, le=365)
    ends: tuple[Ends, ...] = ("term_end",)
    renewal_task_days: int | None = Field(default=None, ge=1, le=365)
    exit_fee: ExitFee | None = None
    rule: str = ""

    @model_validator(mode="after")
    def _now_has_no_notice(self) -> Self:
        if "now" in self.ends and self.notice_days:
            raise ValueError("ends: now and notice_days exclude each other")
        return self

    @model_validator(mode="after")
    def _somebody_pays_the_fee(self) -> Self:
        if self.exit_fee is None:
            return self
        if self.ends == ("term_end",):
            raise ValueError("exit_fee: nobody leaves before the end; ends needs date or now")
        if self.exit_fee.percent is not None and self.months is None:
            raise ValueError(
                "exit_fee: without months a contract is a billing period, of which nothing is left to bill"
            )
        return self


class Pause(Part):
    """That a plan may be paused: access is closed and nothing is billed meanwhile; periods keep their days.

    For at most `max_days` at a time, `by` the customer, by staff, or both. `reminders` are so many days before it ends by
    itself and billing goes on.
    """

    max_days: int = Field(ge=1, le=366)
    by: tuple[Literal["customer", "staff"], ...] = Field(default=("customer", "staff"), min_length=1)
    reminders: tuple[int, ...] = (7, 1)
    rule: str = ""
