"""The stages in which a new customer gets going, with their days, and which of them is late (C17)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from plans.rules.parts import Part, ShortCode, Text


class Stage(Part):
    """A stage from one day to another, both included; the day of sign-up is day 1. `who` has to do it.

    C17: configuration is `from: 1, to: 7`: signed up on 1 June, due on 7 June. `plans` empty: for all of them.
    """

    code: ShortCode
    name: Text
    from_: int = Field(alias="from", ge=1, le=365)
    to: int = Field(ge=1, le=365)
    who: Literal["customer", "staff"] = "staff"
    plans: tuple[ShortCode, ...] = ()
    rule: str = Field(default="", max_length=20)
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.to < self.from_:
            raise ValueError("to must not be before from")
        return self

    def is_for(self, plan: str) -> bool:
        """Whether customers of a plan go through it."""
        return not self.plans or plan in self.plans


class Progress(StrEnum):
    """How far a stage is."""

    DONE = "done"
    LATE = "late"
    RUNNING = "running"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of one customer: its days, and how far it is."""

    stage: Stage
    begins_on: date
    due_on: date
    progress: Progress


def steps_of(
    stages: Sequence[Stage], plan: str, begun_on: date, done: Collection[str], today: date
) -> tuple[Step, ...]:
    """The stages of a plan in order, as they stand on a day. What is not done the day after its last day is late."""
    return tuple(_step(stage, begun_on, stage.code in done, today) for stage in stages if stage.is_for(plan))


def _step(stage: Stage, begun_on: date, is_done: bool, today: date) -> Step:
    begins, due = begun_on + timedelta(days=stage.from_ - 1), begun_on + timedelta(days=stage.to - 1)
    if is_done:
        return Step(stage, begins, due, Progress.DONE)
    if today > due:
        return Step(stage, begins, due, Progress.LATE)
    return Step(stage, begins, due, Progress.RUNNING if today >= begins else Progress.AHEAD)


def next_due(steps: Sequence[Step]) -> date | None:
    """The earliest last day of what is not done; None where all is."""
    return min((step.due_on for step in steps if step.progress is not Progress.DONE), default=None)
