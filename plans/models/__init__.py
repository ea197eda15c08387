"""Public schema: issuers, products, plans, price books."""

from plans.models.catalogue import Issuer, Plan, Product
from plans.models.prices import PriceBook

__all__ = ["Issuer", "Plan", "PriceBook", "Product"]
