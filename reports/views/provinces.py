"""The page of a province's officials: its published totals and nothing else (C14).

The province comes from the person's own row, never from the request; what is read knows no customer; nothing can be filtered.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.documents.numbers import number
from billing.rules.charts import months_columns
from billing.views.sheets import KINDS, sheet
from plans.selectors.catalogue import product_of
from reports.rules.figures import months_until
from reports.rules.provinces import FEWEST, REST, Part, Standing, shown
from reports.selectors.provinces import Published, published
from tenants.permissions import province_permitted

MOST_MONTHS = 24
NAMES = {
    Standing.USING.value: gettext_lazy("Memakai layanan"),
    Standing.TRYING.value: gettext_lazy("Masa coba"),
    Standing.STOPPED.value: gettext_lazy("Berhenti sementara"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """An edition in the table of growth; `change` against the one before, empty for the first."""

    on: date
    total: str
    change: str


@require_safe
@province_permitted("province.view")
def show_province(request: HttpRequest, province: str) -> HttpResponseBase:
    """The totals of this person's province; `berkas` gives every edition as a file."""
    editions = published(province)
    if request.GET.get("berkas") in KINDS:
        return sheet(f"{slugify(province)}-{_day(editions)}", request.GET["berkas"], _heads(), _lines(editions))
    return render(request, "province/totals.html", {"province": province, "fewest": FEWEST, **_shown(editions)})


def _shown(editions: Sequence[Published]) -> dict[str, Any]:
    said = shown(item.edition for item in editions)
    first, totals = _monthly(editions)
    return {
        "on": editions[-1].on if editions else None,
        "first": first,
        "total": None if said.total is None else number(said.total),
        "breakdowns": [
            (_("Menurut produk"), _last(editions, "products"), _rows(said.products, _product)),
            (_("Menurut keadaan"), _last(editions, "standings"), _rows(said.standings, _standing)),
        ],
        "steps": list(_steps(editions))[: -MOST_MONTHS - 1 : -1],
        "chart": months_columns(totals, 120),
    }


def _monthly(editions: Sequence[Published]) -> tuple[date | None, list[int]]:
    """The first month of the chart, and what could be read in each: a month without an edition shows the one before."""
    if not editions:
        return None, []
    first, last = editions[0].on, editions[-1].on
    months = months_until(last, (last.year - first.year) * 12 + last.month - first.month + 1)[-MOST_MONTHS:]
    known = {item.on.replace(day=1): item.edition.total or 0 for item in editions}
    before = [total for month, total in known.items() if month <= months[0]]
    totals = list(accumulate(months, lambda total, month: known.get(month, total), initial=before[-1]))
    return months[0], totals[1:]


def _steps(editions: Sequence[Published]) -> Iterator[Step]:
    before = None
    for item in editions:
        total = item.edition.total or 0
        yield Step(item.on, number(total), "" if before is None else f"{total - before:+d}".replace("-", "−"))
        before = total


def _last(editions: Sequence[Published], breakdown: str) -> date | None:
    """When a breakdown was last published: later editions may have left it as it was."""
    return next((item.on for item in reversed(editions) if getattr(item.edition, breakdown) is not None), None)


def _rows(parts: tuple[Part, ...] | None, named: Callable[[Part], tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(name, customers, what they serve) of a breakdown, the largest first; one part alone says no more than the whole."""
    told = sorted(parts or (), key=lambda part: (part.name == REST, -part.customers))
    shown_parts = [part for part in told if len(told) > 1 or part.units is not None]
    return [(name, _customers(part.customers), units) for part in shown_parts for name, units in [named(part)]]


def _customers(count: int) -> str:
    return ngettext("%(count)s pelanggan", "%(count)s pelanggan", count) % {"count": number(count)}


def _product(part: Part) -> tuple[str, str]:
    if part.name == REST:
        return _("Produk lain"), ""
    product = product_of(part.name)
    units = "" if part.units is None else f"{number(part.units)} {product.unit.of(get_language() or 'id')}"
    return product.name, units


def _standing(part: Part) -> tuple[str, str]:
    return str(NAMES.get(part.name) or _("Lainnya")), ""


def _day(editions: Sequence[Published]) -> str:
    return editions[-1].on.isoformat() if editions else "0"


def _heads() -> list[str]:
    return ["date", "breakdown", "name", "customers", "units"]


def _lines(editions: Sequence[Published]) -> Iterator[list[str | int | date]]:
    for item in editions:
        yield [item.on, "total", "", item.edition.total or 0, ""]
        for breakdown in ("products", "standings"):
            for part in getattr(item.edition, breakdown) or ():
                yield [
                    item.on,
                    breakdown,
                    part.name or "other",
                    part.customers,
                    "" if part.units is None else part.units,
                ]
