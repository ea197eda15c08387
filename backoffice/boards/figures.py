"""Every figure by name. One more is an entry in one of these, and its name in `catalogue.py`."""

from backoffice.boards.cash_figures import CASH
from backoffice.boards.cost_figures import COSTS
from backoffice.boards.figure import Figure
from backoffice.boards.recurring_figures import RECURRING
from backoffice.boards.sales_figures import SALES

FIGURES: dict[str, Figure] = {**SALES, **RECURRING, **CASH, **COSTS}
