"""A product that sells every charge model in every rhythm, in advance, in arrears and once, under every kind of offer.

A charge is named for what it is: `volume-arrears-4` is a volume price for four months, billed afterwards. `expected` says by
hand what is due on which day.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

from plans.rules.catalogue import Catalogue
from plans.rules.catalogue_file import read_catalogue
from plans.rules.money import round_half_up
from plans.rules.periods import add_months
from plans.rules.rating import rate
from plans.rules.terms import parse_charge
from tests.plans.clinic import CLINIC

START, DOCTORS = date(2026, 1, 1), 7
INTERVALS, WHENS = (1, 2, 3, 4, 12), ("advance", "arrears", "once")
UNIT_TIERS = [{"up_to": 5, "unit_price": "300000"}, {"up_to": None, "unit_price": "200000", "flat_fee": "1000"}]
PRICINGS: dict[str, dict[str, Any]] = {
    "flat": {"amount": "90000"},
    "per_unit": {"unit_price": "12500", "included": "2"},
    "volume": {"tiers": UNIT_TIERS},
    "graduated": {"tiers": UNIT_TIERS},
    "stairstep": {"tiers": [{"up_to": 5, "flat_fee": "50000"}, {"up_to": None, "flat_fee": "80000"}]},
    "package": {"package_size": "5", "package_price": "70000"},
    "percentage": {"rate": "0.5", "minimum": "3"},
    "graduated_percentage": {"tiers": [{"up_to": 5, "rate": "1"}, {"up_to": None, "rate": "2", "flat_fee": "4"}]},
}
# What an offer takes off, and for how long; given the months of the charge it is for.
OFFERS: dict[str, Callable[[int], dict[str, Any]]] = {
    "percent": lambda months: {"percent": "20", "months": months},
    "lasting": lambda _: {"percent": "12.5"},
    "amount": lambda months: {"amount": 70_000, "months": months},
    "free": lambda months: {"free_months": months},
    "price": lambda months: {"price": "1500", "months": months},
    "invoice": lambda _: {"price": "1500", "invoices": 1},  # of a subscription in the charge's own rhythm
}
Due = dict[tuple[date, str], int]


@dataclass(frozen=True, slots=True)
class Sold:
    """One charge of the product."""

    model: str
    when: str
    months: int

    @property
    def code(self) -> str:
        return f"{self.model.replace('_', '-')}-{self.when}-{self.months}"

    @property
    def price(self) -> Fraction:
        """One period of it by the price list, not rounded yet."""
        return rate(parse_charge({"model": self.model, **PRICINGS[self.model]}), DOCTORS).exact

    def days(self, until: date) -> list[tuple[date, bool]]:
        """When it is due until a day, and whether that is the first time."""
        if self.when == "once":
            return [(START, True)]
        at = 1 if self.when == "arrears" else 0
        found = [add_months(START, self.months * (count + at)) for count in range(13)]
        return [(day, count == 0) for count, day in enumerate(found) if day <= until]


SOLD = tuple(Sold(*one) for one in product(PRICINGS, WHENS, INTERVALS))


@cache
def text() -> str:
    """The file of the product."""
    head = (
        CLINIC.partition("price_books:")[0].replace("    trial: {days: 14}\n", "").replace("within_term", "at_invoice")
    )
    offers = [_offer(kind, months) for kind, months in product(OFFERS, INTERVALS)]
    book = [{"code": "clinic-2025", "effective_from": "2025-07-01", "charges": [_charge(sold) for sold in SOLD]}]
    return f"{head}offers: {json.dumps(offers)}\nprice_books: {json.dumps(book)}\n"


@cache
def catalogue() -> Catalogue:
    """The same, read."""
    return read_catalogue(text(), "clinic.yaml").catalogue


def _charge(sold: Sold) -> dict[str, Any]:
    rhythm = {"interval_months": sold.months, "with_intervals": list(INTERVALS), "when": sold.when}
    pricing = {"model": sold.model, **PRICINGS[sold.model]}
    named = {"id": sold.code, "en": sold.code}
    return {"code": sold.code, "plans": ["clinic"], "description": named, "pricing": pricing, **rhythm}


def _offer(kind: str, months: int) -> dict[str, Any]:
    codes = [sold.code for sold in SOLD if sold.months == months]
    name = {"id": kind, "en": kind}
    return {"code": f"{kind}-{months}", "name": name, "charges": codes, **OFFERS[kind](months)}


def codes_of(kinds: Mapping[int, str]) -> tuple[str, ...]:
    """The offers of a life: which kind for the charges of which rhythm."""
    return tuple(f"{kind}-{months}" for months, kind in kinds.items())


def expected(kinds: Mapping[int, str], until: date) -> Due:
    """By hand: each charge on its own days, at the offer where that holds; what costs nothing is not there."""
    due = {
        (day, sold.code): round_half_up(_exact(sold, kinds.get(sold.months, ""), first=first))
        for sold in SOLD
        for day, first in sold.days(until)
    }
    return {place: amount for place, amount in due.items() if amount}


def _exact(sold: Sold, kind: str, *, first: bool) -> Fraction:
    """By hand: the first period at the offer, later ones at the list price, unless the offer lasts for ever."""
    if kind == "lasting":
        return sold.price * Fraction(7, 8)
    if not first or not kind:
        return sold.price
    if kind == "percent":
        return sold.price * Fraction(4, 5)
    if kind == "amount":
        return max(Fraction(0), sold.price - 70_000)
    if kind == "free":
        return Fraction(0)
    return min(sold.price, Fraction({"per_unit": 5 * 1500, "volume": 7 * 1500 + 1000}.get(sold.model, 1500)))
