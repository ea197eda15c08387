"""Public schema: issuers, products, plans, price books, experiments, who has which offer."""

from plans.models.catalogue import Issuer, Plan, Product
from plans.models.experiments import Enrolment, Experiment, ExperimentSwitch, Exposure
from plans.models.prices import PriceBook
from plans.models.redemptions import Redemption

__all__ = [
    "Enrolment",
    "Experiment",
    "ExperimentSwitch",
    "Exposure",
    "Issuer",
    "Plan",
    "PriceBook",
    "Product",
    "Redemption",
]
