"""Seats: how full each customer's size is, who is nearest to the next one or to the next bill first."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.figures.form import product_names
from backoffice.figures.page import Asked, Table, report_page
from billing.documents.numbers import number, percent
from billing.documents.sheets import Cell
from reports.selectors.seats import Seated, names_of, seated

AT_ONCE = 1000
HEADS = ("tenant", "name", "product", "plan", "count", "billed", "next_size", "to_next_size", "to_next_bill")


@report_page("seats.html", gettext_lazy("Kursi"))
def show_seats(asked: Asked) -> Table | dict[str, Any]:
    """Everybody whose price follows a count; the days of the filter do not matter."""
    found = seated(asked.scope)
    if asked.file:
        return Table("kursi", HEADS, _lines(found))
    paged = asked.page_of(found)
    return {"rows": _rows(list(paged.object_list)), "paged": paged}


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
    size = "–" if room.next_size is None else number(room.next_size)
    return (
        number(item.count),
        _number(item.billed),
        percent(room.used),
        size if room.to_next is None else _("%(size)s (kurang %(count)s)") % {"size": size, "count": room.to_next},
        _number(room.to_bill),
    )


def _number(value: int | None) -> str:
    return "–" if value is None else number(value)


def _line(item: Seated, name: str) -> tuple[Cell, ...]:
    room = item.room
    counts = (item.billed, room.next_size, room.to_next, room.to_bill)
    what = (str(item.tenant), name, item.product, item.plan, item.count)
    return (*what, *("" if count is None else count for count in counts))
