"""The file that `simulate` plays: what a customer does on which day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trials.errors import ScriptRefused

Zone = Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
Whole = Annotated[Decimal, Field(ge=0, le=10_000_000, multiple_of=1)]
FURTHEST_DAYS = 366 * 20
MOST_OTHERS = 100
NEEDS = {
    "quantity": ("value",),
    "change_plan": ("plan",),
    "addon": ("addon", "value"),
    "buy": ("item", "value"),
    "usage": ("meter", "value"),
    "offer": ("offer",),
    "offer_back": ("offer",),
    "sign": ("item",),
    "milestone": ("milestone",),
    "join": ("offer", "value"),
}
MAY_HAVE = {
    "pay": ("amount",),
    "change_plan": ("interval_months", "amount"),
    "cancel": ("ends_on",),
    "pause": ("until",),
    "buy": ("instalments",),
    "sign": ("amount",),
    "refer": ("amount",),
    "auto_debit": ("amount", "answers"),
    "usage": ("key", "corrects", "day"),
}


class Step(BaseModel):
    """One thing the customer does. `amount` (rupiah) belongs to `pay`, `plan` to `change_plan`, which may also name how often
    to be billed (`interval_months`) and, of a plan sold by contract, the price agreed on (`amount`).

    `value` is how many: the reported count of `quantity`, the number of an `addon` held or of an `item` bought, what a `meter`
    read. `cancel` may name the day it shall end (`ends_on`), `pause` the one on which it goes on (`until`). `buy` may be paid
    by `instalments`; `sign` is a contract by milestones of an `item`, for an `amount` if not its list price, and `milestone`
    says that one of them is reached. `offer` gives one as staff do, also one whose document they approve; `offer_back` ends it.

    `usage` may be of another `day`, have a `key` of its own and, later, `corrects` the report with that key: `value` is then
    the whole of it. `refer`: somebody the customer brought along pays an `amount` for the first time; `join`: so many others
    (`value`) sign up with the code of its group (`offer`).

    `auto_debit` is switched on, for at most an `amount` an invoice; `answers` are what the card says to its charges, in order,
    then `paid` (`lost`: charged, but nobody hears of it that day). `auto_debit_off` takes the consent back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: date
    do: Literal[
        "pay",
        "quantity",
        "change_plan",
        "cancel",
        "reactivate",
        "addon",
        "buy",
        "usage",
        "pause",
        "resume",
        "renew",
        "offer",
        "offer_back",
        "sign",
        "milestone",
        "refer",
        "join",
        "auto_debit",
        "auto_debit_off",
    ]
    amount: int | None = Field(default=None, gt=0)
    value: Annotated[Decimal, Field(ge=0, le=10**15, multiple_of=1)] | None = None
    plan: str | None = None
    interval_months: int | None = Field(default=None, ge=1, le=60)
    addon: str | None = None
    item: str | None = None
    meter: str | None = None
    offer: str | None = None
    instalments: bool | None = None
    milestone: str | None = None
    ends_on: date | None = None
    until: date | None = None
    key: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    corrects: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    day: date | None = None
    answers: tuple[Literal["paid", "insufficient_funds", "expired_card", "lost"], ...] | None = None

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        for name in NEEDS.get(self.do, ()):
            if getattr(self, name) is None:
                raise ValueError(f"do: {self.do} needs {name}")
        if self.do == "join" and not (self.value and self.value <= MOST_OTHERS):
            raise ValueError(f"value: 1 to {MOST_OTHERS}")
        if self.do == "quantity" and self.value is not None and self.value > 10_000_000:
            raise ValueError("value: at most 10,000,000")
        allowed = {*NEEDS.get(self.do, ()), *MAY_HAVE.get(self.do, ())}
        first = ("amount", "value", "plan", "interval_months", "addon", "item", "meter", "offer", "ends_on", "until")
        named = (*first, "instalments", "milestone", "key", "corrects", "day", "answers")
        wrong = [name for name in named if getattr(self, name) is not None and name not in allowed]
        if wrong:
            raise ValueError(f"do: {self.do} has no {wrong[0]}")
        return self


class Script(BaseModel):
    """A customer's life from sign-up to `until`, that day included.

    `offers` are codes; one that is for a province looks at `registration`, and counts as fitting where that is left out. One
    that waits for a document takes hold by a step `offer`, one for a group when others `join`. `variants` are those of
    experiments that the customer saw, `{price-points: higher}` (K13); `referred`: it signed up with another customer's code
    (C6).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: str
    plan: str | None = None
    interval_months: int | None = Field(default=None, ge=1, le=60)
    terms: str | None = None
    anchor: Literal["anniversary", "calendar_month", "calendar_year"] | None = None
    signup: date
    timezone: Zone = "Asia/Jakarta"
    quantity: Whole
    addons: Mapping[str, Whole] = Field(default_factory=dict)
    offers: tuple[str, ...] = ()
    variants: Mapping[str, str] = Field(default_factory=dict)
    referred: bool = False
    registration: Mapping[str, str] | None = None
    events: tuple[Step, ...] = ()
    until: date

    @model_validator(mode="after")
    def _days_fit(self) -> Self:
        if self.until < self.signup:
            raise ValueError(f"until ({self.until}) is before signup ({self.signup})")
        if (self.until - self.signup).days > FURTHEST_DAYS:
            raise ValueError("at most twenty years can be played")
        for number, step in enumerate(self.events):
            if not self.signup <= step.on <= self.until:
                raise ValueError(f"events[{number}].on ({step.on}) lies outside signup and until")
        return self

    def steps_of(self, day: date) -> list[tuple[int, Step]]:
        """The day's steps with their place in the file, in the file's order."""
        return [(number, step) for number, step in enumerate(self.events) if step.on == day]


def refuse(number: int, step: Step, message: str) -> ScriptRefused:
    """An error that names the step."""
    return ScriptRefused(f"events[{number}] ({step.on}, {step.do}): {message}", field=f"events[{number}]")
