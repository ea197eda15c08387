"""A dashboard filled in: the same for the page, its file and the digest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.boards.catalogue import Board
from backoffice.boards.figure import Figure
from backoffice.boards.figures import FIGURES
from backoffice.boards.units import Value, compared, height, plain, written
from billing.documents.sheets import Cell
from billing.rules.charts import Chart, columns
from reports.rules.lookbacks import Lookback
from reports.selectors.readings import Readings
from reports.selectors.revenue import Scope

SMALL = {"height": 40, "width": 240}
HEADS = ("figure", "definition", "unit", "value", "before")


@dataclass(frozen=True, slots=True)
class Filled:
    """A figure with its values, the oldest first; the last is the period's."""

    code: str
    figure: Figure
    values: Sequence[Value]
    url: str

    @property
    def label(self) -> str:
        """What it is called."""
        return str(self.figure.label)

    @property
    def meaning(self) -> str:
        """What it is."""
        return str(self.figure.meaning)

    @property
    def now(self) -> Value:
        """Of the period."""
        return self.values[-1]

    @property
    def then(self) -> Value:
        """Of the period before; None where there is none to compare with."""
        return self.values[-2] if len(self.values) > 1 else None

    @property
    def value(self) -> str:
        """As text."""
        return written(self.now, self.figure.unit)

    @property
    def change(self) -> str:
        """Against the period before, as text; empty where there is nothing to compare."""
        return compared(self.now, self.then, self.figure.unit)

    @property
    def is_trend(self) -> bool:
        """Whether there is more than a period and the one before."""
        return len(self.values) > 2

    @property
    def drawn(self) -> Chart | None:
        """The trend as small columns; None where there is none, or nothing but zeros."""
        heights = [height(value) for value in self.values]
        return columns(heights, **SMALL) if self.is_trend and any(heights) else None


def readings_of(board: Board, period: Lookback, scope: Scope, today: date) -> Readings:
    """What the board reads of a period."""
    starts = [period.moved(at - board.periods + 1).first for at in range(board.periods)]
    return Readings(scope, starts, today, board.by)


def filled(board: Board, on: Readings, link: Mapping[str, str]) -> list[Filled]:
    """Its figures, in their order."""
    return fill({code: FIGURES[code] for code in board.figures}, on, link)


def fill(figures: Mapping[str, Figure], on: Readings, link: Mapping[str, str]) -> list[Filled]:
    """These figures with their values and the pages behind them."""
    return [Filled(code, figure, figure.read(on), figure.behind(link)) for code, figure in figures.items()]


def trend_rows(figures: Sequence[Filled], starts: Sequence[date]) -> list[tuple[date, list[str]]]:
    """Each period with what the figures with a trend were; the newest last."""
    trends = [item for item in figures if item.is_trend]
    return [
        (start, [written(value_at(item, at - len(starts)), item.figure.unit) for item in trends])
        for at, start in enumerate(starts)
    ]


def value_at(item: Filled, back: int) -> Value:
    """Counted from the end, below zero; None before its first."""
    return item.values[back] if -back <= len(item.values) else None


def lines(figures: Sequence[Filled], starts: Sequence[date]) -> Iterator[tuple[Cell, ...]]:
    """A line for each figure: value, the one before, and each period of its trend."""
    for item in figures:
        what = (item.code, item.meaning, item.figure.unit.value, plain(item.now), plain(item.then))
        trend = [plain(value_at(item, -back)) if item.is_trend else "" for back in range(len(starts), 0, -1)]
        yield (*what, *trend)
