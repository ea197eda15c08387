"""The published totals of one province, and whom they are made of (C14)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.models import ProvinceBasis, ProvinceEdition, RevenueStand
from reports.rules.provinces import STANDINGS, Earlier, Edition, Member, Part, follows_from
from tenants.rules.provinces import province_named

READ = ("made_on", "total", "products", "standings")


@dataclass(frozen=True, slots=True)
class Published:
    """An edition and the day on which it was made."""

    on: date
    edition: Edition


def published(province: str) -> list[Published]:
    """What is out of a province, the oldest first; one query, over a table that knows no customer."""
    rows = ProvinceEdition.objects.filter(province=province, total__isnull=False).order_by("month")
    return [Published(on, _edition(*said)) for on, *said in rows.values_list(*READ)]


def earlier_editions(province: str) -> list[Earlier]:
    """The same with whom each counted; for the next edition alone."""
    rows = ProvinceBasis.objects.filter(edition__province=province).select_related("edition").order_by("edition__month")
    return [
        Earlier(
            _edition(row.edition.total, row.edition.products, row.edition.standings),
            {key: Member(*said) for key, said in row.counted.items()},
        )
        for row in rows
    ]


def wrong_editions() -> list[str]:
    """Editions, as texts, that say anything else than those they counted come to, or of which nobody knows whom; one query."""
    rows = ProvinceEdition.objects.select_related("basis").order_by("province", "month")
    return [f"{row} {_edition(row.total, row.products, row.standings)}" for row in rows if not _is_proved(row)]


def _is_proved(row: ProvinceEdition) -> bool:
    said, basis = _edition(row.total, row.products, row.standings), getattr(row, "basis", None)
    if basis is None:
        return said == Edition()
    return follows_from(said, {key: Member(*told) for key, told in basis.counted.items()})


def counted_now(*, tests: bool) -> Mapping[str, dict[str, Member]]:
    """Province → tenant → how it is counted: everybody who has begun and not ended, from public rows; one query."""
    rows = RevenueStand.objects.filter(tenant__status__in=list(STANDINGS)).exclude(province="")
    if not tests:
        rows = rows.filter(is_test=False)
    found: dict[str, dict[str, Member]] = defaultdict(dict)
    said = rows.values_list("tenant_id", "province", "product", "tenant__status", "tenant__quantity").order_by()
    for key, province, product, status, quantity in said.iterator(5000):
        units = None if quantity is None else int(quantity)
        found[province_named(province)][str(key)] = Member(product, STANDINGS[status].value, units)
    found.pop("", None)
    return found


def _edition(total: int | None, products: Any, standings: Any) -> Edition:
    return Edition(total, _parts(products), _parts(standings))


def _parts(said: list[dict[str, Any]] | None) -> tuple[Part, ...] | None:
    return None if said is None else tuple(Part(**part) for part in said)
