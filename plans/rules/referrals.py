"""What is paid for bringing a customer along: rewards for customers (K10, C6), terms for partners (K11, C16, N9, N10)."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Self

from pydantic import Field, model_validator

from plans.rules.money import round_half_up
from plans.rules.parts import Code, Part, Text


class RewardCredit(Part):
    """Money for who refers: `percent` of what the referred customer paid first (without PPN), as credit on its next invoice.

    N10: 10 % of a first payment of 99.000 are 9.900.
    """

    percent: Decimal = Field(gt=0, le=100)

    def of(self, paid: int) -> int:
        """The credit for a first payment, in whole rupiah."""
        return round_half_up(Fraction(paid) * Fraction(self.percent) / 100)


class Referral(Part):
    """The rewards of customers who refer others, as offers of the same file that are given `by: reward`.

    `referrer` and `referred` are for either side, once the referred customer first pays, `credit` is money for the referrer
    (N10); a referrer is rewarded for at most `per_year` customers in a calendar year. `month_top` is for who referred most in
    a month, `year_top` for the `year_places` who did in a year.
    """

    rule: str = Field(default="", max_length=20)
    referrer: Code | None = None
    referred: Code | None = None
    credit: RewardCredit | None = None
    per_year: int | None = Field(default=None, ge=1, le=100)
    month_top: Code | None = None
    year_top: Code | None = None
    year_places: int = Field(default=1, ge=1, le=100)


class ShareKind(StrEnum):
    """What a partner has a share of."""

    COLLECTED = "collected"  # percent of what was paid on invoices
    FIRST_PAYMENT = "first_payment"  # percent of the first invoice that was paid
    IMPLEMENTATION = "implementation"  # an amount for each paid invoice that has one of the charges
    PLACEMENT = "placement"  # an amount for each that staff record


class ShareTier(Part):
    """A share of the part of what was collected up to a bound; the last tier is open."""

    up_to: int | None = Field(default=None, gt=0)
    percent: Decimal = Field(gt=0, le=100)


class PartnerTerms(Part):
    """Terms of a partner. `percent` or `tiers` for a share, `amount` (rupiah) for each piece.

    `months` bounds a share to the invoices issued within so many months of the customer's first one (K11: 12).
    """

    code: Code
    name: Text
    rule: str = Field(default="", max_length=20)
    kind: ShareKind
    percent: Decimal | None = Field(default=None, gt=0, le=100)
    tiers: tuple[ShareTier, ...] = ()
    amount: int | None = Field(default=None, gt=0)
    months: int | None = Field(default=None, ge=1, le=120)
    charges: tuple[Code, ...] = ()
    illustrative: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        given = [name for name in ("percent", "tiers", "amount") if getattr(self, name)]
        per_piece = self.kind in {ShareKind.IMPLEMENTATION, ShareKind.PLACEMENT}
        if len(given) != 1 or (given == ["amount"]) is not per_piece:
            raise ValueError("give percent or tiers for a share, amount for each piece")
        if (self.kind is ShareKind.IMPLEMENTATION) is not bool(self.charges):
            raise ValueError("charges belong to implementation")
        return self._check_tiers()

    def _check_tiers(self) -> Self:
        bounds = [tier.up_to for tier in self.tiers]
        closed = [bound for bound in bounds if bound is not None]
        if bounds and (bounds[-1] is not None or len(closed) != len(bounds) - 1 or closed != sorted(set(closed))):
            raise ValueError("tiers must rise, and the last one must be open")
        return self
