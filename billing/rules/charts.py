"""Columns of a chart as geometry; the page draws them, and shows the same numbers in a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDTH, HEIGHT = 720, 200
GAP = Fraction(1, 4)


@dataclass(frozen=True, slots=True)
class Column:
    """A column from the base line up, or down where the value is below zero; all in units of the drawing."""

    x: int
    y: int
    width: int
    height: int
    value: int

    @property
    def middle(self) -> int:
        """Where its label stands."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns side by side and where the base line is."""

    columns: tuple[Column, ...]
    base: int
    width: int = WIDTH
    height: int = HEIGHT


def columns(values: Sequence[int], height: int = HEIGHT, width: int = WIDTH) -> Chart:
    """Columns over the whole width, zero always in sight: 0, 50 and 100 in 200 units of height are 0, 100 and 200 high."""
    return stacked(values, [0] * len(values), height, width)


def months_columns(values: Sequence[int], height: int) -> Chart:
    """A column a month in a drawing 360 wide, slim also where there are few: 3 months take 90, 12 and more all of it."""
    return columns(values, height, min(360, 30 * max(len(values), 1)))


def stacked(up: Sequence[int], down: Sequence[int], height: int = HEIGHT, width: int = WIDTH) -> Chart:
    """For each place one column up and one down (values below zero) on one scale; empty ones are left out."""
    top, bottom = max([0, *up]), min([0, *down, *up])
    scale = Fraction(height, (top - bottom) or 1)
    base = round(top * scale)
    step = Fraction(width, max(len(up), 1))
    found = [
        _column(at, value, step, scale, base)
        for at, pair in enumerate(zip(up, down, strict=True))
        for value in pair
        if value
    ]
    return Chart(tuple(found), base, width, height)


def _column(at: int, value: int, step: Fraction, scale: Fraction, base: int) -> Column:
    """At least one unit high, so that a small value is no empty place."""
    tall = max(1, round(abs(value) * scale))
    left = round(step * (at + GAP / 2))
    return Column(left, base - tall if value > 0 else base, round(step * (1 - GAP)), tall, value)


def places(count: int, width: int = WIDTH) -> list[int]:
    """The middles of so many places."""
    return [round(Fraction(width, count) * (2 * at + 1) / 2) for at in range(count)]
