"""Weeks, months and quarters to look back on, and when each is told (C18)."""

from datetime import date

import pytest

from plans.rules.holidays import NO_HOLIDAYS, HolidayCalendar
from reports.rules.lookbacks import Cadence, Lookback, last_whole, lookback_of, told_on

D = date
# Idulfitri 2026 as an example: Monday 30 March to Friday 3 April.
FEAST = {"name": {"id": "Idulfitri", "en": "Eid"}, "from": "2026-03-30", "to": "2026-04-03"}
QUIET = HolidayCalendar.model_validate({"quiet": [FEAST]})


@pytest.mark.parametrize(
    ("cadence", "day", "first", "last"),
    [
        (Cadence.WEEKLY, D(2026, 11, 26), D(2026, 11, 23), D(2026, 11, 29)),
        (Cadence.WEEKLY, D(2026, 11, 29), D(2026, 11, 23), D(2026, 11, 29)),
        (Cadence.WEEKLY, D(2026, 11, 30), D(2026, 11, 30), D(2026, 12, 6)),
        (Cadence.WEEKLY, D(2027, 1, 1), D(2026, 12, 28), D(2027, 1, 3)),
        (Cadence.MONTHLY, D(2024, 2, 29), D(2024, 2, 1), D(2024, 2, 29)),
        (Cadence.MONTHLY, D(2026, 12, 31), D(2026, 12, 1), D(2026, 12, 31)),
        (Cadence.QUARTERLY, D(2026, 12, 31), D(2026, 10, 1), D(2026, 12, 31)),
        (Cadence.QUARTERLY, D(2027, 1, 1), D(2027, 1, 1), D(2027, 3, 31)),
    ],
)
def test_a_day_lies_in_one_week_one_month_one_quarter(cadence: Cadence, day: date, first: date, last: date) -> None:
    found = lookback_of(cadence, day)
    assert (found.first, found.last) == (first, last)
    assert found.moved(-1).last.toordinal() == first.toordinal() - 1, "the one before ends the day before"
    assert found.moved(-3).moved(3) == found


@pytest.mark.parametrize(
    ("cadence", "today", "first"),
    [
        (Cadence.WEEKLY, D(2026, 11, 29), D(2026, 11, 16)),
        (Cadence.WEEKLY, D(2026, 11, 30), D(2026, 11, 23)),
        (Cadence.MONTHLY, D(2026, 11, 30), D(2026, 10, 1)),
        (Cadence.MONTHLY, D(2026, 12, 1), D(2026, 11, 1)),
        (Cadence.QUARTERLY, D(2026, 12, 31), D(2026, 7, 1)),
        (Cadence.QUARTERLY, D(2027, 1, 1), D(2026, 10, 1)),
    ],
)
def test_what_is_looked_back_on_is_over(cadence: Cadence, today: date, first: date) -> None:
    assert last_whole(cadence, today).first == first


@pytest.mark.parametrize(
    ("cadence", "first", "holidays", "day"),
    [
        (Cadence.WEEKLY, D(2026, 11, 23), NO_HOLIDAYS, D(2026, 11, 30)),
        (Cadence.WEEKLY, D(2026, 3, 23), QUIET, D(2026, 3, 30)),  # Monday is Monday
        (Cadence.MONTHLY, D(2026, 6, 1), NO_HOLIDAYS, D(2026, 7, 1)),  # a Wednesday
        (Cadence.MONTHLY, D(2026, 7, 1), NO_HOLIDAYS, D(2026, 8, 3)),  # 1 August is a Saturday
        (Cadence.MONTHLY, D(2026, 10, 1), NO_HOLIDAYS, D(2026, 11, 2)),  # 1 November is a Sunday
        (Cadence.QUARTERLY, D(2026, 1, 1), QUIET, D(2026, 4, 6)),  # quiet until Friday, then a weekend
    ],
)
def test_a_digest_comes_on_monday_or_on_the_first_working_day_c18(
    cadence: Cadence, first: date, holidays: HolidayCalendar, day: date
) -> None:
    assert told_on(Lookback(cadence, first), holidays) == day
