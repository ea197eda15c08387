"""Charges beside the periods: once, in arrears, in a rhythm of their own, add-ons (C2, C15, N6, N8)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules import side_rises, sides
from billing.rules.agreement import Agreement
from billing.rules.drafting import Line
from billing.rules.progress import Held, read_progress, write_progress
from billing.rules.sides import Part, Stand
from plans.rules.catalogue import Anchor, Charge, When
from plans.rules.money import round_half_up
from plans.rules.periods import Period
from tests.billing.rules.agreements import agreed, changed

settings.register_profile("sides", max_examples=120, deadline=None, derandomize=True, database=None)
SIDES = settings.get_profile("sides")
D = date
ONE_DAY = timedelta(days=1)


def stand(
    starts: date, quantity: int = 40, addons: Mapping[str, int] | None = None, anchor: int | None = None
) -> Stand:
    held = {code: Decimal(count) for code, count in (addons or {}).items()}
    return Stand(starts, anchor or starts.day, Decimal(quantity), held, {})


def shown(lines: tuple[Line, ...]) -> list[tuple[str, str, str, str, int]]:
    return [
        (line.charge, line.kind, line.period.start.isoformat(), line.period.end.isoformat(), line.amount)
        for line in lines
    ]


def billed_until(agreement: Agreement, stands: Stand, until: date) -> tuple[list[Part], Stand]:
    """All that falls due by a day, part by part, as the daily job takes it."""
    parts: list[Part] = []
    while (day := sides.next_due(agreement, stands)) is not None and day <= until:
        due = sides.due_parts(agreement, stands, day)
        parts += due
        stands = sides.moved(agreement, stands, due)
    return parts, stands


ACADEMY = agreed("naikkelas", 40, 2026, plan="academy")
GROWTH = agreed("koperasi", 80, 2026, plan="growth")
SCHOOL = agreed("naikkelas", 40, 2026, plan="school", months=4)


def test_an_academy_pays_setup_and_a_year_of_seats_with_its_first_month_n6() -> None:
    parts = sides.due_parts(ACADEMY, stand(D(2026, 3, 10)), D(2026, 3, 10))
    assert shown(sides.lines_of(ACADEMY, parts)) == [
        ("academy-setup", "once", "2026-03-10", "2026-03-11", 15_000_000),
        ("academy-seats", "period", "2026-03-10", "2027-03-10", 40 * 120_000),
    ]


def test_what_was_paid_once_never_comes_again_c2() -> None:
    parts, _ = billed_until(GROWTH, stand(D(2026, 3, 10)), D(2029, 3, 10))
    assert [part.charge.code for part in parts].count("implementation") == 1


def test_turnover_is_billed_the_day_after_its_month_c15() -> None:
    started = stand(D(2026, 1, 31))
    parts, _ = billed_until(GROWTH, started, D(2026, 4, 30))
    months = [part for part in parts if part.charge.code == "marketplace"]
    assert [(part.period.start, part.period.end) for part in months] == [
        (D(2026, 1, 31), D(2026, 2, 28)),
        (D(2026, 2, 28), D(2026, 3, 31)),
        (D(2026, 3, 31), D(2026, 4, 30)),
    ]
    line = sides.lines_of(GROWTH, [replace(months[0], quantity=Decimal(12_345_600))])[0]
    assert (line.kind, line.amount) == ("usage", 123_456)
    assert "12.345.600 × 1 %" in str(line.explanation["formula"])


def test_a_month_without_turnover_leaves_no_line_c15() -> None:
    parts = sides.due_parts(GROWTH, stand(D(2026, 3, 1)), D(2026, 4, 1))
    assert [line.charge for line in sides.lines_of(GROWTH, parts)] == ["implementation"]


def test_robot_kits_are_rented_by_the_month_beside_the_seats_n8() -> None:
    parts, _ = billed_until(SCHOOL, stand(D(2026, 7, 1), addons={"robot-kits": 12}), D(2026, 9, 15))
    assert shown(sides.lines_of(SCHOOL, parts)) == [
        ("robot-kits", "period", "2026-07-01", "2026-08-01", 900_000),
        ("robot-kits", "period", "2026-08-01", "2026-09-01", 900_000),
        ("robot-kits", "period", "2026-09-01", "2026-10-01", 900_000),
    ]


@pytest.mark.parametrize(
    ("before", "after", "on", "rupiah"),
    [
        (0, 12, D(2026, 7, 11), round_half_up(Decimal(12 * 75_000) * 21 / 31)),  # 21 of 31 days
        (12, 15, D(2026, 7, 16), round_half_up(Decimal(3 * 75_000) * 16 / 31)),  # the three more, for what is left
        (12, 15, D(2026, 7, 1), 3 * 75_000),
        (12, 4, D(2026, 7, 16), 0),  # fewer refund nothing
    ],
)
def test_more_kits_are_billed_for_the_days_left_and_fewer_refund_nothing_n8(
    before: int, after: int, on: date, rupiah: int
) -> None:
    held = {"robot-kits": before} if before else {}
    _, stands = billed_until(SCHOOL, stand(D(2026, 7, 1), addons=held), on)
    lines, then = side_rises.addon_change(SCHOOL, stands, "robot-kits", Decimal(after), on)
    assert sum(line.amount for line in lines) == rupiah
    parts = sides.due_parts(SCHOOL, then, D(2026, 8, 1))
    assert sum(line.amount for line in sides.lines_of(SCHOOL, parts)) == after * 75_000


def test_kits_given_up_and_taken_back_within_a_paid_month_cost_nothing_more_n8() -> None:
    _, stands = billed_until(SCHOOL, stand(D(2026, 7, 1), addons={"robot-kits": 12}), D(2026, 7, 1))
    _, fewer = side_rises.addon_change(SCHOOL, stands, "robot-kits", Decimal(0), D(2026, 7, 5))
    assert sides.next_due(SCHOOL, fewer) is None
    lines, again = side_rises.addon_change(SCHOOL, fewer, "robot-kits", Decimal(12), D(2026, 7, 20))
    assert lines == ()
    assert sides.next_due(SCHOOL, again) == D(2026, 8, 1)


def test_training_is_paid_once_for_each_teacher_n8() -> None:
    lines, after = side_rises.addon_change(SCHOOL, stand(D(2026, 7, 1)), "teacher-training", Decimal(2), D(2026, 7, 9))
    assert shown(lines) == [("teacher-training", "addon", "2026-07-09", "2026-07-10", 900_000)]
    more, _ = side_rises.addon_change(SCHOOL, after, "teacher-training", Decimal(5), D(2026, 8, 9))
    assert sum(line.amount for line in more) == 3 * 450_000


def test_more_seats_are_paid_until_the_end_of_their_own_year_n6() -> None:
    _, stands = billed_until(ACADEMY, stand(D(2026, 3, 10)), D(2026, 6, 10))
    lines = side_rises.rise_lines(ACADEMY, stands, Decimal(50), D(2026, 9, 8))
    days = (D(2027, 3, 10) - D(2026, 9, 8)).days
    assert shown(lines) == [
        ("academy-seats", "rise", "2026-09-08", "2027-03-10", round_half_up(Decimal(10 * 120_000) * days / 365))
    ]
    after = side_rises.risen(ACADEMY, stands, Decimal(50), D(2026, 9, 8))
    assert side_rises.rise_lines(ACADEMY, after, Decimal(50), D(2026, 9, 9)) == ()


def test_a_subscription_that_ends_pays_its_last_days_in_arrears_pro_rata() -> None:
    flat = GROWTH.charges[0].model_copy(update={"code": "care", "when": When.ARREARS})
    agreement = changed(GROWTH, charges=(*GROWTH.charges, flat), interval_months=12)
    _, stands = billed_until(agreement, stand(D(2026, 3, 10)), D(2026, 4, 10))
    parts = [part for part in sides.closing_parts(agreement, stands, D(2026, 4, 20)) if part.charge.code == "care"]
    assert [line.amount for line in sides.lines_of(agreement, parts)] == [round_half_up(Decimal(999_000) * 10 / 30)]


def test_after_a_suspension_the_current_period_is_billed_and_the_missed_ones_are_not() -> None:
    _, stands = billed_until(SCHOOL, stand(D(2026, 7, 1), addons={"robot-kits": 12}), D(2026, 7, 1))
    parts, resumed = sides.resumed(SCHOOL, stands, D(2026, 10, 12))
    assert parts == ()
    due = sides.due_parts(SCHOOL, resumed, D(2026, 10, 12))
    assert shown(sides.lines_of(SCHOOL, due)) == [("robot-kits", "period", "2026-10-01", "2026-11-01", 900_000)]


def test_progress_is_read_as_it_was_written() -> None:
    progress = {"a": Held(D(2026, 3, 1), Decimal(12), "5000"), "b": Held(D(2026, 3, 1))}
    assert read_progress(write_progress(progress)) == progress


# --- for any mix of intervals -----------------------------------------------------------------------------------------


def charge(at: int, months: int, when: str, quantity: str) -> Charge:
    return Charge.model_validate(
        {
            "code": f"c{at}",
            "plans": ["growth"],
            "interval_months": months,
            "with_intervals": [6],
            "when": when,
            "quantity": quantity,
            "description": {"id": "x", "en": "x"},
            "pricing": {"model": "per_unit", "unit_price": "100003"},
        }
    )


CHARGES = st.lists(
    st.tuples(st.integers(1, 13), st.sampled_from(["advance", "arrears"]), st.sampled_from(["reported", "one"])),
    min_size=1,
    max_size=4,
)
STARTS = st.integers(0, 1500).map(lambda days: D(2024, 1, 1) + timedelta(days=days))
ANCHORS = st.dictionaries(st.integers(1, 13), st.sampled_from(list(Anchor)))


def mixed(kinds: list[tuple[int, str, str]], anchors: dict[int, Anchor]) -> Agreement:
    made = tuple(charge(at, *kind) for at, kind in enumerate(kinds))
    return changed(GROWTH, charges=made, interval_months=6, anchors=anchors, anchor=anchors.get(6, Anchor.ANNIVERSARY))


def days_of(parts: list[Part], code: str) -> list[date]:
    return [
        part.period.start + timedelta(days=day)
        for part in parts
        if part.charge.code == code
        for day in range(part.period.days)
    ]


@SIDES
@given(CHARGES, ANCHORS, STARTS, st.integers(1, 900), st.integers(0, 900))
def test_no_day_is_billed_twice_or_not_at_all_for_any_mix_of_intervals(
    kinds: list[tuple[int, str, str]], anchors: dict[int, Anchor], starts: date, lived: int, late: int
) -> None:
    """Billed day by day or late in one go, each charge's days from the first on are billed once, without a gap."""
    agreement, until = mixed(kinds, anchors), starts + timedelta(days=lived)
    some, stands = billed_until(agreement, stand(starts), starts + timedelta(days=min(late, lived)))
    more, stands = billed_until(agreement, stands, until)
    closing = list(sides.closing_parts(agreement, stands, until))
    for item in agreement.sides:
        days = days_of(some + more + closing, item.code)
        assert days == [starts + timedelta(days=day) for day in range(len(days))]
        assert len(days) >= lived
        if item.when == "arrears":
            assert len(days) == lived
    assert all(line.amount >= 0 for line in sides.lines_of(agreement, some + more + closing))


