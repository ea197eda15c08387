"""What meters read, day by day, until it is billed (C15)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.rules.agreement import Agreement
from billing.rules.sides import ZERO, Part, Stand, unbilled_from
from plans.rules.money import plain
from plans.rules.periods import Period

# Meter → ISO day → what was read, a decimal string.
Read = Mapping[str, Mapping[str, str]]


def read_meters(agreement: Agreement, parts: Iterable[Part], read: Read) -> tuple[Part, ...]:
    """The parts with what their meters read in their days (C15); the others as they are."""
    return tuple(
        replace(part, quantity=_read_in(read.get(part.charge.quantity, {}), part.period))
        if agreement.meter(part.charge.quantity)
        else part
        for part in parts
    )


def add_reading(read: Read, meter: str, on: date, quantity: Decimal) -> dict[str, dict[str, str]]:
    """With one reading more: days are summed up, so that thousands of reports are one number a day."""
    days = dict(read.get(meter, {}))
    days[on.isoformat()] = plain(Decimal(days.get(on.isoformat(), "0")) + quantity)
    return {**{name: dict(values) for name, values in read.items()}, meter: days}


def unbilled(agreement: Agreement, stand: Stand, read: Read) -> dict[str, dict[str, str]]:
    """What of the readings some charge still has to bill; the days before are let go."""
    kept = {}
    for meter, days in read.items():
        open_from = [unbilled_from(charge, stand) for charge in agreement.sides if charge.quantity == meter]
        first = min(open_from, default=date.max).isoformat()
        if left := {day: quantity for day, quantity in days.items() if day >= first}:
            kept[meter] = left
    return kept


def _read_in(days: Mapping[str, str], period: Period) -> Decimal:
    start, end = period.start.isoformat(), period.end.isoformat()
    return sum((Decimal(quantity) for day, quantity in days.items() if start <= day < end), ZERO)
