"""The health score: its parts, its colours, what time does to it, and when staff are called (C12)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from reports.rules.health import NOTHING_KNOWN, Figure, Health, asked_again, days_past, newly_due, next_look, score
from reports.rules.health_reports import (
    MOST_VERSIONS,
    Fact,
    Outcome,
    ReusedId,
    TooManyVersions,
    Version,
    fault_of,
    outcome_of,
)
from reports.rules.health_table import Colour, HealthTable, Measure, TaskRule
from reports.selectors.health_table import health_table

D = date
MARCH = D(2026, 3, 1)
TABLE = health_table()
RULES = TABLE.on("xclass", MARCH)
assert RULES is not None
GREEN, YELLOW, RED = Colour.GREEN, Colour.YELLOW, Colour.RED


def known(**values: str) -> dict[Measure, Figure]:
    """Figures of today."""
    return {Measure(name): Figure(Decimal(value), MARCH) for name, value in values.items()}


@pytest.mark.parametrize(
    ("measure", "green", "yellow", "red"),
    [
        ("usage", "5 7", "1 4", "0"),  # days of seven: daily, weekly, less
        ("adoption", "70.1 100", "40 70", "39.9 0"),
        ("tickets", "0 2", "3 5", "6 99"),
        ("payment", "0", "1 30", "31 400"),
        ("nps", "9 10", "7 8.9", "6.9 0"),
    ],
)
def test_each_measure_is_green_yellow_or_red_by_the_documents_limits_c12(
    measure: str, green: str, yellow: str, red: str
) -> None:
    assert RULES is not None
    rule = RULES.parts[Measure(measure)]
    for colour, values in ((GREEN, green), (YELLOW, yellow), (RED, red)):
        assert {rule.colour_of(Decimal(value)) for value in values.split()} == {colour}


BEST = {"usage": "7", "adoption": "90", "tickets": "0", "payment": "0", "nps": "10"}


@pytest.mark.parametrize(
    ("values", "expected", "colour"),
    [
        (BEST, 100, GREEN),
        (BEST | {"usage": "0"}, 70, YELLOW),  # 70 is not above 70
        (BEST | {"nps": "7"}, 93, GREEN),  # 92,5
        (BEST | {"payment": "31"}, 80, GREEN),
        (BEST | {"usage": "0", "adoption": "10", "tickets": "3"}, 43, YELLOW),  # 7,5 + 20 + 15
        (BEST | {"usage": "0", "adoption": "10", "tickets": "6"}, 35, RED),
        ({"usage": "6", "adoption": "65", "tickets": "1", "payment": "40", "nps": "8"}, 63, YELLOW),  # 62,5
        ({"usage": "6", "adoption": "65", "tickets": "1", "payment": "40"}, 65, YELLOW),  # 55 of 85
        ({"payment": "0"}, 100, GREEN),
        ({"payment": "5"}, 50, YELLOW),
        ({"usage": "0", "payment": "0"}, 40, YELLOW),  # 20 of 50
        ({}, None, None),
    ],
)
def test_weights_are_shared_over_what_is_known_c12(
    values: dict[str, str], expected: int | None, colour: Colour | None
) -> None:
    assert RULES is not None
    found = score(RULES, known(**values), MARCH)
    assert (found.score, found.colour, len(found.parts)) == (expected, colour, len(values))


def test_the_weights_are_the_documents_c12() -> None:
    assert RULES is not None
    assert [rule.weight for rule in RULES.parts.values()] == [30, 20, 15, 20, 15]


def test_a_figure_is_forgotten_when_it_is_too_old_and_the_day_is_foreseen_c12() -> None:
    """Usage of 1 March holds up to the 15th; a bill due on the 10th is yellow from the 11th on, red from 10 April."""
    assert RULES is not None
    facts = {Measure.USAGE: Figure(Decimal(7), MARCH), Measure.PAYMENT: Figure(Decimal(0), D(2026, 3, 10))}
    days = [
        next_look(TABLE, "xclass", facts, D(2026, month, day)) for month, day in ((3, 1), (3, 11), (3, 16), (4, 10))
    ]
    assert days == [D(2026, 3, 11), D(2026, 3, 16), D(2026, 4, 10), None]
    assert [score(RULES, facts, D(2026, 3, day)).known for day in (15, 16)] == [50, 20]
    assert [days_past(D(2026, 3, 17), D(2026, 3, day)) for day in (16, 17, 18)] == [0, 0, 1]
    assert days_past(None, MARCH) == 0


def test_rules_hold_from_their_day_on_and_a_products_own_come_first_c12() -> None:
    entry = TABLE.rules[0].model_dump(by_alias=True)
    own = entry | {"from": MARCH, "products": ("klustera",), "points": {GREEN: 100, YELLOW: 60, RED: 0}}
    table = HealthTable.model_validate({"rules": [entry, own]})
    points = [
        rules.points[YELLOW] for day in (0, 1) if (rules := table.on("klustera", MARCH - timedelta(days=1 - day)))
    ]
    assert points == [50, 60]
    assert (table.on("xclass", MARCH), table.on("xclass", D(2019, 12, 31))) == (table.rules[0], None)
    assert next_look(table, "klustera", {}, D(2026, 2, 1)) == MARCH
    assert next_look(table, "xclass", {}, D(2026, 2, 1)) is None
    with pytest.raises(ValueError, match="weights make 100"):
        HealthTable.model_validate({"rules": [entry | {"parts": {Measure.NPS: entry["parts"][Measure.NPS]}}]})


def standing(colour: Colour | None, weight: int = 100) -> Health:
    """A health of a colour, with so much known."""
    return NOTHING_KNOWN if colour is None else Health(50, colour, weight, ())


@pytest.mark.parametrize(
    ("before", "now", "due"),
    [
        (standing(GREEN), standing(YELLOW), 8),
        (standing(None), standing(YELLOW), 8),
        (standing(GREEN), standing(RED), 3),
        (standing(YELLOW), standing(RED), 3),
        (standing(RED), standing(YELLOW), None),
        (standing(RED), standing(RED), None),
        (standing(YELLOW), standing(GREEN), None),
        (standing(GREEN), standing(YELLOW, 20), None),  # a bill a day late alone: reminders see to it
        (standing(YELLOW, 20), standing(YELLOW, 50), 8),
        (standing(GREEN), standing(RED, 20), 3),
    ],
)
def test_staff_have_48_hours_for_red_and_a_week_for_yellow_c12(before: Health, now: Health, due: int | None) -> None:
    assert RULES is not None
    assert newly_due(RULES, now, before, MARCH) == (due and D(2026, 3, due))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (standing(RED), 3),
        (standing(RED, 20), 3),
        (standing(YELLOW), 8),
        (standing(YELLOW, 20), None),
        (standing(GREEN), None),
        (standing(None), None),
    ],
)
def test_who_stays_red_or_yellow_is_asked_about_again_after_the_same_time_c12(now: Health, day: int | None) -> None:
    assert RULES is not None
    assert asked_again(RULES, now, MARCH) == (day and D(2026, 3, day))


def test_nobody_is_asked_about_again_on_the_day_of_the_outcome_c12() -> None:
    assert RULES is not None
    at_once = RULES.model_copy(update={"tasks": {RED: TaskRule(days=0)}})
    assert asked_again(at_once, standing(RED), MARCH) == D(2026, 3, 2)


FIVE, THREE = Version(Decimal(5), "a"), Version(Decimal(3), "b")


@pytest.mark.parametrize(
    ("value", "name", "versions", "outcome"),
    [
        (5, "a", [], Outcome.RECORDED),
        (5, "a", [FIVE], Outcome.REPEATED),
        (3, "b", [FIVE], Outcome.CORRECTED),
        (5, "a", [FIVE, THREE], Outcome.REPEATED),  # the first one again, late
        (5, "c", [FIVE, THREE], Outcome.CORRECTED),
        (5, "", [FIVE, THREE], Outcome.CORRECTED),
        (3, "", [FIVE, THREE], Outcome.REPEATED),
    ],
)
def test_a_report_is_taken_once_and_corrected_by_another_c12(
    value: int, name: str, versions: list[Version], outcome: Outcome
) -> None:
    assert outcome_of(Fact(Measure.USAGE, Decimal(value), MARCH, name), versions) is outcome


def test_a_name_stands_for_one_value_c12() -> None:
    with pytest.raises(ReusedId):
        outcome_of(Fact(Measure.USAGE, Decimal(4), MARCH, "a"), [FIVE, THREE])


@pytest.mark.parametrize(("value", "name"), [(4, ""), (4, "new"), (3, "new")])
def test_a_figure_has_no_more_than_fifty_versions_whether_of_values_or_of_names_c12(value: int, name: str) -> None:
    versions = [FIVE, *[THREE] * (MOST_VERSIONS - 1)]
    assert outcome_of(Fact(Measure.USAGE, Decimal(3), MARCH), versions) is Outcome.REPEATED
    with pytest.raises(TooManyVersions):
        outcome_of(Fact(Measure.USAGE, Decimal(value), MARCH, name), versions)


@pytest.mark.parametrize(
    ("measure", "value", "on", "fault"),
    [
        ("usage", "7", MARCH, ""),
        ("usage", "8", MARCH, "out_of_range"),
        ("usage", "1.5", MARCH, "too_precise"),
        ("adoption", "70.5", MARCH, ""),
        ("nps", "10.5", MARCH, "out_of_range"),
        ("nps", "NaN", MARCH, "out_of_range"),
        ("tickets", "-1", MARCH, "out_of_range"),
        ("tickets", "3", MARCH + timedelta(days=1), "date_in_future"),
        ("tickets", "3", MARCH - timedelta(days=400), ""),
        ("tickets", "3", MARCH - timedelta(days=401), "date_too_old"),
    ],
)
def test_a_figure_that_cannot_be_says_why_c12(measure: str, value: str, on: date, fault: str) -> None:
    assert fault_of(Fact(Measure(measure), Decimal(value), on), MARCH)[1] == fault
