"""How many looked at the public pages of the products, and how many of them went on to the sign-up (N13)."""

from django.db.models import QuerySet, Sum

from plans.models import VisitDay
from reports.rules.growth import Visits
from reports.selectors.revenue import Scope


def visit_days(scope: Scope) -> "QuerySet[VisitDay] | None":
    """The sums of the days, newest first; None where they are asked for by what nobody knows of a visitor.

    Only the product is known; there is no test tenant yet whom a visit could belong to.
    """
    if scope.where.keys() - {"product"}:
        return None
    days = VisitDay.objects.filter(on__range=(scope.first, scope.last), **scope.where)
    return days.order_by("-on", "product")


def visits_in(scope: Scope) -> dict[str, Visits]:
    """By product, in all of the days; nothing where it is None above; one query."""
    days = visit_days(scope)
    if days is None:
        return {}
    sums = days.order_by("product").values_list("product")
    rows = sums.annotate(landed=Sum("landings"), opened=Sum("checkouts"), sent=Sum("signups"))
    return {product: Visits(landed, opened, sent) for product, landed, opened, sent in rows}
