"""Agreements on the steps of the ladder; no database."""

from datetime import date
from decimal import Decimal
from functools import cache

from billing.rules.agreement import Agreement, agree
from billing.rules.changes import Ledger, Net, Switch, net_of
from plans.rules.catalogue import Catalogue
from plans.rules.catalogue_file import read_catalogue
from plans.rules.offer import make_offer
from plans.rules.periods import Period
from plans.rules.plan_changes import ChangeBilling, ChangeRule, ChangeWhen
from tests.plans.ladder import LADDER

JUNE = Period(date(2025, 6, 1), date(2025, 7, 1))
PRO_RATA = ChangeRule(when=ChangeWhen.NOW, billing=ChangeBilling.PRO_RATA, rule="C11")
NEXT_INVOICE = ChangeRule(when=ChangeWhen.NOW)


@cache
def ladder() -> Catalogue:
    """The catalogue of the ladder."""
    return read_catalogue(LADDER, "ladder.yaml").catalogue


@cache
def on_plan(plan: str, months: int = 1, terms: str | None = None) -> Agreement:
    """What somebody agrees to who signs up on 1 February 2025."""
    offer = make_offer(
        ladder(), plan=plan, quantity=Decimal(1), interval_months=months, on=date(2025, 2, 1), terms=terms
    )
    return agree(ladder(), offer)


def switched(
    old: str, new: str, day: int, *, rule: ChangeRule = PRO_RATA, period: Period = JUNE, whole: Period = JUNE
) -> Switch:
    """A change on a day of June 2025."""
    on = date(2025, 6, day)
    return Switch(on_plan(old), on_plan(new), Decimal(1), {}, period, whole, on, rule)


def walk(*steps: tuple[str, int], start: str = "starter", rule: ChangeRule = PRO_RATA) -> list[Net]:
    """Changes one after the other within June: ("growth", 11), ("pro", 21)."""
    plan, ledger, nets = start, Ledger(), []
    for new, day in steps:
        nets.append(net_of(switched(plan, new, day, rule=rule), ledger))
        plan, ledger = new, nets[-1].ledger
    return nets
