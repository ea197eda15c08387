"""A chart as it stands on a page: columns, what is written below each, and the frame around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats

from billing.rules.charts import HEIGHT, Chart, places, stacked

MONTH, DAY = "M y", "j/n"
BELOW, FOOT = 18, 24
LOW = 160


@dataclass(frozen=True, slots=True)
class Drawing:
    """Columns with a label below each place; so many units are left free on top."""

    chart: Chart
    labels: list[tuple[int, str]]
    top: int

    @property
    def box(self) -> str:
        """The frame, labels included."""
        return f"0 -{self.top} {self.chart.width} {self.top + self.chart.height + FOOT}"

    @property
    def label_y(self) -> int:
        """The line the labels stand on."""
        return self.chart.height + BELOW


def drawing(values: Sequence[int], days: Iterable[date], written: str = MONTH) -> Drawing:
    """A column for each value, up or down, with its day below."""
    return turns(values, [0] * len(values), days, written, height=HEIGHT, top=16)


def turns(
    up: Sequence[int],
    down: Sequence[int],
    days: Iterable[date],
    written: str = MONTH,
    *,
    height: int = LOW,
    top: int = 4,
) -> Drawing:
    """For each day what came (up) and what went (down), on one scale."""
    texts = [formats.date_format(day, written) for day in days]
    return Drawing(stacked(up, down, height), list(zip(places(len(texts)) if texts else [], texts, strict=True)), top)
