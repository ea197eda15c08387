"""Seats: how full each customer's size is, who is nearest to the next one or to the next bill first."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.documents.sheets import Cell
from config.admin.base import page, require
from config.admin.revenue import query_of
from config.admin.revenue_form import asked, product_names
from config.admin.revenue_words import percent
from config.admin.sheets import KINDS as FILES
from config.admin.sheets import sheet
from plans.rules.money import format_number
from reports.selectors.seats import Seated, names_of, seated

ROWS, AT_ONCE = 50, 1000
HEADS = ("tenant", "name", "product", "plan", "count", "billed", "next_size", "to_next_size", "to_next_bill")


@require_safe
def show_seats(request: HttpRequest) -> HttpResponseBase:
    """Whoever may read the admin may read it; the days of the filter do not matter."""
    require(request, "view")
    form = asked(request)
    if not form.is_valid():
        return page(request, "seats.html", _("Kursi"), 422, form=form)
    found = seated(form.scope())
    if request.GET.get("berkas") in FILES:
        return sheet("kursi", request.GET["berkas"], HEADS, _lines(found))
    paged = Paginator(found, ROWS).get_page(request.GET.get("hal"))
    return page(
        request,
        "seats.html",
        _("Kursi"),
        form=form,
        scope=form.scope(),
        rows=_rows(list(paged.object_list)),
        paged=paged,
        link=urlencode(query_of(form)),
    )


def _rows(found: Sequence[Seated]) -> list[tuple[Seated, str, str, tuple[str, ...]]]:
    names, products = names_of(found), product_names()
    return [(item, names[item.tenant], products.get(item.product, item.product), _shown(item)) for item in found]


def _lines(found: Sequence[Seated]) -> Iterator[tuple[Cell, ...]]:
    for at in range(0, len(found), AT_ONCE):
        names = names_of(found[at : at + AT_ONCE])
        yield from (_line(item, names[item.tenant]) for item in found[at : at + AT_ONCE])


def _shown(item: Seated) -> tuple[str, ...]:
    """Count, billed, used, the next size with how far it is, and how far the next bill is."""
    room = item.room
    size = "–" if room.next_size is None else format_number(room.next_size)
    return (
        format_number(item.count),
        _number(item.billed),
        percent(room.used),
        size if room.to_next is None else _("%(size)s (kurang %(count)s)") % {"size": size, "count": room.to_next},
        _number(room.to_bill),
    )


def _number(value: int | None) -> str:
    return "–" if value is None else format_number(value)


def _line(item: Seated, name: str) -> tuple[Cell, ...]:
    room = item.room
    counts = (item.billed, room.next_size, room.to_next, room.to_bill)
    what = (str(item.tenant), name, item.product, item.plan, item.count)
    return (*what, *("" if count is None else count for count in counts))
