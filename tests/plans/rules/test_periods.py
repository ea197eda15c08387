"""Months, anchors, stubs and the day it is for a tenant."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.rules.periods import Period, add_months, boundary, local_day, period_containing, whole_period_of

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
intervals = st.sampled_from([1, 2, 3, 4, 6, 12])


@pytest.mark.parametrize(
    ("day", "months", "anchor_day", "later"),
    [
        ("2025-02-01", 1, None, "2025-03-01"),
        ("2025-01-31", 1, None, "2025-02-28"),
        ("2028-01-31", 1, None, "2028-02-29"),
        ("2025-02-28", 1, 31, "2025-03-31"),
        ("2025-02-28", 1, None, "2025-03-28"),
        ("2028-02-29", 12, None, "2029-02-28"),
        ("2029-02-28", 36, 29, "2032-02-29"),
        ("2025-12-15", 1, None, "2026-01-15"),
        ("2025-01-15", -1, None, "2024-12-15"),
        ("2025-03-31", -1, None, "2025-02-28"),
        ("2025-03-01", 0, None, "2025-03-01"),
    ],
)
def test_months_are_added_on_the_calendar(day: str, months: int, anchor_day: int | None, later: str) -> None:
    """X5: a trial of one calendar month; an anchor on the 29th–31st clips and returns."""
    assert add_months(date.fromisoformat(day), months, anchor_day) == date.fromisoformat(later)


def test_an_anchor_on_the_31st_returns_to_its_own_day() -> None:
    """31 January, then the last of each shorter month, through the leap year."""
    found = [boundary(date(2028, 1, 31), 31, 1, k).isoformat() for k in range(5)]
    assert found == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]
    years = [boundary(date(2027, 1, 31), 31, 12, k).isoformat() for k in range(2)]
    assert years == ["2027-01-31", "2028-01-31"]


@pytest.mark.parametrize(("months", "anchor_day"), [(1, 0), (1, 32), (12 * 9000, 1), (-12 * 3000, 1)])
def test_days_off_the_calendar_are_refused(months: int, anchor_day: int) -> None:
    with pytest.raises(ValueError):
        add_months(date(2025, 1, 1), months, anchor_day)


@pytest.mark.parametrize(
    ("start", "anchor_day", "interval", "day", "period"),
    [
        ("2025-03-01", 1, 12, "2025-03-01", ("2025-03-01", "2026-03-01")),
        ("2025-03-01", 1, 12, "2026-02-28", ("2025-03-01", "2026-03-01")),
        ("2025-03-01", 1, 12, "2026-03-01", ("2026-03-01", "2027-03-01")),
        ("2025-03-10", 1, 1, "2025-03-10", ("2025-03-10", "2025-04-01")),
        ("2025-03-10", 1, 1, "2025-03-31", ("2025-03-10", "2025-04-01")),
        ("2025-03-10", 1, 1, "2025-04-01", ("2025-04-01", "2025-05-01")),
        ("2025-03-10", 15, 1, "2025-03-14", ("2025-03-10", "2025-03-15")),
        ("2025-03-10", 15, 1, "2025-03-15", ("2025-03-15", "2025-04-15")),
        ("2025-01-31", 31, 1, "2025-02-27", ("2025-01-31", "2025-02-28")),
        ("2025-01-31", 31, 1, "2025-02-28", ("2025-02-28", "2025-03-31")),
        ("2025-01-31", 31, 1, "2025-03-30", ("2025-02-28", "2025-03-31")),
        ("2028-02-29", 29, 12, "2029-02-28", ("2029-02-28", "2030-02-28")),
    ],
)
def test_a_day_falls_into_its_billing_period(
    start: str, anchor_day: int, interval: int, day: str, period: tuple[str, str]
) -> None:
    """X7 (years from the trial's end), K3 (months of the calendar, the first a stub)."""
    found = period_containing(date.fromisoformat(start), anchor_day, interval, date.fromisoformat(day))
    assert (found.start.isoformat(), found.end.isoformat()) == period


@pytest.mark.parametrize(
    ("start", "day", "period"),
    [
        ("2025-03-10", "2025-05-01", ("2025-03-10", "2026-01-01")),
        ("2025-03-10", "2026-01-01", ("2026-01-01", "2027-01-01")),
        ("2025-01-01", "2025-01-01", ("2025-01-01", "2026-01-01")),
    ],
)
def test_a_year_can_begin_in_january_for_everybody(start: str, day: str, period: tuple[str, str]) -> None:
    """K5: invoiced in January."""
    found = period_containing(date.fromisoformat(start), 1, 12, date.fromisoformat(day), anchor_month=1)
    assert (found.start.isoformat(), found.end.isoformat()) == period


def test_a_day_before_billing_begins_has_no_period() -> None:
    with pytest.raises(ValueError, match="begins"):
        period_containing(date(2025, 3, 10), 1, 1, date(2025, 3, 9))
    with pytest.raises(ValueError, match="month"):
        period_containing(date(2025, 3, 10), 1, 0, date(2025, 3, 10))


def test_a_stub_is_the_end_of_a_whole_period() -> None:
    """K3: from 10 March, 22 of the 31 days of March."""
    stub = period_containing(date(2025, 3, 10), 1, 1, date(2025, 3, 10))
    whole = whole_period_of(stub, 1, 1)
    assert whole == Period(date(2025, 3, 1), date(2025, 4, 1))
    assert (stub.days, whole.days) == (22, 31)
    assert whole_period_of(whole, 1, 1) == whole


def test_a_period_has_its_first_day_and_not_its_end() -> None:
    march = Period(date(2025, 3, 1), date(2025, 4, 1))
    assert date(2025, 3, 1) in march
    assert date(2025, 3, 31) in march
    assert date(2025, 2, 28) not in march
    assert date(2025, 4, 1) not in march
    found = [march.days_from(date(2025, 2, 1)), march.days_from(date(2025, 3, 31)), march.days_from(date(2025, 4, 1))]
    assert found == [31, 1, 0]


@pytest.mark.parametrize("end", [date(2025, 3, 1), date(2025, 2, 28)])
def test_a_period_without_days_is_refused(end: date) -> None:
    with pytest.raises(ValueError, match="ends after"):
        Period(date(2025, 3, 1), end)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Jakarta", date(2025, 3, 1)), ("Asia/Makassar", date(2025, 3, 1)), ("Asia/Jayapura", date(2025, 3, 2))],
)
def test_half_past_ten_in_jakarta_is_tomorrow_in_jayapura(zone: str, day: date) -> None:
    assert local_day(datetime(2025, 3, 1, 15, 30, tzinfo=UTC), zone) == day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_day(datetime(2025, 3, 1, 15, 30), "Asia/Jakarta")  # noqa: DTZ001


@given(days, st.integers(1, 31), intervals, st.integers(0, 2000))
def test_every_day_is_in_one_period_and_periods_follow_each_other(
    start: date, anchor_day: int, interval: int, later: int
) -> None:
    day = start + timedelta(days=later)
    period = period_containing(start, anchor_day, interval, day)
    assert day in period
    assert period == period_containing(start, anchor_day, interval, period.start)
    following = period_containing(start, anchor_day, interval, period.end)
    assert following.start == period.end
    assert whole_period_of(following, anchor_day, interval) == following
    assert whole_period_of(period, anchor_day, interval).days >= period.days


@given(days, st.integers(0, 60), st.integers(0, 60))
def test_months_add_up_when_the_anchor_is_kept(day: date, one: int, other: int) -> None:
    assert add_months(add_months(day, one), other, day.day) == add_months(day, one + other)
