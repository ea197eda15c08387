"""The list behind revenue by the day: every stream of every month and product, which add up to the figure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

from backoffice.economics.form import EconomicsForm
from backoffice.economics.page import MONTHS, PARTS_PAGE
from backoffice.economics.words import STREAMS
from backoffice.figures.behind import moves
from backoffice.figures.page import Asked, Table, query_of, report_page
from backoffice.figures.words import rupiah
from backoffice.revenue.lists import CUSTOMERS
from billing.documents.sheets import Cell
from reports.rules.cash import RECEIVED
from reports.rules.economics import BESIDE, Item, Stream
from reports.selectors.revenue import Scope
from reports.selectors.streams import spans, streams_of

HEADS = ("month", "product", "stream", "amount")


@report_page("earned.html", gettext_lazy("Pendapatan menurut hari"), EconomicsForm, MONTHS)
def show_earned(asked: Asked) -> Table | dict[str, Any]:
    """Month by month; `kind` more than once for several streams."""
    kinds, scope = asked.chosen(Stream), asked.scope
    found = _earned(scope, kinds)
    if asked.file:
        return Table(f"pendapatan-menurut-hari-{scope.first}-{scope.last}", HEADS, _lines(found))
    paged, names, link = asked.page_of(found), asked.form.names, query_of(asked.form)
    days = {first.replace(day=1): (first, last) for first, last in spans(scope)}
    return {
        "rows": [
            (
                item,
                names.get(str(item.group), item.group),
                STREAMS[Stream(item.what)],
                _url(item, days[item.month], link),
            )
            for item in paged.object_list
        ],
        "paged": paged,
        "total": rupiah(sum(item.amount for item in found)),
        "kinds": [(kind.value, name, kind in kinds) for kind, name in STREAMS.items()],
        "back": asked.link,
        "link": urlencode([*link.items(), *(("kind", kind.value) for kind in kinds)]),
    }


def _earned(scope: Scope, kinds: Iterable[Stream]) -> list[Item]:
    """The streams asked for, all where none is; without costs."""
    chosen = set(kinds) or set(Stream)
    found = [item for item in streams_of(scope, "product") if item.role is None and item.what in chosen]
    return sorted(found, key=lambda item: (item.month, str(item.group), item.what))


def _url(item: Item, days: tuple[date, date], link: Mapping[str, str]) -> str:
    """Of what recurs who brings it on the last of its days; else the documents, or the payments, of its days."""
    first, last = days
    own = {**link, "product": str(item.group), "first": str(first), "last": str(last)}
    if item.what in BESIDE:
        return moves(PARTS_PAGE, item.what)(own)
    if item.what != Stream.FEES:
        return f"{reverse(CUSTOMERS)}?{urlencode(own)}"
    return "" if "channel" in link else moves("operator_cash_moves", *RECEIVED)(own)


def _lines(found: Iterable[Item]) -> Iterator[tuple[Cell, ...]]:
    for item in found:
        yield item.month, str(item.group), item.what, item.amount
