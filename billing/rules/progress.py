"""How far each charge beside the periods has been billed, as the subscription's row keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.rules.corrections import Fix, read_fixes, write_fixes
from plans.rules.money import plain

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Held:
    """How far a charge has been billed: the first day that is not, the quantity its running period was billed for, and
    the unit price that holds within it (X3). `fixes` are corrections of billed periods that wait for its next line."""

    to: date
    quantity: Decimal = ZERO
    price: str | None = None
    fixes: tuple[Fix, ...] = ()


Progress = Mapping[str, Held]


def read_progress(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Held]:
    """From the subscription's JSON: `{"academy-seats": {"to": "2027-03-10", "quantity": "40", "price": "120000"}}`."""
    return {
        code: Held(
            date.fromisoformat(item["to"]),
            Decimal(item.get("quantity", "0")),
            item.get("price"),
            read_fixes(item.get("fixes", ())),
        )
        for code, item in data.items()
    }


def write_progress(progress: Progress) -> dict[str, dict[str, Any]]:
    """As `read_progress` reads it."""
    written: dict[str, dict[str, Any]] = {}
    for code, held in progress.items():
        written[code] = {"to": held.to.isoformat(), "quantity": plain(held.quantity)}
        if held.price is not None:
            written[code]["price"] = held.price
        if held.fixes:
            written[code]["fixes"] = write_fixes(held.fixes)
    return written
