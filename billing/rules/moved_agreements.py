"""The agreement after a change of plan or interval (C11)."""

from datetime import date
from decimal import Decimal

from billing.rules.agreement import Agreement
from plans.rules.catalogue import Anchor, Discount, SeatRules, Text

_EVERY = {1: ("per bulan", "by the month"), 12: ("per tahun", "by the year")}


def moved(old: Agreement, new: Agreement) -> Agreement:
    """The agreement on another plan: its price, plan and interval, and whatever of the old one holds for every plan.

    Offers go along with their days where they are for the new plan, too; the others are lost. Payment terms stay where the
    new plan allows them (a complex on net 30 keeps net 30), else its own hold.
    """
    same_interval = old.interval_months == new.interval_months
    new = carried(old, new)
    allowed = {code for plan in new.plans for code in (plan.terms, *plan.other_terms)}
    return new.model_copy(
        update={
            "anchor": old.anchor if same_interval else new.anchor,
            "at_renewal": new.plans[0].at_renewal or old.at_renewal,
            "lock_price_within_term": old.lock_price_within_term,
            "seats": _seats(old, new),
            "terms": old.terms if old.terms.code in allowed else new.terms,
            "rules": old.rules,
        }
    )


def _seats(old: Agreement, new: Agreement) -> SeatRules:
    """How changes of quantity are billed: as agreed, unless one of the plans has rules of its own (X8, K4)."""
    own = any(plan.seats is not None for plan in (*old.plans, *new.plans))
    return new.seats if own else old.seats


def carried(old: Agreement, new: Agreement) -> Agreement:
    """The new agreement with the offers of the old one that are for it, too, and their days."""
    kept = tuple(item for item in old.discounts if _goes_along(item.discount, new))
    return new if kept == new.discounts else new.model_copy(update={"discounts": kept})


def _goes_along(discount: Discount, new: Agreement) -> bool:
    return any(discount.is_for_plan(plan.code, new.interval_months) for plan in new.plans)


def anchor_day(old: Agreement, new: Agreement, day: int, on: date) -> int:
    """The day of the month that periods return to after a change on a day.

    From calendar months (anchored on the 1st whatever `day` says) to a year: that of the change. Else the old one: an
    anchor on the 31st returns to it.
    """
    return on.day if old.anchor is not Anchor.ANNIVERSARY and new.anchor is Anchor.ANNIVERSARY else day


def named(agreement: Agreement, other: Agreement, quantity: Decimal) -> Text:
    """The plan's name, with its interval where that is what differs: "Growth", "Growth per tahun"."""
    name, months = agreement.plan_for(quantity).name, agreement.interval_months
    if months == other.interval_months:
        return name
    if months in _EVERY:
        every = _EVERY[months]
        return Text(id=f"{name.id} {every[0]}", en=f"{name.en} {every[1]}")
    return Text(id=f"{name.id} per {months} bulan", en=f"{name.en} every {months} months")
