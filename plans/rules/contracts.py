"""How long a customer agrees for, and how it leaves (C8, C9, K15)."""

from typing import Literal, Self

from pydantic import Field, model_validator

from plans.rules.parts import Part

Ends = Literal["term_end", "date", "now"]


class Contract(Part):
    """Length, renewal and end of an agreement; part of the payment terms, and frozen with them.

    `months` is how long one agrees for; left out it is the billing period. A contract renews by itself. Leaving takes
    `notice_days` of notice: given later, the agreement ends with the contract after (C8). `ends` says on which days it may
    end: with a contract (always), on a `date` within what has been billed, or `now`; nothing is refunded in any case.
    `renewal_task_days` before a contract renews staff get a task (C9), unless the contract is shorter than that.

    `{"notice_days": 30, "renewal_task_days": 45, "rule": "C8"}`: a year that ends on 10 March 2027 can be left until
    8 February; on 24 January staff are asked to see to its renewal.
    """

    months: int | None = Field(default=None, ge=1, le=120)
    notice_days: int = Field(default=0, ge=0, le=365)
    ends: tuple[Ends, ...] = ("term_end",)
    renewal_task_days: int | None = Field(default=None, ge=1, le=365)
    rule: str = ""

    @model_validator(mode="after")
    def _now_has_no_notice(self) -> Self:
        if "now" in self.ends and self.notice_days:
            raise ValueError("ends: now and notice_days exclude each other")
        return self
