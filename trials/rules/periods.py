"""How long a trial lasts, and where billing is anchored after it."""

from datetime import date, timedelta

from plans.rules.catalogue import Trial
from plans.rules.periods import add_months


def trial_end(trial: Trial, signup_on: date) -> date:
    """The first day that is no longer free.

    X5: a calendar month: 2025-02-01 → 2025-03-01, 2026-01-31 → 2026-02-28. K6: 30 days: 2026-01-15 → 2026-02-14.
    """
    if trial.months:
        return add_months(signup_on, trial.months)
    return signup_on + timedelta(days=trial.days)


def anchor_day(trial: Trial | None, signup_on: date) -> int:
    """The day of the month that periods return to: the day of sign-up after months ("Anchor"), else that of the trial's end.

    Sign-up on 31 January with a month of trial → billed 28 February 2026, 28 February 2027, 29 February 2028.
    """
    if trial is None or trial.months:
        return signup_on.day
    return trial_end(trial, signup_on).day
