"""Asking for an offer that needs a document (K12), before there is a document to look at."""

from collections.abc import Sequence

from plans.models import OfferClaim
from plans.rules.discounts import Discount
from plans.services.discounts import Taking, check_customer


def want_offers(*, discounts: Sequence[Discount], taking: Taking) -> list[OfferClaim]:
    """Keep that a new tenant asks for offers that need a document; nothing is given, no place taken before approval."""
    wanted = [discount for discount in discounts if discount.document is not None]
    for at, discount in enumerate(wanted):
        check_customer(discount, taking, at)
    rows = [
        OfferClaim(
            tenant=taking.tenant, product_code=taking.tenant.product_code, code=discount.code, terms=frozen(discount)
        )
        for discount in wanted
    ]
    return OfferClaim.objects.bulk_create(rows)


def frozen(discount: Discount) -> dict[str, object]:
    """An offer as JSON, to be read again by `Discount.model_validate`."""
    return discount.model_dump(mode="json", by_alias=True)
