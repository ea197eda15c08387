"""What a customer of a size would bring a year by a price list, for projections."""

from datetime import date
from decimal import Decimal

from billing.rules.agreement import agree
from billing.rules.recurring import yearly_of
from plans.rules.offer import make_offer
from plans.selectors.catalogue import catalogue_of
from reports.rules.projections import PriceOf


def price_list(product: str, on: date) -> PriceOf:
    """Rupiah a year of a size on the plan and rhythm a visitor of a day would be offered first, before offers and tax.

    What is billed beside the periods is left out. Raises a `CatalogueError` for a size that is not sold.
    """
    catalogue = catalogue_of(product)

    def price_of(size: int) -> int:
        quantity = Decimal(size)
        offer = make_offer(catalogue, plan=None, quantity=quantity, interval_months=None, on=on)
        agreement = agree(catalogue, offer)
        return yearly_of(agreement.price_of(quantity), agreement.interval_months)

    return price_of
