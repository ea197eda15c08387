"""How many of an offer are left."""

from collections.abc import Sequence

from django.db.models import Count

from plans.models import Redemption
from plans.rules.discounts import Discount
from plans.rules.eligibility import used_up
from tenants.models import NumberSeries

PLACES = "places"


def refuse_used_up(product: str, discounts: Sequence[Discount]) -> None:
    """Tell who only looks at a price that nothing is left; who signs up is counted again under a lock."""
    limited = [(at, item) for at, item in enumerate(discounts) if item.redemptions is not None]
    if not limited:
        return
    series = {f"{product}:offer:{item.code}": (at, item) for at, item in limited}
    rows = NumberSeries.objects.filter(series__in=list(series), kind=PLACES, year=0)
    for name, last in rows.values_list("series", "last"):
        at, item = series[name]
        if last >= (item.redemptions or 0):
            raise used_up(item, at)


def redemptions_of(product: str) -> dict[str, int]:
    """How many tenants have each offer of a product, by code; test tenants are not counted."""
    rows = Redemption.objects.filter(product_code=product, tenant__is_test=False)
    # Without an order: the table's own would count each day by itself.
    return dict(rows.order_by().values_list("code").annotate(number=Count("pk")))


def places_left(product: str, discounts: Sequence[Discount]) -> dict[str, int]:
    """How many may still take each offer that is limited, by code; at least 0."""
    limits = {f"{product}:offer:{item.code}": item for item in discounts if item.redemptions is not None}
    if not limits:
        return {}
    rows = NumberSeries.objects.filter(series__in=list(limits), kind=PLACES, year=0)
    taken = dict(rows.values_list("series", "last"))
    return {item.code: max(0, (item.redemptions or 0) - taken.get(name, 0)) for name, item in limits.items()}
