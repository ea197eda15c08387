"""A change of plan meets the charges beside the periods: what ends, what goes on, what begins (C11, C15).

What both plans have goes on where it stands, at the new plan's price from its own next period on. What the old plan alone has
and bills afterwards is billed up to the day of the change, its last days pro rata; what was paid ahead is not refunded. What
the new plan alone has begins on that day. What is paid once stays paid (C2).
"""

from dataclasses import replace
from datetime import date

from billing.rules.agreement import Agreement
from billing.rules.drafting import Line
from billing.rules.progress import Held
from billing.rules.readings import Read, read_meters
from billing.rules.sides import Part, Stand, closing_parts, lines_of, moved
from plans.rules.catalogue import When


def leaving_lines(old: Agreement, new: Agreement, stand: Stand, on: date, read: Read) -> tuple[Line, ...]:
    """What is billed in arrears of the old plan up to the day of a change.

    Growth → Starter on 16 June, 10.000.000 of turnover since 1 June: 1 % of it, 100.000, for 1–15 June. With another interval
    periods are counted anew from that day, so everything in arrears is billed up to it.
    """
    return lines_of(old, _leaving(old, new, stand, on, read))


def joined(old: Agreement, new: Agreement, stand: Stand, on: date, read: Read) -> Stand:
    """How far each charge of the new plan has been billed: nothing for a day before the change, nothing twice.

    What a correction still owes the customer stays with its charge, also where the new plan has it no more (C15).
    """
    after = moved(old, stand, _leaving(old, new, stand, on, read)).progress
    before = {charge.code for charge in old.sides}
    once = {item.code for item in old.sides if item.when is When.ONCE and item.counts_the_tenant}
    progress = {code: held for code, held in after.items() if code in once or held.fixes}
    for charge in new.sides:
        held = after.get(charge.code)
        if charge.when is When.ONCE:
            progress |= {charge.code: held} if held is not None else {}
        elif charge.code not in before or (charge.when is When.ARREARS and _ends(old, new, charge.code)):
            progress[charge.code] = replace(held or Held(on), to=on)
        elif held is not None:
            progress[charge.code] = held
    addons = {code: count for code, count in stand.addons.items() if new.addon(code) is not None}
    return replace(stand, addons=addons, progress=progress)


def _leaving(old: Agreement, new: Agreement, stand: Stand, on: date, read: Read) -> tuple[Part, ...]:
    parts = [part for part in closing_parts(old, stand, on) if _ends(old, new, part.charge.code)]
    return read_meters(old, parts, read)


def _ends(old: Agreement, new: Agreement, code: str) -> bool:
    """Whether a charge of the old plan ends with the change, or is counted anew from it."""
    return old.interval_months != new.interval_months or all(charge.code != code for charge in new.sides)
