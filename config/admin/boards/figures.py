"""Every figure by name. One more is an entry in one of these, and its name in `catalogue.py`."""

from config.admin.boards.cash_figures import CASH
from config.admin.boards.cost_figures import COSTS
from config.admin.boards.figure import Figure
from config.admin.boards.recurring_figures import RECURRING
from config.admin.boards.sales_figures import SALES

FIGURES: dict[str, Figure] = {**SALES, **RECURRING, **CASH, **COSTS}
