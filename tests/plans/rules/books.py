"""Price books for tests of the rules, each with the prices that a test names."""

from datetime import date
from typing import Any

from plans.rules.catalogue import Plan, PriceBook

TEXT = {"id": "Langganan", "en": "Subscription"}


def plan(code: str = "standard", **more: Any) -> Plan:
    """A plan for any quantity, or within `quantity`."""
    fixed = {"code": code, "name": TEXT, "terms": "t", "reminders": "r"}
    return Plan.model_validate({**fixed, **more})


def charge(pricing: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A yearly charge of `standard`."""
    fixed = {"code": "students", "plans": ["standard"], "interval_months": 12, "description": TEXT}
    return {**fixed, "pricing": pricing, **more}


def book(on: str, *charges: dict[str, Any], code: str = "", **more: Any) -> PriceBook:
    """A book that begins on a day."""
    named = code or f"book-{on[:7]}"
    return PriceBook.model_validate(
        {"code": named, "effective_from": date.fromisoformat(on), "charges": list(charges), **more}
    )


def per_unit(price: int | str, **more: Any) -> dict[str, Any]:
    """So much for each."""
    return {"model": "per_unit", "unit_price": str(price), **more}


def volume(*tiers: tuple[int | None, int], **more: Any) -> dict[str, Any]:
    """Volume pricing: (up to, price) pairs, the last up to None."""
    rows = [{"up_to": None if to is None else str(to), "unit_price": str(price)} for to, price in tiers]
    return {"model": "volume", "tiers": rows, **more}


def graduated(*tiers: tuple[int | None, int], **more: Any) -> dict[str, Any]:
    """Graduated pricing: (up to, price) pairs."""
    return {**volume(*tiers, **more), "model": "graduated"}
