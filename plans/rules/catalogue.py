"""The shape of a catalogue file, and of every part of it that an agreement freezes.

A vendor sells one more product by writing one more file of this shape; no code names a product. All amounts are whole
rupiah, all prices decimal strings, all days dates of the tenant.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from plans.rules.catalogue_fit import misfits
from plans.rules.charges import PRICING, Charge, When
from plans.rules.contracts import Contract, ExitFee, Pause
from plans.rules.discounts import Discount
from plans.rules.experiments import Experiment
from plans.rules.extras import Addon, Batch, Item, Meter
from plans.rules.issuers import BankAccount, Issuer
from plans.rules.onboarding import Stage
from plans.rules.parts import Code, Entitlements, Part, Range, ShortCode, Text, Trial
from plans.rules.paths import shown_path
from plans.rules.payment_terms import Due, LateFee, PaymentTerms, PromiseRules, Suspend
from plans.rules.plan_changes import ChangeRules
from plans.rules.price_books import Anchor, PriceBook, SteepMove
from plans.rules.referrals import PartnerTerms, Referral
from plans.rules.reminders import Overdue, Reminder, ReminderPlan
from plans.rules.taxes import Goods

__all__ = [  # the door to every part of a catalogue
    "PRICING",
    "Addon",
    "Anchor",
    "AtRenewal",
    "AutoDebit",
    "BankAccount",
    "Batch",
    "Catalogue",
    "Charge",
    "Contract",
    "Discount",
    "Due",
    "Entitlements",
    "ExitFee",
    "Experiment",
    "Goods",
    "Issuer",
    "Item",
    "LateFee",
    "Meter",
    "Overdue",
    "Part",
    "Pause",
    "PaymentTerms",
    "Pilot",
    "Plan",
    "PriceBook",
    "PriceNotice",
    "Product",
    "PromiseRules",
    "Range",
    "RegistrationField",
    "Reminder",
    "ReminderPlan",
    "SeatPolicy",
    "SeatRules",
    "SteepMove",
    "Suspend",
    "Text",
    "Trial",
    "When",
]

MISFITS = "misfits"
RuleName = Literal["rise", "new_term", "fall", "first_period", "late_fee", "early_renewal"]


class RegistrationField(Part):
    """A question asked at sign-up, kept in the tenant's registration data.

    With `choices: provinces` it is answered by one of Indonesia's provinces, however it is spelled, and kept by its name.
    """

    name: str = Field(pattern=r"^[a-z_]+$")
    label: Text
    help: Text | None = None
    pattern: str = ".*"
    error: Text | None = None
    choices: Literal["provinces"] | None = None
    required: bool = False
    unique: bool = False

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return value


class Duty(Part):
    """Something a pilot promises to do, within so many days of the day it was granted (C3)."""

    code: ShortCode
    name: Text
    due_days: int = Field(ge=1, le=730)


class Pilot(Part):
    """A longer trial that staff grant to the first so many customers (K6: three months for five complexes), and the offers
    that come with it (C3: half price for nine months afterwards), and what it promises in return."""

    trial: Trial
    places: int = Field(ge=1, le=10_000)
    offers: tuple[Code, ...] = ()
    duties: tuple[Duty, ...] = ()

    @model_validator(mode="after")
    def _each_duty_once(self) -> Self:
        if len({duty.code for duty in self.duties}) != len(self.duties):
            raise ValueError("a duty is there twice")
        return self


class AtRenewal(StrEnum):
    """What a renewal takes its price from (X3)."""

    KEEP_BOOK = "keep_book_choose_tier"
    KEEP_PRICE = "keep_unit_price"
    CURRENT_BOOK = "current_book"


class PriceNotice(Part):
    """How existing customers are told of a book whose prices are higher (X4).

    So many calendar months ahead, `channels` to those who will pay more, `kept` to those who will not; none, and nobody is
    told. 1 January, three months: 1 October.
    """

    months: int = Field(default=3, ge=1, le=12)
    channels: tuple[Literal["email", "in_app", "whatsapp"], ...] = ("email", "in_app")
    kept: tuple[Literal["email", "in_app", "whatsapp"], ...] = ("in_app",)


class SeatPolicy(StrEnum):
    """What a change of quantity within a period does."""

    AT_INVOICE = "at_invoice"  # the quantity on the invoice date counts, changes in between are not billed (K4)
    WITHIN_TERM = "within_term"  # rises are billed within the term (X8), a fall never is
    NEXT_INVOICE = "next_invoice"  # rises are priced by day as within the term, and gathered on the next invoice


class SeatRules(Part):
    """How changes of quantity are billed (X8, X9, K4).

    `full_price_above`: crossing one of these bills the added units in full.
    """

    policy: SeatPolicy
    free_rise_below: Decimal = Decimal(0)
    full_price_above: tuple[Decimal, ...] = ()


class Plan(Part):
    """Something a tenant can be on. Where the product chooses by quantity, a plan is the name of a range.

    `by_contract` plans have no list price (C1 Enterprise): they are shown, but nobody signs up for one alone. `unit`
    names what is counted where that is not the product's own (classes beside students); `seats` is how changes of that
    quantity are billed where that is not as the product says.
    """

    code: Code
    name: Text
    summary: Text | None = None
    default: bool = False
    by_contract: bool = False
    unit: Text | None = None
    quantity: Range = Field(default_factory=Range)
    at_renewal: AtRenewal | None = None  # the product's where left out (X3)
    seats: SeatRules | None = None  # the product's where left out (X8, K4)
    trial: Trial | None = None
    pause: Pause | None = None
    pilot: Pilot | None = None
    terms: Code
    other_terms: tuple[Code, ...] = ()
    reminders: Code
    entitlements: Entitlements = Field(default_factory=Entitlements)


class AutoDebit(Part):
    """When a saved card or e-wallet is charged (K7): `days` after the due day, the first and what follows a refusal that may
    pass; `notice_days` before the due day the customer is told."""

    days: tuple[int, ...] = Field(min_length=1, max_length=10)
    notice_days: int = Field(ge=1, le=30)

    @field_validator("days")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if value[0] < 0 or any(later <= earlier for earlier, later in pairwise(value)):
            raise ValueError("the days must rise, from 0 or later")
        return value


class Product(Part):
    """What is sold, and the rules that hold for all its plans."""

    code: Code
    name: str
    tagline: Text
    unit: Text
    accent: str = Field(pattern=r"^#[0-9a-f]{6}$")
    currency: Literal["IDR"] = "IDR"
    plan_choice: Literal["default", "by_quantity"] = "default"
    # By interval in months; anniversary where not named. Of several the customer chooses, the first is the default (K5).
    anchor: Mapping[int, Anchor | tuple[Anchor, ...]] = Field(default_factory=dict)
    at_renewal: AtRenewal = AtRenewal.KEEP_BOOK
    lock_price_within_term: bool = True
    price_notice: PriceNotice | None = None
    seats: SeatRules
    changes: ChangeRules = Field(default_factory=ChangeRules)  # of plan and interval; none declared, none sold (C11)
    rules: Mapping[RuleName, str] = Field(default_factory=dict)
    registration: tuple[RegistrationField, ...] = ()
    prices_include_tax: bool = False  # of a PKP: PPN is in the list prices already, else it is added to them
    goods: Goods = Field(default_factory=Goods)
    labels: Mapping[str, Text] = Field(default_factory=dict)  # what features and limits are called on pages (C10)
    onboarding: tuple[Stage, ...] = ()  # the stages in which a new customer gets going (C17)
    auto_debit: AutoDebit | None = None  # none declared, none offered (K7)

    @field_validator("onboarding")
    @classmethod
    def _each_stage_once(cls, value: tuple[Stage, ...]) -> tuple[Stage, ...]:
        codes = [stage.code for stage in value]
        if twice := next((code for code in codes if codes.count(code) > 1), None):
            raise ValueError(f"the stage {twice} is there twice")
        return value

    def anchors(self, interval_months: int) -> tuple[Anchor, ...]:
        """Where periods of an interval may begin, the default first."""
        named = self.anchor.get(interval_months, Anchor.ANNIVERSARY)
        return named if isinstance(named, tuple) else (named,)


class Catalogue(Part):
    """One file: an issuer and a product with all that belongs to it."""

    issuer: Issuer
    product: Product
    terms: tuple[PaymentTerms, ...] = Field(min_length=1)
    reminders: tuple[ReminderPlan, ...] = Field(min_length=1)
    plans: tuple[Plan, ...] = Field(min_length=1)
    addons: tuple[Addon, ...] = ()
    meters: tuple[Meter, ...] = ()
    items: tuple[Item, ...] = ()
    offers: tuple[Discount, ...] = ()
    referrals: tuple[Referral, ...] = Field(default=(), max_length=1)
    partners: tuple[PartnerTerms, ...] = ()
    price_books: tuple[PriceBook, ...] = Field(min_length=1)
    experiments: tuple[Experiment, ...] = ()  # as the file says; which of them run is in the database (K13)

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        found = misfits(self.model_dump(mode="json", by_alias=True))
        if found:
            text = "; ".join(f"{shown_path(misfit.path)}: {misfit.message}" for misfit in found)
            raise PydanticCustomError(MISFITS, "{text}", {"text": text})
        return self
