"""More of a charge beside the periods within days that are paid: add-ons, kits, seats by the year (N6, N8, C11).

What was billed is the measure: only what goes beyond it is billed, for the days that are left. Fewer bill nothing and
refund nothing.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.rules.agreement import Agreement
from billing.rules.drafting import Line, rise_line
from billing.rules.progress import Held
from billing.rules.sides import ADDON_KIND, ONE_DAY, ZERO, Part, Stand, anchor_day_of, grid_of, line_of, locked_price
from plans.rules.catalogue import Charge, When
from plans.rules.periods import Period, whole_period_of
from plans.rules.rating import Proration


def addon_change(
    agreement: Agreement, stand: Stand, code: str, quantity: Decimal, on: date
) -> tuple[tuple[Line, ...], Stand]:
    """What changing an add-on to `quantity` bills on a day, and how things stand then (N8, C11).

    12 kits at 75.000 a month from 11 of 31 days on: 12 × 75.000 × 21/31. 12 → 15 within it: 3 for the days left.
    Fewer bill nothing and refund nothing; they count from the next period on.
    """
    lines, after = [], replace(stand, addons={**stand.addons, code: quantity})
    for charge in agreement.sides:
        if charge.quantity == code:
            line, held = _addon_line(agreement, charge, stand, quantity, on)
            lines += [line] if line is not None else []
            if held is not None:
                after = replace(after, progress={**after.progress, charge.code: held})
    return tuple(lines), after


def rise_lines(agreement: Agreement, stand: Stand, quantity: Decimal, on: date) -> tuple[Line, ...]:
    """More of the reported quantity, for what is left of each charge's own period: N6's seats are paid by the year."""
    lines = []
    for charge, held in _running(agreement, stand, on):
        if quantity > held.quantity:
            lines.append(_more(agreement, charge, stand, held, quantity, on))
    return tuple(lines)


def risen(agreement: Agreement, stand: Stand, quantity: Decimal, on: date) -> Stand:
    """The same after `rise_lines` were billed."""
    higher = {
        charge.code: replace(held, quantity=max(held.quantity, quantity))
        for charge, held in _running(agreement, stand, on)
    }
    return replace(stand, progress={**stand.progress, **higher})


def least_billed(agreement: Agreement, stand: Stand, billed: Decimal, on: date) -> Decimal:
    """The count a rise is measured from (X8) where several charges count the tenant, each billed on its own day."""
    counts = [held.quantity for _, held in _running(agreement, stand, on)]
    if any(charge.quantity == "reported" for charge in agreement.main):
        counts.append(billed)
    return min(counts, default=billed)


def _running(agreement: Agreement, stand: Stand, on: date) -> list[tuple[Charge, Held]]:
    """The charges in advance that count the reported quantity and are paid beyond a day."""
    found = [
        (charge, stand.progress[charge.code])
        for charge in agreement.sides
        if charge.quantity == "reported" and charge.when is When.ADVANCE and charge.code in stand.progress
    ]
    return [(charge, held) for charge, held in found if held.to > on]


def _addon_line(
    agreement: Agreement, charge: Charge, stand: Stand, quantity: Decimal, on: date
) -> tuple[Line | None, Held | None]:
    held = stand.progress.get(charge.code)
    if charge.when is When.ONCE:
        billed = held.quantity if held else ZERO
        if quantity <= billed:
            return None, None
        line = rise_line(agreement, charge, billed, quantity - billed, Period(on, on + ONE_DAY), None, {})
        return _as_addon(line, charge), Held(on, quantity)
    if held is not None and held.to > on:
        if quantity <= held.quantity:
            return None, None
        return _as_addon(_more(agreement, charge, stand, held, quantity, on), charge), replace(held, quantity=quantity)
    if not quantity:
        return None, None
    grid = grid_of(agreement, charge, stand, on)
    whole = whole_period_of(grid, anchor_day_of(agreement, charge, stand), charge.interval_months)
    part = Part(charge, Period(on, grid.end), whole, quantity)
    return line_of(agreement, part), Held(grid.end, quantity, locked_price(agreement, charge, quantity))


def _as_addon(line: Line, charge: Charge) -> Line:
    """A kind of its own: it may come twice on a day, and it moves no count of students."""
    return replace(
        line, kind=ADDON_KIND, explanation={**line.explanation, "rules": [charge.rule] if charge.rule else []}
    )


def _more(agreement: Agreement, charge: Charge, stand: Stand, held: Held, quantity: Decimal, on: date) -> Line:
    """From what was billed up to `quantity`, for the days left of the paid period."""
    rest = Period(on, held.to)
    last = grid_of(agreement, charge, stand, held.to - ONE_DAY)
    whole = whole_period_of(last, anchor_day_of(agreement, charge, stand), charge.interval_months)
    proration = Proration(whole, rest.start) if rest != whole else None
    locked = {charge.code: held.price} if held.price is not None else {}
    return rise_line(agreement, charge, held.quantity, quantity - held.quantity, rest, proration, locked)
