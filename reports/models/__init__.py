"""Public schema: facts that reports are made of, drawn from events or reported, and the work that comes of them."""

from reports.models.care import TaskNote, TaskOwner
from reports.models.cash import Bill, CashMove, Payer
from reports.models.health import HealthMove, HealthReport, HealthStand
from reports.models.revenue import RevenueMove, RevenueStand
from reports.models.terms import Term

__all__ = [
    "Bill",
    "CashMove",
    "HealthMove",
    "HealthReport",
    "HealthStand",
    "Payer",
    "RevenueMove",
    "RevenueStand",
    "TaskNote",
    "TaskOwner",
    "Term",
]
