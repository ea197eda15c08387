"""How many looked at the public pages of the products, and how many of them went on to the sign-up (N13)."""

from django.db.models import QuerySet, Sum

from plans.models import VisitDay
from reports.rules.growth import Visits
from reports.selectors.revenue import Scope


def visit_days(scope: Scope) -> "QuerySet[VisitDay]":
    """The sums of the days, of all products or of one, newest first; nothing else is known of a visitor."""
    of = {name: value for name, value in scope.where.items() if name == "product"}
    return VisitDay.objects.filter(on__range=(scope.first, scope.last), **of).order_by("-on", "product")


def visits_in(scope: Scope) -> dict[str, Visits]:
    """By product, in all of the days; one query."""
    sums = visit_days(scope).order_by("product").values_list("product")
    rows = sums.annotate(landed=Sum("landings"), opened=Sum("checkouts"), sent=Sum("signups"))
    return {product: Visits(landed, opened, sent) for product, landed, opened, sent in rows}
