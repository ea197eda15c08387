"""What is billed beside a subscription's own periods: set-up fees, other rhythms, arrears, usage, add-ons.

One question is asked of every charge: what ought to be billed up to a day, less what has been billed. `Progress` is the
answer to the second half, kept on the subscription; each part that is billed moves it on by exactly its own days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from billing.rules.agreement import Agreement, counted
from billing.rules.corrections import CORRECTION_KIND, Fix, add_fix, settle
from billing.rules.drafting import Line, period_line, rated_line
from billing.rules.progress import Held, Progress
from plans.rules.catalogue import Charge, When
from plans.rules.money import plain
from plans.rules.periods import Period, period_containing, whole_period_of
from plans.rules.rating import rate
from plans.rules.terms import PerUnit, Volume

ZERO, ONE = Decimal(0), Decimal(1)
ONE_DAY = timedelta(days=1)
ONCE_KIND, USAGE_KIND, ADDON_KIND, PERIOD_KIND = "once", "usage", "addon", "period"
METERED = frozenset({USAGE_KIND, CORRECTION_KIND})


@dataclass(frozen=True, slots=True)
class Stand:
    """What decides about the charges beside the periods: where billing began, what is held, how far each was billed."""

    starts_on: date
    anchor_day: int
    quantity: Decimal
    addons: Mapping[str, Decimal]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Part:
    """A charge for some days: what is to be billed of it now. `whole` is the full period that `period` lies in; `fixes`
    are corrections of earlier ones."""

    charge: Charge
    period: Period
    whole: Period
    quantity: Decimal
    fixes: tuple[Fix, ...] = ()


def quantity_of(agreement: Agreement, charge: Charge, stand: Stand) -> Decimal:
    """How many a charge counts today: the reported quantity, one, or as many of the add-on as are held."""
    if charge.counts_the_tenant:
        return stand.quantity if charge.quantity == "reported" else ONE
    addon = agreement.addon(charge.quantity)
    if addon is None:
        return ZERO  # a meter is read when it is billed
    return max(stand.addons.get(addon.code, ZERO), addon.quantity.from_ if addon.required else ZERO)


def due_on(agreement: Agreement, charge: Charge, stand: Stand) -> date | None:
    """The day on which a charge is to be billed next; None while there is nothing to come.

    In advance: its first day that is not billed yet. In arrears: the day after the period of that day.
    """
    if agreement.meter(charge.quantity) is None and not quantity_of(agreement, charge, stand):
        return None
    first = unbilled_from(charge, stand)
    if charge.when is When.ONCE:
        return None if charge.code in stand.progress else first
    return grid_of(agreement, charge, stand, first).end if charge.when is When.ARREARS else first


def next_due(agreement: Agreement, stand: Stand) -> date | None:
    """The next day on which anything beside the periods is to be billed."""
    days = (due_on(agreement, charge, stand) for charge in agreement.sides)
    return min((day for day in days if day is not None), default=None)


def due_parts(agreement: Agreement, stand: Stand, day: date) -> tuple[Part, ...]:
    """What is due by a day: of each charge the earliest part. Called again until nothing is left, it catches up.

    N6, 10 March, anchor 10: set-up once, 40 seats for [10 March 2026, 10 March 2027).
    """
    due = [(charge, due_on(agreement, charge, stand)) for charge in agreement.sides]
    return tuple(_part(agreement, charge, stand) for charge, on in due if on is not None and on <= day)


def closing_parts(agreement: Agreement, stand: Stand, on: date) -> tuple[Part, ...]:
    """What is billed in arrears and not billed yet on the day a subscription ends, its last days pro rata."""
    found = []
    for charge in agreement.sides:
        first = unbilled_from(charge, stand)
        if charge.when is When.ARREARS and first < on:
            found.append(_cut(_part(agreement, charge, stand), on))
    return tuple(part for part in found if part.quantity or agreement.meter(part.charge.quantity))


def whole_parts(agreement: Agreement, stand: Stand) -> tuple[Part, ...]:
    """What one whole period of each charge is, for a quote; meters have nothing to show yet."""
    found = []
    for charge in agreement.sides:
        quantity = quantity_of(agreement, charge, stand)
        if quantity:
            part = _part(agreement, charge, replace(stand, progress={}))
            found.append(replace(part, period=part.whole))
    return tuple(found)


def moved(agreement: Agreement, stand: Stand, parts: Iterable[Part]) -> Stand:
    """The same after these parts were billed: no day of them is ever due again."""
    progress = dict(stand.progress)
    for part in parts:
        end = part.period.start if part.charge.when is When.ONCE else part.period.end
        _, waiting = _settled(agreement, part)
        progress[part.charge.code] = Held(
            end, part.quantity, locked_price(agreement, part.charge, part.quantity), waiting
        )
    return replace(stand, progress=progress)


def lines_of(agreement: Agreement, parts: Iterable[Part]) -> tuple[Line, ...]:
    """The parts as lines, corrections with them; usage that costs nothing leaves none."""
    found = [(part, line) for part in parts for line in _settled(agreement, part)[0]]
    return tuple(line for part, line in found if line.amount or line.kind not in METERED or part.fixes)


def _settled(agreement: Agreement, part: Part) -> tuple[tuple[Line, ...], tuple[Fix, ...]]:
    """The lines of a part, and the corrections that wait on."""
    return (
        settle(part.charge, line_of(agreement, part), part.fixes) if part.fixes else ((line_of(agreement, part),), ())
    )


def billed_period(agreement: Agreement, charge: Charge, stand: Stand, on: date) -> Period | None:
    """The period of a metered charge that a day lies in, if it has been billed; None while it is open, or was free."""
    held = stand.progress.get(charge.code)
    if held is None or on >= held.to or on < stand.starts_on:
        return None
    grid = grid_of(agreement, charge, stand, on)
    return Period(max(grid.start, stand.starts_on), min(grid.end, held.to))


def correct(
    agreement: Agreement, stand: Stand, charge: Charge, period: Period, usage: tuple[Decimal, Decimal]
) -> Stand:
    """A billed period's usage is another one now: the difference waits for the charge's next line (C15).

    10.000.000 → 12.000.000 at 1 %: +20.000. The offers of the days corrected hold, as they did.
    """
    held = stand.progress[charge.code]
    before, after = (line_of(agreement, Part(charge, period, period, quantity)).amount for quantity in usage)
    fixes = add_fix(held.fixes, Fix(period, after - before, usage[1] - usage[0]))
    return replace(stand, progress={**stand.progress, charge.code: replace(held, fixes=fixes)})


def overpaid(stand: Stand) -> int:
    """What corrections still owe the customer, in rupiah, where nothing is to be billed any more."""
    return -sum(fix.amount for held in stand.progress.values() for fix in held.fixes)


def in_order(agreement: Agreement, lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines in the order in which the price book names their charges."""
    places = {charge.code: at for at, charge in enumerate(agreement.charges)}
    return tuple(sorted(lines, key=lambda line: places.get(line.charge, len(places))))


