"""Public schema: facts that reports are made of, drawn from events."""

from reports.models.revenue import RevenueMove, RevenueStand

__all__ = ["RevenueMove", "RevenueStand"]
