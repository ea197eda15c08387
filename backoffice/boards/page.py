"""The pages of the dashboards; who may read the admin may read them."""

from typing import Any

from django.utils import timezone

from backoffice.boards.catalogue import BOARDS, Board
from backoffice.boards.form import MonthlyForm, QuarterlyForm, WeeklyForm, spelled
from backoffice.boards.shown import HEADS, Filled, filled, lines, readings_of, trend_rows
from backoffice.boards.tables import TABLES
from backoffice.boards.units import height
from backoffice.figures.drawings import DAY, MONTH, Drawing, drawing
from backoffice.figures.form import RevenueForm
from backoffice.figures.page import Asked, Table, query_of, report_page
from reports.rules.lookbacks import Cadence, Lookback
from reports.selectors.readings import Readings


@report_page("board.html", BOARDS[Cadence.WEEKLY].title, WeeklyForm)
def show_weekly(asked: Asked) -> Table | dict[str, Any]:
    """For sales."""
    return _answer(BOARDS[Cadence.WEEKLY], asked)


@report_page("board.html", BOARDS[Cadence.MONTHLY].title, MonthlyForm)
def show_monthly(asked: Asked) -> Table | dict[str, Any]:
    """For management."""
    return _answer(BOARDS[Cadence.MONTHLY], asked)


@report_page("board.html", BOARDS[Cadence.QUARTERLY].title, QuarterlyForm)
def show_quarterly(asked: Asked) -> Table | dict[str, Any]:
    """For the board."""
    return _answer(BOARDS[Cadence.QUARTERLY], asked)


def _answer(board: Board, asked: Asked) -> Table | dict[str, Any]:
    period = Lookback(board.cadence, asked.scope.first)
    on = readings_of(board, period, asked.scope, timezone.localdate())
    link = link_of(asked.form)
    figures = filled(board, on, link)
    if asked.file:
        heads = [*HEADS, *(str(start) for start in on.starts)]
        return Table(f"{board.cadence}-{period.first}", heads, lines(figures, on.starts))
    tables = [TABLES[name](on, link) for name in board.tables]
    return {**_shown(board, period, on, figures), "link": asked.link, "tables": tables}


def _shown(board: Board, period: Lookback, on: Readings, figures: list[Filled]) -> dict[str, Any]:
    large = next(item for item in figures if item.code == board.chart)
    return {
        "figures": figures,
        "period": spelled(period),
        "before": spelled(period.moved(-1)),
        "chart_title": large.label,
        "large": _large(large, on, board.cadence),
        "trends": [item for item in figures if item.is_trend],
        "rows": [(spelled(Lookback(board.cadence, first)), texts) for first, texts in trend_rows(figures, on.starts)],
        "boards": [(item.title, item.address, item is board) for item in BOARDS.values()],
    }


def _large(item: Filled, on: Readings, cadence: Cadence) -> Drawing:
    written = DAY if cadence is Cadence.WEEKLY else MONTH
    return drawing([height(value) for value in item.values], on.starts, written)


def link_of(form: RevenueForm) -> dict[str, str]:
    """The filter as the other pages understand it: by days."""
    return {name: value for name, value in query_of(form).items() if name != "period"}