def resumed(agreement: Agreement, stand: Stand, today: date) -> tuple[tuple[Part, ...], Stand]:
    """Access returns after a suspension: periods that passed meanwhile are not billed, the current one is in full.

    What was interrupted and is billed in arrears is returned to be billed now; usage stays as it was reported.
    """
    parts, progress = [], dict(stand.progress)
    for charge in agreement.sides:
        due = due_on(agreement, charge, stand)
        if due is None or due > today or charge.when is When.ONCE or agreement.meter(charge.quantity):
            continue
        if charge.when is When.ARREARS:
            parts.append(_part(agreement, charge, stand))
        current = grid_of(agreement, charge, stand, today)
        progress[charge.code] = replace(progress.get(charge.code, Held(current.start)), to=current.start)
    return tuple(parts), replace(stand, progress=progress)


def part_again(agreement: Agreement, charge: Charge, stand: Stand, period: Period, quantity: Decimal) -> Part:
    """A part that was billed before and voided, at another quantity."""
    grid = grid_of(agreement, charge, stand, period.start)
    whole = whole_period_of(grid, anchor_day_of(agreement, charge, stand), charge.interval_months)
    return Part(charge, period, period if charge.when is When.ONCE else whole, quantity)


def _part(agreement: Agreement, charge: Charge, stand: Stand) -> Part:
    first, quantity = unbilled_from(charge, stand), quantity_of(agreement, charge, stand)
    if charge.when is When.ONCE:
        day = Period(first, first + ONE_DAY)
        return Part(charge, day, day, quantity)
    grid = grid_of(agreement, charge, stand, first)
    whole = whole_period_of(grid, anchor_day_of(agreement, charge, stand), charge.interval_months)
    held = stand.progress.get(charge.code)
    return Part(charge, Period(first, grid.end), whole, quantity, held.fixes if held else ())


def _cut(part: Part, end: date) -> Part:
    """Only the days before `end`.

    The whole period is moved so that it ends there, too: proration divides the same days by the same length.
    """
    if part.period.end <= end:
        return part
    return replace(
        part, period=Period(part.period.start, end), whole=Period(end - timedelta(days=part.whole.days), end)
    )


def line_of(agreement: Agreement, part: Part) -> Line:
    """A part as its line, before what corrects earlier ones."""
    charge = part.charge
    if charge.when is When.ONCE:
        rated = rate(charge.price(), counted(charge, part.quantity))
        return rated_line(agreement, charge, ONCE_KIND, rated, part.period, [charge.rule], locked=False)
    if agreement.meter(charge.quantity):
        rated = rate(charge.price(), counted(charge, part.quantity))
        return rated_line(agreement, charge, USAGE_KIND, rated, part.period, [charge.rule], locked=False)
    return period_line(agreement, charge, part.quantity, part.period, part.whole, {})


def unbilled_from(charge: Charge, stand: Stand) -> date:
    """The first day of a charge that is not billed yet."""
    held = stand.progress.get(charge.code)
    return held.to if held is not None else stand.starts_on


def anchor_day_of(agreement: Agreement, charge: Charge, stand: Stand) -> int:
    """The day of the month on which a charge's periods begin."""
    return agreement.anchor_of(charge).day(stand.anchor_day)


def grid_of(agreement: Agreement, charge: Charge, stand: Stand, day: date) -> Period:
    """The period of a charge that a day falls in; all charges count from the day billing began."""
    anchor, months = agreement.anchor_of(charge), charge.interval_months
    return period_containing(stand.starts_on, anchor.day(stand.anchor_day), months, day, anchor_month=anchor.month)


def locked_price(agreement: Agreement, charge: Charge, quantity: Decimal) -> str | None:
    """The unit price that later rises of the period keep; None where nothing is locked."""
    price = charge.price()
    if not agreement.lock_price_within_term or not isinstance(price, (PerUnit, Volume)):
        return None
    unit_price = rate(price, counted(charge, quantity)).unit_price
    return None if unit_price is None else plain(unit_price)
