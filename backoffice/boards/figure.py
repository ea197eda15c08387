"""A figure of the dashboards as data.

`read` gives values, the oldest first. The last is the period's; the one before it, where there is one, is that of the period
before; more of them are a trend.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from backoffice.boards.units import Unit, Value
from backoffice.figures.behind import Behind
from reports.selectors.readings import Readings

Read = Callable[[Readings], Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Figure:
    """What it is called, what it means, what it is counted in, how it is read and the list behind it."""

    label: str | Promise
    meaning: str | Promise
    unit: Unit
    read: Read
    behind: Behind
