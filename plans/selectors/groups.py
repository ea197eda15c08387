"""Groups of buyers as somebody sees them who has the code (C7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count

from plans.models import OfferGroup
from plans.rules.discounts import Discount
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class GroupStand:
    """How far a group has come."""

    code: str
    discount: Discount
    needed: int
    joined: int
    closes_on: date
    formed_on: date | None

    @property
    def missing(self) -> int:
        """How many must join before it takes hold."""
        return 0 if self.formed_on else max(0, self.needed - self.joined)


def groups_named(product: str, codes: Sequence[str]) -> dict[str, GroupStand]:
    """The groups among codes as they were typed; test tenants have groups of their own, as the demo's are."""
    typed = {code: code.strip().lower() for code in codes if "-" in code}
    if not typed:
        return {}
    rows = OfferGroup.objects.filter(product_code=product, code__in=set(typed.values()), is_test=settings.DEMO)
    found = {row.code: _stand(row) for row in rows.annotate(joined=Count("members"))}
    return {code: found[wanted] for code, wanted in typed.items() if wanted in found}


def groups_of(tenant: Tenant) -> list[GroupStand]:
    """The groups that a tenant is in."""
    mine = OfferGroup.objects.filter(pk__in=tenant.groups.values("group"))
    return [_stand(row) for row in mine.annotate(joined=Count("members")).order_by("created_at", "pk")]


def _stand(row: OfferGroup) -> GroupStand:
    joined: int = row.joined  # type: ignore[attr-defined]  # annotated by both callers
    discount = Discount.model_validate(row.terms)
    return GroupStand(row.code, discount, row.needed, joined, row.closes_on, row.formed_on)
