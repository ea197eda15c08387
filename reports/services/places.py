"""A customer's province in every fact of it: where it is now, also in those of before it was told or put right."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from reports.models import Bill, CashMove, ClaimPart, HealthStand, RevenueMove, RevenueStand, Term
from reports.rules.revenue import Place

OF_TENANT = (RevenueMove, RevenueStand, CashMove, Bill, Term, HealthStand)


def follow_places(stands: Iterable[RevenueStand], places: Mapping[UUID, Place]) -> None:
    """Move the facts of those who stand under another province than they are in; no statement where nobody does.

    A school of 750.000 a year that tells its province in May is there from its first rupiah on.
    """
    for stand in stands:
        province = places[stand.pk].province
        if stand.province != province:
            for table in OF_TENANT:
                table.objects.filter(tenant=stand.pk).exclude(province=province).update(province=province)
            ClaimPart.objects.filter(move__tenant=stand.pk).exclude(province=province).update(province=province)
            stand.province = province