@SIDES
@given(CHARGES, ANCHORS, STARTS, st.integers(1, 1200))
def test_the_parts_of_a_whole_period_sum_to_its_price(
    kinds: list[tuple[int, str, str]], anchors: dict[int, Anchor], starts: date, lived: int
) -> None:
    """Only a first or last period that is cut costs less than the list price, by its share of days."""
    agreement = mixed(kinds, anchors)
    parts, _ = billed_until(agreement, stand(starts), starts + timedelta(days=lived))
    for part, line in zip(parts, sides.lines_of(agreement, parts), strict=True):
        full = 100_003 * int(part.quantity)
        assert line.amount == round_half_up(Decimal(full) * part.period.days / part.whole.days)
        assert (part.period == part.whole) == (line.amount == full)


@SIDES
@given(STARTS, st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), max_size=12))
def test_no_sequence_of_addon_changes_costs_less_than_nothing_or_more_than_the_most_held(
    starts: date, changes: list[tuple[int, int]]
) -> None:
    """N8: every day costs between nothing and the largest number held, whatever is taken and given up."""
    stands, day, total, most = stand(starts), starts, 0, 0
    for days, count in changes:
        day += timedelta(days=days)
        parts, stands = billed_until(SCHOOL, stands, day)
        total += sum(line.amount for line in sides.lines_of(SCHOOL, parts))
        lines, stands = side_rises.addon_change(SCHOOL, stands, "robot-kits", Decimal(count), day)
        assert all(line.amount >= 0 for line in lines)
        total, most = total + sum(line.amount for line in lines), max(most, count)
    months = len(changes) * 3 + 2
    assert 0 <= total <= months * most * 75_000 + months * len(changes)


@SIDES
@given(STARTS, st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_rises_bill_each_seat_of_a_charge_once_n6(starts: date, counts: list[int]) -> None:
    """On the first day, in however many steps and falls, all seats together cost the largest count."""
    _, stands = billed_until(ACADEMY, stand(starts, quantity=10), starts)
    total, billed = 0, 10
    for count in counts:
        lines = side_rises.rise_lines(ACADEMY, stands, Decimal(count), starts)
        total += sum(line.amount for line in lines)
        stands, billed = side_rises.risen(ACADEMY, stands, Decimal(count), starts), max(billed, count)
    assert total == (billed - 10) * 120_000


def test_a_period_again_is_the_same_days_at_todays_count() -> None:
    seats = next(item for item in ACADEMY.sides if item.code == "academy-seats")
    again = sides.part_again(ACADEMY, seats, stand(D(2026, 3, 10)), Period(D(2026, 3, 10), D(2027, 3, 10)), Decimal(20))
    assert sides.lines_of(ACADEMY, [again])[0].amount == 20 * 120_000
