"""Public schema: facts that reports are made of, drawn from events."""

from reports.models.cash import Bill, CashMove, Payer
from reports.models.revenue import RevenueMove, RevenueStand
from reports.models.terms import Term

__all__ = ["Bill", "CashMove", "Payer", "RevenueMove", "RevenueStand", "Term"]
