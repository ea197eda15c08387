"""How a customer does: a score of 0–100 with its parts and a colour (C12)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from billing.rules.lifecycle import Status
from plans.rules.money import round_half_up
from reports.rules.health_table import Colour, HealthRules, HealthTable, Measure, MeasureRule

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
# Whom somebody looks after; who paused or ended has nothing to be looked after, and no score.
LOOKED_AFTER = (Status.FREE, Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.SUSPENDED, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Figure:
    """What is known of a measure, and of which day it is; of payment the day on which the oldest bill is due."""

    value: Decimal
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A part: its colour, and the points of a hundred that it brings to the score."""

    measure: Measure
    figure: Figure
    colour: Colour
    weight: int


@dataclass(frozen=True, slots=True)
class Health:
    """The score and its colour, both None where nothing is known; `known` is the weight of what is."""

    score: int | None
    colour: Colour | None
    known: int
    parts: tuple[Scored, ...]


NOTHING_KNOWN = Health(None, None, 0, ())


def days_past(due: date | None, on: date) -> Decimal:
    """Due on 17 March: 0 on the 17th, 1 on the 18th; nothing owed: 0."""
    return Decimal(max((on - due).days, 0) if due else 0)


def score(rules: HealthRules, known: Mapping[Measure, Figure], on: date) -> Health:
    """The weights are shared out over what is known; a figure that is too old is not.

    Usage green (30 × 100), adoption yellow (20 × 50), tickets green (15 × 100), payment red (20 × 0), NPS yellow (15 × 50):
    6.250 ÷ 100 = 62,5 → 63, yellow. Without NPS 5.500 ÷ 85 = 64,7 → 65. The colour is that of the rounded score.
    """
    parts = tuple(_scored(rules, known, on))
    weight = sum(part.weight for part in parts)
    if not weight:
        return NOTHING_KNOWN
    points = round_half_up(Fraction(sum(part.weight * rules.points[part.colour] for part in parts), weight))
    return Health(points, rules.colour_of(Decimal(points)), weight, parts)


def _scored(rules: HealthRules, known: Mapping[Measure, Figure], on: date) -> Iterator[Scored]:
    for measure, rule in rules.parts.items():
        figure = known.get(measure)
        if figure is not None and not _is_old(rule, figure, on):
            yield Scored(measure, figure, rule.colour_of(figure.value), rule.weight)


def _is_old(rule: MeasureRule, figure: Figure, on: date) -> bool:
    return rule.holds is not None and figure.on is not None and on > figure.on + timedelta(days=rule.holds)


def next_look(table: HealthTable, product: str, known: Mapping[Measure, Figure], on: date) -> date | None:
    """The first day after this one on which the mere passing of time may change the score.

    A bill due on 17 March turns yellow on the 18th and red on 17 April; usage of 1 March that holds for 14 days is too old
    on the 16th. None: only something new changes it.
    """
    rules = table.on(product, on)
    days = [] if rules is None else [day for day in _turns(rules, known) if day > on]
    change = table.next_change(product, on)
    return min([*days, *([change] if change else [])], default=None)


def _turns(rules: HealthRules, known: Mapping[Measure, Figure]) -> Iterator[date]:
    for measure, rule in rules.parts.items():
        figure = known.get(measure)
        if figure is None or figure.on is None:
            continue
        if measure is Measure.PAYMENT:
            bounds = (limit.at_most for limit in (rule.green, rule.yellow))
            yield from (figure.on + timedelta(days=int(bound)) + ONE_DAY for bound in bounds if bound is not None)
        elif rule.holds is not None:
            yield figure.on + timedelta(days=rule.holds) + ONE_DAY


def task_due(rules: HealthRules, colour: Colour | None, known: int, on: date) -> date | None:
    """Until when staff have to look after it: red of 1 March by the 3rd, yellow by the 8th; None where nobody has to."""
    rule = rules.tasks.get(colour) if colour else None
    return on + timedelta(days=rule.days) if rule and known >= rule.known else None


def newly_due(rules: HealthRules, now: Health, before: Health, on: date) -> date | None:
    """As `task_due`, where nobody had to before, or not so soon: green → yellow and yellow → red, not red → yellow."""
    due, was = task_due(rules, now.colour, now.known, on), task_due(rules, before.colour, before.known, on)
    return due if due is not None and (was is None or due < was) else None


def asked_again(rules: HealthRules, now: Health, done_on: date) -> date | None:
    """From when on staff are asked again about who still stands so, after a task that was finished on a day: after the same
    time that they have for one, the next day at the soonest. Finished on 1 March: red from the 3rd on, yellow from the 8th.
    None where nobody has to look after it.
    """
    again = task_due(rules, now.colour, now.known, done_on)
    return None if again is None else max(again, done_on + ONE_DAY)
