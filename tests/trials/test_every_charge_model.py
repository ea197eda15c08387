"""Every charge model, in advance, in arrears and once, in every rhythm, under every kind of offer: quote, simulation and
price list say the same."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from plans.rules.money import round_half_up
from plans.rules.periods import add_months
from plans.rules.rating import rate
from plans.rules.terms import parse_charge
from tests.plans.clinic import CLINIC
from tests.trials.lives import Happening, played
from trials.selectors.quotes import Wish, quote

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
START, UNTIL, DOCTORS = date(2026, 1, 1), date(2026, 7, 1), 7
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


# One period long each, so that the second one is at the list price again.
OFFERS: dict[str, Callable[[int], dict[str, Any]]] = {
    "percent": lambda months: {"percent": "20", "months": months},
    "amount": lambda _: {"amount": 70_000, "invoices": 1},
    "free_months": lambda months: {"free_months": months},
    "price": lambda _: {"price": "1500", "invoices": 1},
}


def sold(tmp_path: Path, model: str, when: str, months: int) -> int:
    """Put a product on sale with a base fee every quarter and the charge beside it; what one period of that costs."""
    pricing = {"model": model, **PRICINGS[model]}
    text: dict[str, str] = {"id": "x", "en": "x"}
    base: dict[str, Any] = {
        "code": "base",
        "plans": ["clinic"],
        "interval_months": 3,
        "quantity": "one",
        "description": text,
    }
    base["pricing"] = {"model": "flat", "amount": "100000"}
    beside: dict[str, Any] = {
        "code": "beside",
        "plans": ["clinic"],
        "with_intervals": [3],
        "when": when,
        "description": text,
    }
    beside |= {"interval_months": months, "pricing": pricing}
    book = [{"code": "clinic-2025", "effective_from": "2025-07-01", "charges": [base, beside]}]
    head = CLINIC.partition("price_books:")[0].replace("    trial: {days: 14}\n", "")
    path = tmp_path / "clinic.yaml"
    path.write_text(f"{head.replace('within_term', 'at_invoice')}price_books: {json.dumps(book)}\n", encoding="utf-8")
    call_command("load_catalogue", str(path), verbosity=0)
    return rate(parse_charge(pricing), DOCTORS).amount


def billed(happenings: list[Happening]) -> dict[str, int]:
    return {item["date"]: item["amount"] for item in happenings if item["event"] == "invoice.issued"}


def expected(price: int, when: str, months: int) -> dict[str, int]:
    """By hand: the base every quarter, and the charge on each of its own days until the end of the play."""
    days: dict[str, int] = {}
    for quarter in (START, date(2026, 4, 1), UNTIL):
        days[quarter.isoformat()] = 100_000
    day = add_months(START, months) if when == "arrears" else START
    while day <= UNTIL:
        days[day.isoformat()] = days.get(day.isoformat(), 0) + price
        if when == "once":
            break
        day = add_months(day, months)
    return {on: amount for on, amount in days.items() if amount}


@pytest.mark.parametrize("months", [1, 2, 3, 4, 12])
@pytest.mark.parametrize("when", ["advance", "arrears", "once"])
@pytest.mark.parametrize("model", list(PRICINGS))
def test_quote_simulation_and_price_list_agree(tmp_path: Path, model: str, when: str, months: int) -> None:
    price = sold(tmp_path, model, when, months)
    made = quote(Wish("clinic", Decimal(DOCTORS), START))
    pays = [{"on": f"2026-{month:02}-02", "do": "pay"} for month in range(1, 7)]
    issued = billed(played(product="clinic", signup=START, quantity=DOCTORS, until=UNTIL, events=pays))
    assert issued == expected(price, when, months)
    assert made.first is not None
    assert made.first.total == issued[START.isoformat()]


def sold_alone(tmp_path: Path, model: str, months: int, offer: dict[str, Any]) -> int:
    """Put a product on sale with one charge and one offer; what one period of it costs by the price list."""
    pricing, text = {"model": model, **PRICINGS[model]}, {"id": "x", "en": "x"}
    charge = {"code": "c", "plans": ["clinic"], "interval_months": months, "description": text, "pricing": pricing}
    book = [{"code": "clinic-2025", "effective_from": "2025-07-01", "charges": [charge]}]
    offers = [{"code": "hemat", "name": {"id": "Hemat", "en": "Saver"}, **offer}]
    head = CLINIC.partition("price_books:")[0].replace("    trial: {days: 14}\n", "")
    head = head.replace("within_term", "at_invoice")
    path = tmp_path / "clinic.yaml"
    text_of_file = f"{head}offers: {json.dumps(offers)}\nprice_books: {json.dumps(book)}\n"
    path.write_text(text_of_file, encoding="utf-8")
    call_command("load_catalogue", str(path), verbosity=0)
    return rate(parse_charge(pricing), DOCTORS).amount


def lowered(price: int, model: str, kind: str) -> int:
    """By hand: what the first period costs under the offer."""
    if kind == "percent":
        return round_half_up(Fraction(price * 80, 100))
    if kind == "amount":
        return max(0, price - 70_000)
    if kind == "free_months":
        return 0
    at_price = {"per_unit": 5 * 1500, "volume": 7 * 1500 + 1000}.get(model, 1500)
    return min(price, at_price)


@pytest.mark.parametrize("months", [1, 2, 3, 4, 12])
@pytest.mark.parametrize("kind", list(OFFERS))
@pytest.mark.parametrize("model", list(PRICINGS))
def test_quote_and_simulation_agree_under_every_kind_of_offer(
    tmp_path: Path, model: str, kind: str, months: int
) -> None:
    """K9, C4: the first period at the offer, the second at the list price; nothing is invoiced where nothing is owed."""
    price = sold_alone(tmp_path, model, months, OFFERS[kind](months))
    first = lowered(price, model, kind)
    made = quote(Wish("clinic", Decimal(DOCTORS), START, offers=("hemat",)))
    second = add_months(START, months)
    until = second if months <= 4 else START
    pays = [{"on": START.isoformat(), "do": "pay"}]
    happenings = played(product="clinic", signup=START, quantity=DOCTORS, offers=["hemat"], until=until, events=pays)
    days = {START: first} | ({second: price} if until == second else {})
    assert billed(happenings) == {day.isoformat(): amount for day, amount in days.items() if amount}
    assert made.first is not None
    assert (made.first.total, made.recurring, made.after) == (first, first, price)
    lines = [line for item in happenings if item["event"] == "invoice.issued" for line in item["lines"]]
    assert all(line["amount"] >= 0 for line in lines)
