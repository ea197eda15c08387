"""Public schema: facts that reports are made of, drawn from events, reported or entered, and the work that comes of them."""

from reports.models.care import TaskNote, TaskOwner
from reports.models.cash import Bill, CashMove, Payer
from reports.models.claim_parts import ClaimPart
from reports.models.costs import Cost, CostChange
from reports.models.day_sums import KEPT, CashDay, CohortMonth, RevenueDay
from reports.models.digests import Digest, DigestState, DigestWish
from reports.models.health import HealthMove, HealthReport, HealthStand
from reports.models.provinces import ProvinceBasis, ProvinceEdition
from reports.models.revenue import RevenueMove, RevenueStand
from reports.models.terms import Term

__all__ = [
    "KEPT",
    "Bill",
    "CashDay",
    "CashMove",
    "ClaimPart",
    "CohortMonth",
    "Cost",
    "CostChange",
    "Digest",
    "DigestState",
    "DigestWish",
    "HealthMove",
    "HealthReport",
    "HealthStand",
    "Payer",
    "ProvinceBasis",
    "ProvinceEdition",
    "RevenueDay",
    "RevenueMove",
    "RevenueStand",
    "TaskNote",
    "TaskOwner",
    "Term",
]
