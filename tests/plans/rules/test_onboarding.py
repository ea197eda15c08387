"""C17: kick-off day 1, configuration 1–7, migration 7–14, training 14–21, go-live 21–30; the day of sign-up is day 1."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from plans.rules.onboarding import Stage, next_due, steps_of
from plans.rules.parts import Text

D = date
C17 = [
    Stage(code=code, name=Text(id=code, en=code), from_=first, to=last)
    for code, first, last in (
        *(("kick-off", 1, 1), ("configuration", 1, 7), ("migration", 7, 14), ("training", 14, 21), ("go-live", 21, 30)),
    )
]


@pytest.mark.parametrize(
    ("day", "done", "shown"),
    [
        (1, (), "running running ahead ahead ahead"),
        (2, (), "late running ahead ahead ahead"),
        (7, ("kick-off",), "done running running ahead ahead"),
        (8, ("kick-off",), "done late running ahead ahead"),
        (14, ("kick-off", "configuration"), "done done running running ahead"),
        (15, ("kick-off", "configuration"), "done done late running ahead"),
        (30, ("kick-off", "configuration", "migration", "training"), "done done done done running"),
        (31, ("kick-off", "configuration", "migration", "training"), "done done done done late"),
        (31, ("kick-off", "configuration", "migration", "training", "go-live"), "done done done done done"),
    ],
)
def test_a_stage_is_late_the_day_after_its_last_day(day: int, done: tuple[str, ...], shown: str) -> None:
    begun = D(2026, 6, 1)
    steps = steps_of(C17, "growth", begun, done, begun + timedelta(days=day - 1))
    assert " ".join(step.progress for step in steps) == shown


def test_the_days_are_counted_from_sign_up_and_the_next_one_is_the_earliest_that_is_open() -> None:
    steps = steps_of(C17, "growth", D(2026, 6, 1), ("kick-off",), D(2026, 6, 1))
    assert [step.due_on.day for step in steps] == [1, 7, 14, 21, 30]
    assert next_due(steps) == D(2026, 6, 7)
    assert next_due(steps_of(C17, "growth", D(2026, 6, 1), [stage.code for stage in C17], D(2026, 7, 1))) is None


def test_a_plan_has_its_own_stages() -> None:
    mine = Stage(code="visit", name=Text(id="x", en="x"), from_=1, to=2, plans=("enterprise",))
    assert [step.stage.code for step in steps_of([mine], "starter", D(2026, 6, 1), (), D(2026, 6, 1))] == []
    assert len(steps_of([mine], "enterprise", D(2026, 6, 1), (), D(2026, 6, 1))) == 1


def test_a_stage_ends_after_it_begins() -> None:
    with pytest.raises(ValidationError, match="to must not be before from"):
        Stage(code="x", name=Text(id="x", en="x"), from_=7, to=6)
