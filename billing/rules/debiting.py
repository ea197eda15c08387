"""When an invoice is charged on a mandate (K7), and when it is not any more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plans.rules.catalogue import AutoDebit

ONE_DAY = timedelta(days=1)
# The text that people agree to, on the page that switches auto-debit on. Another text is another version: what was agreed to
# must be found again.
CONSENT = "2026-11"


@dataclass(frozen=True, slots=True)
class Tried:
    """A charge that was made: on which day, and whether the answer was final (`hard`). Paid ones are not looked at again."""

    on: date
    hard: bool


@dataclass(frozen=True, slots=True)
class Charging:
    """An open invoice with what has happened to it: `announced_on` is the day on which the customer was told of the charge."""

    due_on: date
    announced_on: date | None = None
    tried: Sequence[Tried] = ()


def announce_on(rules: AutoDebit, due_on: date) -> date:
    """The first day on which the customer is told: due on the 15th with 3 days' notice, the 12th."""
    return due_on - timedelta(days=rules.notice_days)


def charge_on(rules: AutoDebit, case: Charging) -> date | None:
    """The day of the next charge; None before it was announced, after a final refusal, and after the last try.

    The first on the due day, never on the day of the announcement itself. Then by the schedule, counted from the first: due on
    the 15th and refused for lack of money, days 0, 1, 3, 5 are the 15th, 16th, 18th and 20th. Never two on a day: a try that
    was made late moves the next at least to the day after it.
    """
    if case.announced_on is None or len(case.tried) >= len(rules.days) or any(one.hard for one in case.tried):
        return None
    if not case.tried:
        return max(case.due_on, case.announced_on + ONE_DAY) + timedelta(days=rules.days[0])
    began = case.tried[0].on - timedelta(days=rules.days[0])
    return max(began + timedelta(days=rules.days[len(case.tried)]), case.tried[-1].on + ONE_DAY)


def is_given_up(rules: AutoDebit, case: Charging) -> bool:
    """Whether nothing more is tried for the invoice: it is to be paid by hand, and dunning goes on as for everybody."""
    return case.announced_on is not None and charge_on(rules, case) is None
