"""Public schema: issuers, products, plans, price books, experiments, who has which offer."""

from plans.models.catalogue import Issuer, Plan, Product
from plans.models.claims import OPEN_CLAIMS, ClaimState, OfferClaim
from plans.models.experiments import Enrolment, Experiment, ExperimentSwitch, Exposure
from plans.models.groups import GroupMember, OfferGroup
from plans.models.owed import OwedOffer, OwedState
from plans.models.pilots import PilotDuty
from plans.models.prices import PriceBook
from plans.models.redemptions import Redemption
from plans.models.visits import VisitDay

__all__ = [
    "OPEN_CLAIMS",
    "ClaimState",
    "Enrolment",
    "Experiment",
    "ExperimentSwitch",
    "Exposure",
    "GroupMember",
    "Issuer",
    "OfferClaim",
    "OfferGroup",
    "OwedOffer",
    "OwedState",
    "PilotDuty",
    "Plan",
    "PriceBook",
    "Product",
    "Redemption",
    "VisitDay",
]
