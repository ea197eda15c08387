"""What becomes of a figure that a product reports: new, corrected, or known already (C12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from reports.rules.health_table import Measure

REPORTED = tuple(measure for measure in Measure if measure is not Measure.PAYMENT)
# The largest value of each, and its decimals.
BOUNDS: dict[Measure, tuple[int, int]] = {
    Measure.USAGE: (7, 0),
    Measure.ADOPTION: (100, 1),
    Measure.TICKETS: (9999, 0),
    Measure.NPS: (10, 1),
}
OLDEST = timedelta(days=400)
MOST_VERSIONS = 50


class Outcome(StrEnum):
    """What became of a report."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Fact:
    """A measure of a day; `external_id` is the caller's own name for the report, empty where it has none."""

    measure: Measure
    value: Decimal
    on: date
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A value that was reported, under which name."""

    value: Decimal
    external_id: str = ""


class ReusedId(ValueError):
    """The caller's name stands for another value already."""


class TooManyVersions(ValueError):
    """Nobody corrects a figure fifty times by hand, or says it under fifty names."""


def fault_of(fact: Fact, today: date) -> tuple[str, str]:
    """(field, code) of what is wrong with a figure; two empty texts where nothing is.

    Usage is 0–7, adoption 0–100 with one decimal, tickets 0–9999, NPS 0–10 with one decimal; not of tomorrow, and not older
    than 400 days.
    """
    if fact.on > today:
        return "on", "date_in_future"
    if fact.on < today - OLDEST:
        return "on", "date_too_old"
    most, decimals = BOUNDS[fact.measure]
    if not fact.value.is_finite() or not 0 <= fact.value <= most:
        return "value", "out_of_range"
    return ("value", "too_precise") if round(fact.value, decimals) != fact.value else ("", "")


def outcome_of(fact: Fact, versions: Sequence[Version]) -> Outcome:
    """What a report does to what is known of its measure and day, the value that holds last.

    5 then 3: corrected. The first 5 again under its own name, which comes late: repeated, the 3 stands. Without a name, or
    under a new one, 5 is a correction again. A name that stands for another value raises `ReusedId`.
    """
    if not versions:
        return Outcome.RECORDED
    named = is_named(fact, versions)
    if named is not None and named.value != fact.value:
        raise ReusedId(fact.external_id)
    is_same = versions[-1].value == fact.value
    if named is not None or (is_same and not fact.external_id):
        return Outcome.REPEATED
    if len(versions) >= MOST_VERSIONS:
        raise TooManyVersions
    return Outcome.REPEATED if is_same else Outcome.CORRECTED


def is_named(fact: Fact, versions: Sequence[Version]) -> Version | None:
    """What was reported under the fact's own name before; None where that was nothing, or it has none."""
    found = (version for version in versions if fact.external_id and version.external_id == fact.external_id)
    return next(found, None)
