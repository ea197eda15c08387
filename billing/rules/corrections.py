"""Usage of a billed period that was reported late or wrongly: its difference stands on the next invoice (C15).

More is a line of its own. Less is taken off what the charge bills next, never below zero; what is left of it waits for the
invoice after that. Nothing that was issued is changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from billing.rules.drafting import Line
from plans.rules.catalogue import Charge, Text
from plans.rules.money import format_number, format_rupiah, plain
from plans.rules.periods import Period
from plans.rules.spelling import spell_period

CORRECTION_KIND = "correct"


@dataclass(frozen=True, slots=True)
class Fix:
    """What a billed period was charged too little (or, negative, too much), in rupiah, and the usage behind it."""

    period: Period
    amount: int
    quantity: Decimal


def add_fix(fixes: Iterable[Fix], fix: Fix) -> tuple[Fix, ...]:
    """With one more; those of one period are one, and what cancels out is gone."""
    sums = {item.period: item for item in fixes}
    known = sums.get(fix.period)
    if known is not None:
        fix = Fix(fix.period, known.amount + fix.amount, known.quantity + fix.quantity)
    sums[fix.period] = fix
    return tuple(item for item in sorted(sums.values(), key=lambda item: item.period.start) if item.amount)


def settle(charge: Charge, usage: Line, fixes: tuple[Fix, ...]) -> tuple[tuple[Line, ...], tuple[Fix, ...]]:
    """The lines of a charge with its corrections, and what of these is left for later.

    Usage of 100.000 with +20.000 for April: two lines. With −130.000 for April: a line of 0, and −30.000 wait.
    """
    if not fixes:
        return (usage,), ()
    more, less = [fix for fix in fixes if fix.amount > 0], [fix for fix in fixes if fix.amount < 0]
    lines, rest, off = [usage], [], -sum(fix.amount for fix in less)
    if more:
        lines.append(_correction_line(charge, usage, more))
    reduced = []
    for line in lines:
        taken = min(off, line.amount)
        off -= taken
        reduced.append(_reduced(line, taken, less) if taken else line)
    for fix in reversed(less):  # the oldest are used up first
        waits = min(off, -fix.amount)
        off -= waits
        if waits:
            rest.append(replace(fix, amount=-waits, quantity=fix.quantity if waits == -fix.amount else Decimal(0)))
    return tuple(reduced), tuple(reversed(rest))


def _correction_line(charge: Charge, usage: Line, fixes: list[Fix]) -> Line:
    amount = sum(fix.amount for fix in fixes)
    span = Period(fixes[0].period.start, max(fix.period.end for fix in fixes))
    days = {language: spell_period(span, language) for language in ("id", "en")}
    said = Text(
        id=f"Koreksi {charge.description.id}, {days['id']}", en=f"Correction of {charge.description.en}, {days['en']}"
    )
    explanation = {name: usage.explanation[name] for name in ("rules", "book", "unit") if name in usage.explanation} | {
        "quantity": plain(sum((fix.quantity for fix in fixes), Decimal(0))),
        "shares": _shares(fixes),
        "formula": f"{' + '.join(format_number(fix.amount) for fix in fixes)} = {format_rupiah(amount)}",
    }
    # The days are those of the invoice: a period may be corrected again, and its own days would then be billed twice.
    return Line(charge.code, CORRECTION_KIND, usage.period, Decimal(1), Decimal(amount), amount, said, explanation)


def _reduced(line: Line, taken: int, fixes: list[Fix]) -> Line:
    amount = line.amount - taken
    before = str(line.explanation["formula"]).rpartition(" = ")[0]
    known = line.explanation.get("shares")
    explanation = {**line.explanation} | {
        "shares": [*(known if isinstance(known, list) else []), *_shares(fixes)],
        "formula": f"{before} − {format_number(taken)} = {format_rupiah(amount)}",
    }
    price = Decimal(amount) if line.kind == CORRECTION_KIND else line.unit_price
    return replace(line, amount=amount, unit_price=price, explanation=explanation)


def _shares(fixes: Iterable[Fix]) -> list[dict[str, object]]:
    return [
        {
            "words": {
                "id": f"Koreksi {spell_period(fix.period, 'id')}",
                "en": f"Correction of {spell_period(fix.period, 'en')}",
            },
            "amount": fix.amount,
        }
        for fix in fixes
    ]


def read_fixes(data: Iterable[Mapping[str, Any]]) -> tuple[Fix, ...]:
    """From JSON: `[{"from": "2026-04-10", "to": "2026-05-10", "amount": -30000, "quantity": "-3000000"}]`."""
    return tuple(
        Fix(
            Period(date.fromisoformat(item["from"]), date.fromisoformat(item["to"])),
            int(item["amount"]),
            Decimal(item["quantity"]),
        )
        for item in data
    )


def write_fixes(fixes: Iterable[Fix]) -> list[dict[str, Any]]:
    """As `read_fixes` reads it."""
    return [
        {
            "from": fix.period.start.isoformat(),
            "to": fix.period.end.isoformat(),
            "amount": fix.amount,
            "quantity": plain(fix.quantity),
        }
        for fix in fixes
    ]
