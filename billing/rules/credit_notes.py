"""Taking an amount of an invoice back, in whole or in part: how it is spread over the lines, and never too much.

What is taken back of a line's tax follows its net amount; the last part takes what is left, so that parts add up to the
line: 999 with 110 of tax in three parts of 333 → 37 + 37 + 36.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plans.rules.money import allocate, round_half_up


@dataclass(frozen=True, slots=True)
class Left:
    """What of a line has not been taken back: net rupiah and its tax. `position` is the line's place on the invoice."""

    position: int
    net: int
    tax: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken back of a line."""

    position: int
    net: int
    tax: int


def take_all(lines: Sequence[Left]) -> tuple[Taken, ...]:
    """Everything that is left."""
    return tuple(Taken(line.position, line.net, line.tax) for line in lines if line.net)


def take_amount(lines: Sequence[Left], net: int) -> tuple[Taken, ...]:
    """A net amount, spread over the lines in proportion to what is left of them (largest remainder).

    100.000 of lines of 600.000 and 300.000 → 66.667 + 33.333. ValueError for nothing, or more than is left.
    """
    if not 0 < net <= sum(line.net for line in lines):
        raise ValueError("more than is left, or nothing")
    parts = allocate(net, [line.net for line in lines])
    return take_of_lines(lines, {line.position: part for line, part in zip(lines, parts, strict=True) if part})


def take_of_lines(lines: Sequence[Left], nets: Mapping[int, int]) -> tuple[Taken, ...]:
    """A net amount of each named line. ValueError for an unknown line, nothing, or more than is left of one."""
    by_position = {line.position: line for line in lines}
    if not nets or any(at not in by_position or not 0 < net <= by_position[at].net for at, net in nets.items()):
        raise ValueError("more than is left of a line, or nothing")
    return tuple(Taken(at, net, _tax(by_position[at], net)) for at, net in sorted(nets.items()))


def _tax(line: Left, net: int) -> int:
    return line.tax if net == line.net else round_half_up(Fraction(line.tax) * net / line.net)
